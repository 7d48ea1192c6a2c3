/* query/range.h - what stands in the brackets: samples over time, a series each
 *
 * The series of a selector or a subquery, without stale markers.  One owner.
 */
#ifndef QUERY_RANGE_H
#define QUERY_RANGE_H

#include "query/evaluator.h"

struct range {
    const struct evaluation_input *input; /* of a selector; or NULL */
    struct vector tracks;                 /* of a subquery, over 'grid' */
    struct grid grid;
    const struct expression_shift *shift;
    int64_t range_ns;
    size_t count;      /* series */
    int64_t *times_ns; /* of the series asked for last, where it had to be */
    double *values;    /* copied */
    size_t room;
};

/* The samples of one series. */
struct range_samples {
    const int64_t *times_ns; /* [count] */
    const double *values;    /* [count] */
    size_t count;
};

/* Evaluates 'expression', a selector or a subquery, possibly in parentheses,
 * for windows that end at the steps of 'grid'; 'range' is {0}. */
void range_init(struct range *range, struct evaluator *evaluator,
                const struct expression *expression, const struct grid *grid);
void range_fini(struct range *range, struct evaluator *evaluator);

/* Returns the labels of a series, below 'count'. */
const struct labelset *range_labels(const struct range *range,
                                    struct evaluator *evaluator, size_t series);

/* Returns its samples, valid until the next call. */
struct range_samples range_samples(struct range *range, size_t series);

#endif /* QUERY_RANGE_H */
