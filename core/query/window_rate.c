/* query/window_rate.c - how fast values change in a window */
#include <config.h>

#include "query/window.h"

#include "base.h"

/* A gap at an end of the window that is this many times the mean distance
 * between samples means that the series begins or ends there. */
static const double gap_factor = 1.1;

static double
seconds(int64_t duration_ns)
{
    return (double)duration_ns / (double)NS_PER_S;
}

/* Returns how far, in seconds, values reach back before the first sample. */
static double
reach_back(const struct window *window, double change, double covered,
           bool counter)
{
    double to_start = seconds(window->times_ns[0] - window->start_ns);
    double distance = covered / (double)(window->count - 1);

    if (to_start >= distance * gap_factor)
        to_start = distance / 2;
    if (counter && change > 0 && window->values[0] >= 0) {
        /* No counter was ever below 0. */
        double to_zero = covered * (window->values[0] / change);
        if (to_zero < to_start)
            to_start = to_zero;
    }
    return to_start;
}

/* Computes the change over the window as if it went on to both its ends, or as
 * far as the series seems to. */
static bool
extrapolate(const struct window *window, bool counter, bool per_second,
            double *ret_value)
{
    size_t last = window->count - 1;

    if (window->count < 2)
        return false;
    double change = window->values[last] - window->values[0];
    for (size_t i = 0; counter && i < window->reset_count; i++)
        change += window->resets[i];

    double covered = seconds(window->times_ns[last] - window->times_ns[0]);
    double distance = covered / (double)last;
    double to_start = reach_back(window, change, covered, counter);
    double to_end = seconds(window->end_ns - window->times_ns[last]);
    if (to_end >= distance * gap_factor)
        to_end = distance / 2;

    double factor = (covered + to_start + to_end) / covered;
    if (per_second)
        factor /= seconds(window->end_ns - window->start_ns);
    *ret_value = change * factor;
    return true;
}

bool
window_rate(const struct window *window, double *ret_value)
{
    return extrapolate(window, true, true, ret_value);
}

bool
window_increase(const struct window *window, double *ret_value)
{
    return extrapolate(window, true, false, ret_value);
}

bool
window_delta(const struct window *window, double *ret_value)
{
    return extrapolate(window, false, false, ret_value);
}

bool
window_irate(const struct window *window, double *ret_value)
{
    size_t last = window->count - 1;

    if (window->count < 2)
        return false;
    double now = window->values[last], before = window->values[last - 1];
    double change = now < before ? now : now - before;
    *ret_value =
        change / seconds(window->times_ns[last] - window->times_ns[last - 1]);
    return true;
}

bool
window_idelta(const struct window *window, double *ret_value)
{
    if (window->count < 2)
        return false;
    *ret_value =
        window->values[window->count - 1] - window->values[window->count - 2];
    return true;
}
