/* query/call.h - the functions, each family in a file
 *
 * See query/evaluator.h for what they take and give; 'call' is a call of that
 * function.
 */
#ifndef QUERY_CALL_H
#define QUERY_CALL_H

#include "query/evaluator.h"

typedef void call_function(struct evaluator *self,
                           const struct expression *call,
                           const struct grid *grid, struct vector *ret_vector);

/* Evaluates the argument 'at' of a call, if it has as many. */
static inline void
call_argument(struct evaluator *self, const struct expression *call, size_t at,
              const struct grid *grid, struct vector *ret_vector)
{
    if (at < call->call.argument_count)
        evaluate(self, call->call.arguments[at], grid, ret_vector);
}

/* Returns the value of an evaluated scalar at a step; 'other' when it was left
 * out. */
static inline double
call_scalar(const struct vector *scalar, size_t step, double other)
{
    return scalar->count ? scalar->tracks[0].values[step] : other;
}

call_function call_window;                         /* call_window.c */
call_function call_math, call_round, call_clamp;   /* call_math.c */
call_function call_date;                           /* call_date.c */
call_function call_label_replace, call_label_join; /* call_label.c */
call_function call_sort, call_sort_by_label;       /* call_sort.c */
call_function call_absent, call_absent_over_time;  /* call_absent.c */
call_function call_histogram_quantile, call_histogram_quantiles,
    call_histogram_fraction; /* call_histogram.c */

#endif /* QUERY_CALL_H */
