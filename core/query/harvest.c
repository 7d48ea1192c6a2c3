/* query/harvest.c - the samples that a select gave, for an evaluation */
#include <config.h>

#include "query/harvest.h"

#include <string.h>

#include "base.h"
#include "series.h"

/* A series and where its samples are. */
struct sheaf {
    struct weir_series series;
    size_t start, count;
};

struct harvest {
    struct arena arena;
    const struct weir_metric *metric; /* of the last series, as it came */
    struct weir_metric *copy;         /* of that metric */
    struct sheaf *sheaves;            /* [sheaf_count] */
    size_t sheaf_count, sheaf_room;
    int64_t *times_ns; /* [count] */
    double *values;    /* [count] */
    size_t count, room;
    struct evaluation_series *series; /* [sheaf_count], once asked for */
    struct evaluation_series *joined; /* with those of another one; or NULL */
};

struct harvest *
harvest_new(void)
{
    return xcalloc(1, sizeof(struct harvest));
}

void
harvest_destroy(struct harvest **self_p)
{
    struct harvest *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    arena_clear(&self->arena);
    free(self->sheaves);
    free(self->times_ns);
    free(self->values);
    free(self->series);
    free(self->joined);
    free(self);
}

void
harvest_clear(struct harvest *self)
{
    arena_clear(&self->arena);
    self->metric = NULL;
    self->sheaf_count = self->count = 0;
}

static const struct weir_metric *
copy_metric(struct harvest *self, const struct weir_metric *metric)
{
    if (metric == self->metric && strcmp(metric->name, self->copy->name) == 0)
        return self->copy;
    self->metric = metric;
    self->copy = arena_alloc(&self->arena, sizeof(*self->copy));
    *self->copy = (struct weir_metric){arena_text(&self->arena, metric->name),
                                       metric->type, "", ""};
    return self->copy;
}

/* Returns a copy of 'text', or 'before' when that is the same. */
static const char *
share_text(struct harvest *self, const char *before, const char *text)
{
    return before && strcmp(before, text) == 0 ? before
                                               : arena_text(&self->arena, text);
}

static void
add_series(struct harvest *self, const struct weir_series *series)
{
    const struct weir_series none = {0};
    const struct weir_series *before =
        self->sheaf_count ? &self->sheaves[self->sheaf_count - 1].series
                          : &none;
    const struct weir_series copy = {
        .metric = copy_metric(self, series->metric),
        .suffix = share_text(self, before->suffix, series->suffix),
        /* What series share is then found to be so at a glance. */
        .labels =
            labels_copy_like(&self->arena, series->labels, before->labels),
    };

    if (self->sheaf_count == self->sheaf_room) {
        self->sheaf_room = self->sheaf_room ? 2 * self->sheaf_room : 16;
        self->sheaves =
            xrealloc(self->sheaves, self->sheaf_room, sizeof(*self->sheaves));
    }
    self->sheaves[self->sheaf_count++] = (struct sheaf){.series = copy};
}

static void
make_room(struct harvest *self, size_t count)
{
    if (count <= self->room)
        return;
    self->room = count > 2 * self->room ? count : 2 * self->room;
    self->times_ns =
        xrealloc(self->times_ns, self->room, sizeof(*self->times_ns));
    self->values = xrealloc(self->values, self->room, sizeof(*self->values));
}

void
harvest_add(struct harvest *self, const struct weir_loose *part)
{
    while (self->sheaf_count < part->layout->count)
        add_series(self, &part->layout->series[self->sheaf_count]);
    if (part->count == 0)
        return;
    make_room(self, self->count + part->count);
    memcpy(self->times_ns + self->count, part->times_ns,
           part->count * sizeof(*part->times_ns));
    memcpy(self->values + self->count, part->values,
           part->count * sizeof(*part->values));
    for (uint32_t i = 0; i < part->count; i++) {
        struct sheaf *sheaf = &self->sheaves[part->index[i]];
        if (sheaf->count == 0)
            sheaf->start = self->count + i;
        sheaf->count++;
    }
    self->count += part->count;
}

uint64_t
harvest_bytes(const struct harvest *self)
{
    return self->arena.size + self->sheaf_room * sizeof(*self->sheaves) +
           self->room * (sizeof(*self->times_ns) + sizeof(*self->values));
}

size_t
harvest_samples(const struct harvest *self)
{
    return self->count;
}

static int
compare_series(const void *a, const void *b)
{
    return series_compare(((const struct evaluation_series *)a)->series,
                          ((const struct evaluation_series *)b)->series);
}

struct evaluation_input
harvest_input(struct harvest *self)
{
    size_t count = 0;

    self->series =
        xrealloc(self->series, self->sheaf_count, sizeof(*self->series));
    for (size_t i = 0; i < self->sheaf_count; i++) {
        const struct sheaf *sheaf = &self->sheaves[i];
        if (sheaf->count > 0)
            self->series[count++] = (struct evaluation_series){
                .series = &sheaf->series,
                .times_ns = self->times_ns + sheaf->start,
                .values = self->values + sheaf->start,
                .count = sheaf->count};
    }
    if (count > 1)
        qsort(self->series, count, sizeof(*self->series), compare_series);
    return (struct evaluation_input){.series = self->series, .count = count};
}

struct evaluation_input
harvest_join(struct harvest *self, struct harvest *further)
{
    const struct evaluation_input first = harvest_input(self);
    const struct evaluation_input second = harvest_input(further);
    size_t count = 0;

    self->joined = xrealloc(self->joined, first.count + second.count,
                            sizeof(*self->joined));
    for (size_t i = 0, j = 0; i < first.count || j < second.count;) {
        struct evaluation_series *series = &self->joined[count++];
        int order = i == first.count ? 1
                    : j == second.count
                        ? -1
                        : compare_series(&first.series[i], &second.series[j]);
        *series = order <= 0 ? first.series[i++] : second.series[j];
        if (order == 0)
            series->rest = &second.series[j];
        j += order >= 0;
    }
    return (struct evaluation_input){.series = self->joined, .count = count};
}
