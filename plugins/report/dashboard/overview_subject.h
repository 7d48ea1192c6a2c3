/* overview_subject.h - what the overview has found: rows, by instance and job
 *
 * A subject is a pair of the labels instance and job under which there are
 * samples; what is found out about it is put into its cells, one a column, and
 * its words.  A survey owns the set of them.  Not thread safe.
 */
#ifndef OVERVIEW_SUBJECT_H
#define OVERVIEW_SUBJECT_H

#include <weir/plugin.h>

#include "overview_column.h"

enum { SPARK_POINTS = 60, WRONG_MOST = 6 };

/* What a column says of a subject. */
struct cell {
    struct weir_figures figures; /* without a series */
    double now;                  /* NAN: there is none */
    bool whole;                  /* all but 'now' is known */
    float spark[SPARK_POINTS];   /* NAN is a gap */
};

/* Worse is more. */
enum state { STATE_OK, STATE_WARN, STATE_GONE, STATE_BAD, STATES };

struct wrong {
    unsigned kinds; /* a set of 1U << kind: whose rows it is told in */
    enum state state;
    char *text;
};

struct subject {
    char *instance, *job; /* or "" */
    char *name;           /* for people; of its kind */
    struct cell *cells[COLUMNS];
    unsigned kinds;   /* a set of 1U << kind, by columns that define */
    enum kind kind;   /* the first of them */
    enum state state; /* the worst of its wrongs */
    struct wrong wrongs[WRONG_MOST];
    size_t wrong_count, wrong_more; /* told, and left out */
    double seen_s;                  /* time of its last sample, since 1970; or
                                     * NAN */
    double up_s;                    /* when it was last scraped well, or NAN */
    char *reason;                   /* why the last scrape failed; or NULL */
};

struct subjects {
    struct subject **items; /* [count], in the order of their coming */
    size_t count, room;
    uint32_t *slots; /* [slot_count], a power of 2: an index + 1, or 0 */
    size_t slot_count;
    size_t most;  /* of 'count' */
    size_t bytes; /* of their labels, 16 MiB at most */
    bool refused; /* there were more */
};

/* Returns the subject of a series with such labels, a new one if need be; or
 * NULL above the most. */
struct subject *subjects_take(struct subjects *self,
                              const struct weir_label *labels);

/* The same of one that is there; or NULL. */
struct subject *subjects_find(const struct subjects *self,
                              const struct weir_label *labels);

void subjects_fini(struct subjects *self);

/* Returns its cell in a column, an empty one if need be. */
struct cell *subject_cell(struct subject *self, size_t column);

/* Returns its cell in a column, or NULL. */
static inline const struct cell *
subject_look(const struct subject *self, size_t column)
{
    return self->cells[column];
}

/* Adds what is wrong, and takes the text; of too much the mildest is left
 * out. */
void subject_wrong(struct subject *self, unsigned kind_set, enum state state,
                   char *text);

/* Finds out its kind and name; what is wrong with other kinds is dropped. */
void subject_settle(struct subject *self);

/* Puts what is wrong in order; its state is the worst of it. */
void subject_grade(struct subject *self);

/* Returns the value of a label, or "". */
const char *label_value(const struct weir_label *labels, const char *name);

#endif /* OVERVIEW_SUBJECT_H */
