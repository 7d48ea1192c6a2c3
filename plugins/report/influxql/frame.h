/* frame.h - computes what a SELECT asks of one group
 *
 * Not thread safe; memory that lacks ends the program.
 */
#ifndef INFLUXQL_FRAME_H
#define INFLUXQL_FRAME_H

#include "group.h"

struct frame {
    const struct plan *plan;
    const struct groups *groups;
    const struct group *group;
    struct grid grid; /* rows that meet the condition; unless tallied */
    int64_t since_ns, until_ns; /* points before or after, both inclusive, are
                                 * for transformations alone */
    int64_t first_ns, last_ns; /* buckets of the answer: their starts; the first
                                * is INT64_MIN where the points decide */
    int64_t single_ns;         /* the time of what is made of all points */
    size_t most;               /* buckets that are wanted; 0: all */
};

void frame_init(struct frame *self, const struct groups *groups,
                struct group *group);
void frame_fini(struct frame *self);

/* Returns how many buckets the answer has at most, empty ones too. */
size_t frame_buckets(const struct frame *self);

/* What an expression gives: points by time, in which NAN is none; or a number
 * for any time. */
struct track {
    struct run run;
    bool is_number;
    double number;
};

/* Computes an expression of functions. */
void frame_compute(const struct frame *self, const struct node *node,
                   struct track *ret_track);
void track_fini(struct track *self);

/* Computes an expression of fields, for one row; NAN for none. */
double frame_of_row(const struct plan *plan, const struct grid *grid,
                    size_t row, const struct node *node);

/* One of the operators on numbers, as InfluxDB has them. */
double frame_operate(enum op op, double left, double right);

#endif /* INFLUXQL_FRAME_H */
