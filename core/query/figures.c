/* query/figures.c - the figures that weir's reports are made of */
#include <config.h>

#include "query/figures.h"

#include <math.h>
#include <string.h>

#include "base.h"

static const double unknown = (double)NAN;

enum { FIGURES = 3 }; /* average, maximum, minimum */

/* What one window comes to, sample by sample. */
struct window {
    uint64_t count;
    double average, greatest, least;
    double first, last;
    int64_t first_ns, last_ns;
    double regained; /* what a counter had before its resets */
    double steepest, flattest;
};

bool
figures_is_counter(const struct weir_series *series)
{
    static const char *const growing[] = {"_bucket", "_count", "_sum"};
    enum weir_type type = series->metric->type;

    if (type == WEIR_COUNTER)
        return true;
    if (type != WEIR_HISTOGRAM && type != WEIR_SUMMARY)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(growing); i++)
        if (strcmp(series->suffix, growing[i]) == 0)
            return true;
    return false;
}

/* The way from one sample to its neighbour. */
static void
add_step(struct window *self, int64_t time_ns, double value, bool counter)
{
    double step = value - self->last;
    double seconds = (double)(time_ns - self->last_ns) / 1e9;

    if (counter && step < 0) {
        self->regained += self->last;
        step = value;
    }
    double slope = step / seconds;
    if (self->count == 1 || slope > self->steepest)
        self->steepest = slope;
    if (self->count == 1 || slope < self->flattest)
        self->flattest = slope;
}

static void
add_sample(struct window *self, int64_t time_ns, double value, bool counter)
{
    if (self->count == 0) {
        self->first = value;
        self->first_ns = time_ns;
        self->greatest = self->least = value;
    } else {
        add_step(self, time_ns, value, counter);
        self->greatest = fmax(self->greatest, value);
        self->least = fmin(self->least, value);
    }
    self->count++;
    /* Not a sum: that could exceed what a double holds. */
    self->average += (value - self->average) / (double)self->count;
    self->last = value;
    self->last_ns = time_ns;
}

static struct window
look_at(const struct figures_samples *samples, int64_t after_ns,
        int64_t until_ns, bool counter)
{
    struct window window = {0};

    for (size_t i = 0; i < samples->count; i++) {
        int64_t time_ns = samples->times_ns[i];
        if (time_ns <= after_ns || time_ns > until_ns ||
            isnan(samples->values[i]) ||
            (window.count > 0 && time_ns == window.last_ns))
            continue;
        add_sample(&window, time_ns, samples->values[i], counter);
    }
    return window;
}

static void
set_values(const struct window *window, double ret_values[FIGURES])
{
    bool any = window->count > 0;

    ret_values[WEIR_FIGURE_AVG] = any ? window->average : unknown;
    ret_values[WEIR_FIGURE_MAX] = any ? window->greatest : unknown;
    ret_values[WEIR_FIGURE_MIN] = any ? window->least : unknown;
}

static void
set_slopes(const struct window *window, double ret_slopes[FIGURES])
{
    bool any = window->count > 1;
    double way = window->last - window->first + window->regained;
    double seconds = (double)(window->last_ns - window->first_ns) / 1e9;

    ret_slopes[WEIR_FIGURE_AVG] = any ? way / seconds : unknown;
    ret_slopes[WEIR_FIGURE_MAX] = any ? window->steepest : unknown;
    ret_slopes[WEIR_FIGURE_MIN] = any ? window->flattest : unknown;
}

void
figures_compute(const struct weir_series *series,
                const struct figures_samples *samples, int64_t after_ns,
                int64_t until_ns, struct weir_figures *ret_figures)
{
    bool counter = figures_is_counter(series);
    int64_t length_ns = until_ns - after_ns;
    double length = (double)length_ns / 1e9;
    const struct window now = look_at(samples, after_ns, until_ns, counter);
    const struct window before =
        look_at(samples, after_ns - length_ns, after_ns, counter);
    struct weir_figures figures = {.series = series, .count = now.count};
    double past[FIGURES];

    figures.last = now.count > 0 ? now.last : unknown;
    set_values(&now, figures.value);
    set_values(&before, past);
    set_slopes(&now, figures.slope);
    for (int i = 0; i < FIGURES; i++) {
        double rate = (figures.value[i] - past[i]) / length;
        figures.rate[i] = rate;
        figures.rate_percent[i] =
            past[i] != 0 ? 100 * rate / fabs(past[i]) : unknown;
    }
    *ret_figures = figures;
}
