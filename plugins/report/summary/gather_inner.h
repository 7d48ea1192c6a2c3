/* gather_inner.h - what the files of gather.h share */
#ifndef SUMMARY_GATHER_INNER_H
#define SUMMARY_GATHER_INNER_H

#include "gather.h"

/* What is asked next. */
enum phase { PHASE_NOW, PHASE_BEFORE, PHASE_POINTS };

struct gather {
    struct gather_wish wish;
    gathered *done;
    void *arg;
    enum phase phase;
    size_t part, row;               /* which are asked about */
    struct weir_selector *selector; /* of the part; or NULL */
    struct row *into;               /* whose points come; or NULL */
    uint32_t index;                 /* of its series in the answer */
    bool any;                       /* of a question's series came */
};

struct report_part *gather_part(const struct gather *self);

/* The bounds of each question. */
struct weir_bounds gather_bounds(const struct gather *self);

/* After each part of an answer: returns what the callback does.  The last one
 * keeps its notes, moves on by 'next', and asks the next question. */
bool gather_heard(struct gather *self, const struct weir_result *result,
                  void (*next)(struct gather *self));

/* Goes to the next part. */
void gather_next_part(struct gather *self);

/* Counts the part's new series, once 'before' is known: where the window before
 * has any, those that it has not. */
void gather_count_fresh(struct report_part *part);

/* Each asks a question; returns 0 or a negative errno. */
int gather_ask_figures(struct gather *self);
int gather_ask_expression(struct gather *self);
int gather_ask_points(struct gather *self);

/* After a row's points came, or did not. */
void gather_next_row(struct gather *self);

#endif /* SUMMARY_GATHER_INNER_H */
