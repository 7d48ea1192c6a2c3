/* query/figures.c - the figures that weir's reports are made of */
#include <config.h>

#include "query/figures.h"

#include <math.h>
#include <string.h>

#include "base.h"

static const double unknown = (double)NAN;

enum { FIGURES = 3 }; /* average, maximum, minimum */

/* The members of struct weir_figures behind 'count', in order. */
static const struct {
    size_t offset, count; /* doubles */
} members[] = {
    {offsetof(struct weir_figures, value), FIGURES},
    {offsetof(struct weir_figures, last), 1},
    {offsetof(struct weir_figures, rate), FIGURES},
    {offsetof(struct weir_figures, rate_percent), FIGURES},
    {offsetof(struct weir_figures, slope), FIGURES},
};

/* What one window comes to, sample by sample. */
struct window {
    uint64_t count;
    double average, greatest, least;
    double above; /* sum of what the values are above the first */
    double first, last;
    int64_t first_ns, last_ns;
    double regained; /* what a counter had before its resets */
    double steepest, flattest;
    int64_t step_ns; /* the last one's length, and the same in seconds */
    double step_s;
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

/* The way from one sample to its neighbour; most have the same length. */
static inline void
add_step(struct window *self, int64_t time_ns, double value, bool counter)
{
    double step = value - self->last;
    int64_t step_ns = time_ns - self->last_ns;

    if (step_ns != self->step_ns) {
        self->step_ns = step_ns;
        self->step_s = (double)step_ns / 1e9;
    }
    if (counter && step < 0) {
        self->regained += self->last;
        step = value;
    }
    double slope = step / self->step_s;
    if (self->count == 1 || slope > self->steepest)
        self->steepest = slope;
    if (self->count == 1 || slope < self->flattest)
        self->flattest = slope;
}

static inline void
add_sample(struct window *self, int64_t time_ns, double value, bool counter)
{
    if (self->count == 0) {
        self->first = value;
        self->first_ns = time_ns;
        self->greatest = self->least = value;
    } else {
        add_step(self, time_ns, value, counter);
        self->greatest = value > self->greatest ? value : self->greatest;
        self->least = value < self->least ? value : self->least;
    }
    self->count++;
    self->above += value - self->first;
    self->last = value;
    self->last_ns = time_ns;
}

/* Returns the first sample after 'time_ns'. */
static size_t
first_after(const struct figures_samples *samples, int64_t time_ns)
{
    size_t low = 0, high = samples->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (samples->times_ns[middle] <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Says whether the sample counts, the last of those before being at 'last_ns',
 * if there was one. */
static inline bool
is_counted(const struct figures_samples *samples, size_t i, uint64_t count,
           int64_t last_ns)
{
    return !isnan(samples->values[i]) &&
           (count == 0 || samples->times_ns[i] != last_ns);
}

/* The average of values whose sum exceeds what a double holds. */
static double
running_average(const struct figures_samples *samples, size_t from, size_t end)
{
    double average = 0;
    uint64_t count = 0;
    int64_t last_ns = 0;

    for (size_t i = from; i < end; i++) {
        if (!is_counted(samples, i, count, last_ns))
            continue;
        last_ns = samples->times_ns[i];
        average += (samples->values[i] - average) / (double)++count;
    }
    return average;
}

/* What the values are above the first adds up to less than they do, and to
 * nothing where they stay the same. */
static struct window
look_at(const struct figures_samples *samples, int64_t after_ns,
        int64_t until_ns, bool counter)
{
    struct window window = {0};
    size_t from = first_after(samples, after_ns);
    size_t end = first_after(samples, until_ns);

    for (size_t i = from; i < end; i++)
        if (is_counted(samples, i, window.count, window.last_ns))
            add_sample(&window, samples->times_ns[i], samples->values[i],
                       counter);
    window.average = window.first + window.above / (double)window.count;
    if (window.count > 0 && !isfinite(window.average))
        window.average = running_average(samples, from, end);
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

void
weir_figures_of(const struct weir_series *series,
                const struct weir_loose *samples, int64_t after_ns,
                int64_t until_ns, struct weir_figures *ret_figures)
{
    const struct figures_samples own = {samples->times_ns, samples->values,
                                        samples->count};

    figures_compute(series, &own, after_ns, until_ns, ret_figures);
}

void
figures_pack(const struct weir_figures *figures,
             double ret_values[FIGURES_VALUES])
{
    const char *from = (const char *)figures;

    *ret_values++ = (double)figures->count;
    for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
        memcpy(ret_values, from + members[i].offset,
               members[i].count * sizeof(double));
        ret_values += members[i].count;
    }
}

void
figures_unpack(const struct weir_series *series,
               const double values[FIGURES_VALUES],
               struct weir_figures *ret_figures)
{
    struct weir_figures figures = {.series = series};

    /* Whatever a store says; 2^53 is as far as doubles count. */
    if (values[0] > 0 && values[0] <= 0x1p53)
        figures.count = (uint64_t)values[0];
    values++;
    for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
        memcpy((char *)&figures + members[i].offset, values,
               members[i].count * sizeof(double));
        values += members[i].count;
    }
    *ret_figures = figures;
}
