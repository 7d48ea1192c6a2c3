/* query/summary.c - the figures of all series of an answer */
#include <config.h>

#include "query/summary.h"

#include <errno.h>
#include <string.h>

#include "base.h"
#include "query/figures.h"

struct summary {
    int64_t after_ns, until_ns;
    size_t samples_most;
    bool evaluated;    /* 'values' are figures */
    uint32_t series;   /* whose samples are being kept */
    int64_t *times_ns; /* [count] */
    double *values;    /* [count] */
    size_t count, room;
    struct weir_figures *figures; /* [figure_count], of this part */
    size_t figure_count, figure_room;
};

struct summary *
summary_new(int64_t after_ns, int64_t until_ns, uint64_t memory_bytes)
{
    struct summary *self = xcalloc(1, sizeof(*self));

    self->after_ns = after_ns;
    self->until_ns = until_ns;
    self->samples_most = memory_bytes / (sizeof(int64_t) + sizeof(double));
    return self;
}

void
summary_destroy(struct summary **self_p)
{
    struct summary *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    free(self->times_ns);
    free(self->values);
    free(self->figures);
    free(self);
}

void
summary_evaluated(struct summary *self)
{
    self->evaluated = true;
}

/* Makes the figures of 'series' of what was kept; none, with count 0, of what a
 * store calls figures and are not. */
static void
make_figures(const struct summary *self, const struct weir_series *series,
             struct weir_figures *ret_figures)
{
    const struct figures_samples samples = {self->times_ns, self->values,
                                            self->count};

    ret_figures->count = 0;
    if (!self->evaluated)
        figures_compute(series, &samples, self->after_ns, self->until_ns,
                        ret_figures);
    else if (self->count == FIGURES_VALUES)
        figures_unpack(series, self->values, ret_figures);
}

/* The series whose samples were kept is complete. */
static void
end_series(struct summary *self, const struct weir_layout *layout)
{

    if (self->count == 0)
        return;
    if (self->figure_count == self->figure_room) {
        self->figure_room = self->figure_room ? 2 * self->figure_room : 64;
        self->figures =
            xrealloc(self->figures, self->figure_room, sizeof(*self->figures));
    }
    struct weir_figures *figures = &self->figures[self->figure_count];
    make_figures(self, &layout->series[self->series], figures);
    if (figures->count > 0)
        self->figure_count++;
    self->count = 0;
}

static int
keep_samples(struct summary *self, const int64_t *times_ns,
             const double *values, size_t count)
{
    if (count > self->samples_most - self->count)
        return -E2BIG;
    if (self->count + count > self->room) {
        self->room = 2 * (self->count + count);
        self->times_ns =
            xrealloc(self->times_ns, self->room, sizeof(*self->times_ns));
        self->values =
            xrealloc(self->values, self->room, sizeof(*self->values));
    }
    memcpy(self->times_ns + self->count, times_ns, count * sizeof(*times_ns));
    memcpy(self->values + self->count, values, count * sizeof(*values));
    self->count += count;
    return 0;
}

static int
feed_samples(struct summary *self, const struct weir_loose *samples)
{
    for (uint32_t i = 0; i < samples->count;) {
        uint32_t end = i + 1;
        while (end < samples->count && samples->index[end] == samples->index[i])
            end++;
        if (samples->index[i] != self->series)
            end_series(self, samples->layout);
        self->series = samples->index[i];
        int rc = keep_samples(self, samples->times_ns + i, samples->values + i,
                              end - i);
        if (rc < 0)
            return rc;
        i = end;
    }
    return 0;
}

int
summary_feed(struct summary *self, const struct weir_loose *samples, bool last,
             const struct weir_figures **ret_figures, size_t *ret_count)
{
    self->figure_count = 0;
    if (samples) {
        int rc = feed_samples(self, samples);
        if (rc < 0)
            return rc;
        if (last)
            end_series(self, samples->layout);
    }
    *ret_figures = self->figures;
    *ret_count = self->figure_count;
    return 0;
}
