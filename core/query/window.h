/* query/window.h - functions of the samples in a window
 *
 * What rate(), max_over_time() and their like compute of one series at one
 * step.  Pure; one thread at a time has a window.
 */
#ifndef QUERY_WINDOW_H
#define QUERY_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/function.h"

struct window {
    const int64_t *times_ns; /* [count], start < time <= end */
    const double *values;    /* [count] */
    size_t count;            /* at least 1 */
    int64_t start_ns, end_ns;
    int64_t time_ns;       /* of the step */
    double arguments[2];   /* the scalars of the call at this step */
    const double *resets;  /* [reset_count], the values before each fall */
    size_t reset_count;    /* within the window */
    double *scratch;       /* room for 'count' values */
    const double *extreme; /* the first greatest or least value, as the kind has
                            * it, where that is known already; or NULL */
};

/* Returns false when there is no value. */
typedef bool window_function(const struct window *window, double *ret_value);

struct window_kind {
    window_function *compute;
    int extreme; /* 1: wants the greatest, -1: the least; else 0 */
    bool keeps_name;
    bool needs_resets;
    bool counts_up; /* is meant for counters */
};

/* Returns how 'id' is computed, or NULL when it is no function of windows. */
const struct window_kind *window_kind(enum function_id id);

/* The rates, in window_rate.c, and trends, in window_trend.c. */
window_function window_rate, window_increase, window_delta, window_irate,
    window_idelta, window_deriv, window_predict_linear, window_smooth;

#endif /* QUERY_WINDOW_H */
