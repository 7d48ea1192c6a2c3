/* query/window_trend.c - whither values go in a window */
#include <config.h>

#include "query/window.h"

#include "base.h"
#include "query/kahan.h"

struct line {
    double slope, intercept;
};

/* Returns the line of least squares; its intercept is at 'zero_ns'. */
static struct line
fit_line(const struct window *window, int64_t zero_ns)
{
    struct kahan x = {0}, y = {0}, xy = {0}, xx = {0};
    double first = window->values[0];
    double count = (double)window->count;
    bool flat = true;

    for (size_t i = 0; i < window->count; i++) {
        double value = window->values[i];
        double at = (double)(window->times_ns[i] - zero_ns) / (double)NS_PER_S;
        flat = flat && (i == 0 || value == first);
        kahan_add(&x, at);
        kahan_add(&y, value);
        kahan_add(&xy, at * value);
        kahan_add(&xx, at * at);
    }
    if (flat && isinf(first))
        return (struct line){(double)NAN, (double)NAN};
    if (flat)
        return (struct line){0, first};

    double sum_x = kahan_total(&x), sum_y = kahan_total(&y);
    double slope = (kahan_total(&xy) - sum_x * sum_y / count) /
                   (kahan_total(&xx) - sum_x * sum_x / count);
    return (struct line){slope, sum_y / count - slope * sum_x / count};
}

bool
window_deriv(const struct window *window, double *ret_value)
{
    if (window->count < 2)
        return false;
    *ret_value = fit_line(window, window->times_ns[0]).slope;
    return true;
}

bool
window_predict_linear(const struct window *window, double *ret_value)
{
    if (window->count < 2)
        return false;
    struct line line = fit_line(window, window->time_ns);
    *ret_value = line.slope * window->arguments[0] + line.intercept;
    return true;
}

/* Holt's linear method: what follows the level also follows the trend. */
bool
window_smooth(const struct window *window, double *ret_value)
{
    double smoothing = window->arguments[0], trending = window->arguments[1];

    if (window->count < 2)
        return false;
    double level = window->values[0];
    double trend = window->values[1] - window->values[0];
    for (size_t i = 1; i < window->count; i++) {
        double before = level;
        level =
            smoothing * window->values[i] + (1 - smoothing) * (level + trend);
        trend = trending * (level - before) + (1 - trending) * trend;
    }
    *ret_value = level;
    return true;
}
