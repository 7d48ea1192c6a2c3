/* query/window.c - functions of the samples in a window */
#include <config.h>

#include "query/window.h"

#include <math.h>
#include <string.h>

#include "base.h"
#include "query/mean.h"
#include "query/quantile.h"
#include "query/vector.h"

/* Sums values none of which is infinite, nor their sum so far: what does not
 * end with a finite sum is done again by the rules. */
static bool
sum_finite(const struct window *window, struct kahan *ret_total)
{
    double sum = window->values[0], rest = 0;

    for (size_t i = 1; i < window->count; i++) {
        double value = window->values[i], next = sum + value;
        rest += fabs(sum) >= fabs(value) ? (sum - next) + value
                                         : (value - next) + sum;
        sum = next;
    }
    *ret_total = (struct kahan){sum, rest};
    return isfinite(sum);
}

static bool
average(const struct window *window, double *ret_value)
{
    struct mean mean = {.count = (double)window->count};

    if (sum_finite(window, &mean.total)) {
        *ret_value = mean_get(&mean);
        return true;
    }
    mean = (struct mean){0};
    for (size_t i = 0; i < window->count; i++)
        mean_add(&mean, window->values[i]);
    *ret_value = mean_get(&mean);
    return true;
}

static bool
sum(const struct window *window, double *ret_value)
{
    struct kahan total = {0};

    if (sum_finite(window, &total)) {
        *ret_value = kahan_total(&total);
        return true;
    }
    total = (struct kahan){0};
    for (size_t i = 0; i < window->count; i++)
        kahan_add(&total, window->values[i]);
    *ret_value = isinf(total.sum) ? total.sum : kahan_total(&total);
    return true;
}

static bool
count(const struct window *window, double *ret_value)
{
    *ret_value = (double)window->count;
    return true;
}

static bool
one(const struct window *window, double *ret_value)
{
    (void)window;
    *ret_value = 1;
    return true;
}

static bool
first(const struct window *window, double *ret_value)
{
    *ret_value = window->values[0];
    return true;
}

static bool
last(const struct window *window, double *ret_value)
{
    *ret_value = window->values[window->count - 1];
    return true;
}

static bool
greatest(const struct window *window, double *ret_value)
{
    double most = window->extreme ? *window->extreme : window->values[0];

    for (size_t i = 1; !window->extreme && i < window->count; i++)
        if (window->values[i] > most || isnan(most))
            most = window->values[i];
    *ret_value = most;
    return true;
}

static bool
least(const struct window *window, double *ret_value)
{
    double most = window->extreme ? *window->extreme : window->values[0];

    for (size_t i = 1; !window->extreme && i < window->count; i++)
        if (window->values[i] < most || isnan(most))
            most = window->values[i];
    *ret_value = most;
    return true;
}

static bool
time_of_first(const struct window *window, double *ret_value)
{
    *ret_value = time_seconds(window->times_ns[0]);
    return true;
}

static bool
time_of_last(const struct window *window, double *ret_value)
{
    *ret_value = time_seconds(window->times_ns[window->count - 1]);
    return true;
}

static bool
time_of_greatest(const struct window *window, double *ret_value)
{
    size_t most = 0;

    for (size_t i = 1; i < window->count; i++)
        if (window->values[i] >= window->values[most] ||
            isnan(window->values[most]))
            most = i;
    *ret_value = time_seconds(window->times_ns[most]);
    return true;
}

static bool
time_of_least(const struct window *window, double *ret_value)
{
    size_t most = 0;

    for (size_t i = 1; i < window->count; i++)
        if (window->values[i] <= window->values[most] ||
            isnan(window->values[most]))
            most = i;
    *ret_value = time_seconds(window->times_ns[most]);
    return true;
}

/* Welford's method, with what rounding takes away. */
static bool
variance(const struct window *window, double *ret_value)
{
    struct kahan mean = {0}, squares = {0};

    for (size_t i = 0; i < window->count; i++) {
        double value = window->values[i];
        double delta = value - kahan_total(&mean);
        kahan_add(&mean, delta / (double)(i + 1));
        kahan_add(&squares, delta * (value - kahan_total(&mean)));
    }
    *ret_value = kahan_total(&squares) / (double)window->count;
    return true;
}

static bool
deviation(const struct window *window, double *ret_value)
{
    (void)variance(window, ret_value);
    *ret_value = sqrt(*ret_value);
    return true;
}

static bool
quantile(const struct window *window, double *ret_value)
{
    memcpy(window->scratch, window->values,
           window->count * sizeof(*window->values));
    *ret_value =
        quantile_of(window->arguments[0], window->scratch, window->count);
    return true;
}

/* The median of how far values are from their median. */
static bool
median_deviation(const struct window *window, double *ret_value)
{
    memcpy(window->scratch, window->values,
           window->count * sizeof(*window->values));
    double median = quantile_of(0.5, window->scratch, window->count);
    for (size_t i = 0; i < window->count; i++)
        window->scratch[i] = fabs(window->values[i] - median);
    *ret_value = quantile_of(0.5, window->scratch, window->count);
    return true;
}

static bool
resets(const struct window *window, double *ret_value)
{
    *ret_value = (double)window->reset_count;
    return true;
}

static bool
changes(const struct window *window, double *ret_value)
{
    size_t found = 0;

    for (size_t i = 1; i < window->count; i++) {
        double now = window->values[i], before = window->values[i - 1];
        found += now != before && !(isnan(now) && isnan(before));
    }
    *ret_value = (double)found;
    return true;
}

static const struct window_kind kinds[FUNCTION_COUNT] = {
    [FUNCTION_AVG_OVER_TIME] = {.compute = average},
    [FUNCTION_CHANGES] = {.compute = changes},
    [FUNCTION_COUNT_OVER_TIME] = {.compute = count},
    [FUNCTION_DELTA] = {.compute = window_delta},
    [FUNCTION_DERIV] = {.compute = window_deriv},
    [FUNCTION_DOUBLE_EXPONENTIAL_SMOOTHING] = {.compute = window_smooth},
    [FUNCTION_FIRST_OVER_TIME] = {.compute = first, .keeps_name = true},
    [FUNCTION_IDELTA] = {.compute = window_idelta},
    [FUNCTION_INCREASE] = {.compute = window_increase,
                           .needs_resets = true,
                           .counts_up = true},
    [FUNCTION_IRATE] = {.compute = window_irate},
    [FUNCTION_LAST_OVER_TIME] = {.compute = last, .keeps_name = true},
    [FUNCTION_MAD_OVER_TIME] = {.compute = median_deviation},
    [FUNCTION_MAX_OVER_TIME] = {.compute = greatest, .extreme = 1},
    [FUNCTION_MIN_OVER_TIME] = {.compute = least, .extreme = -1},
    [FUNCTION_PREDICT_LINEAR] = {.compute = window_predict_linear},
    [FUNCTION_PRESENT_OVER_TIME] = {.compute = one},
    [FUNCTION_QUANTILE_OVER_TIME] = {.compute = quantile},
    [FUNCTION_RATE] = {.compute = window_rate,
                       .needs_resets = true,
                       .counts_up = true},
    [FUNCTION_RESETS] = {.compute = resets, .needs_resets = true},
    [FUNCTION_STDDEV_OVER_TIME] = {.compute = deviation},
    [FUNCTION_STDVAR_OVER_TIME] = {.compute = variance},
    [FUNCTION_SUM_OVER_TIME] = {.compute = sum},
    [FUNCTION_TS_OF_FIRST_OVER_TIME] = {.compute = time_of_first},
    [FUNCTION_TS_OF_LAST_OVER_TIME] = {.compute = time_of_last},
    [FUNCTION_TS_OF_MAX_OVER_TIME] = {.compute = time_of_greatest},
    [FUNCTION_TS_OF_MIN_OVER_TIME] = {.compute = time_of_least},
};

const struct window_kind *
window_kind(enum function_id id)
{
    return kinds[id].compute ? &kinds[id] : NULL;
}
