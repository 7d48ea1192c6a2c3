/* plan.h - a SELECT, once it is known which fields and tags there are
 *
 * Stars and patterns have become columns, names are known to be fields or tags.
 * Not thread safe; texts are the survey's, the tree's and the plan's own.
 */
#ifndef INFLUXQL_PLAN_H
#define INFLUXQL_PLAN_H

#include "function.h"
#include "survey.h"
#include "tree.h"
#include "where.h"

/* Texts, sorted, each once. */
struct names {
    const char **items; /* [count] */
    size_t count, room;
};

struct plan {
    const struct select *what;
    const struct where *where;
    struct names fields, tags; /* all that there are */
    struct names inputs;       /* fields that are read */
    struct names dimensions;   /* tags that are grouped by */
    struct column *columns;    /* without stars, patterns, and the time */
    const char **titles;       /* [column_count + 1], "time" first */
    size_t column_count;
    size_t calls;    /* functions, but for those of functions */
    bool picks;      /* one function that chooses a point, which has a time, and
                      * other fields and tags, if any are asked for */
    bool tallied;    /* tallies are enough */
    bool transforms; /* points are made of buckets before them */
    uint32_t functions; /* of weir_select() that make them, if 'tallied' */
    int64_t extra;      /* buckets before the first that are looked at */
    const char *why;    /* it can not be done; or NULL */
    struct arena arena;
};

/* Returns the place of a text, or -1. */
int64_t names_find(const struct names *self, const char *name);

/* Adds a text, unless it is there. */
void names_add(struct names *self, const char *name);

/* Plans 'what' for the series that were found; all three outlive the plan. */
void plan_init(struct plan *self, const struct select *what,
               const struct where *where, const struct survey *survey);

/* Returns the place of a name among the inputs; -1 when it is no field. */
int64_t plan_input(const struct plan *self, const struct node *name);

void plan_fini(struct plan *self);

#endif /* INFLUXQL_PLAN_H */
