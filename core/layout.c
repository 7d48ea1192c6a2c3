/* layout.c - a list of series that only grows */
#include <config.h>

#include "layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "base.h"
#include "series.h"

struct layout {
    struct weir_layout shape;
    struct weir_series *series; /* what shape.series points to */
    uint32_t number;
    uint32_t room; /* series that fit in the allocated memory */
    const struct weir_metric **metrics; /* [metric_count], our copies */
    size_t metric_count, metric_room;
    struct arena arena; /* metrics and labels */
    void *resolved;
};

struct layout *
layout_new(uint32_t number)
{
    struct layout *self = xcalloc(1, sizeof(*self));
    self->number = number;
    return self;
}

uint32_t
layout_next_number(void)
{
    static _Atomic uint32_t last;

    return ++last;
}

void
layout_destroy(struct layout **self_p)
{
    struct layout *self = *self_p;

    if (!self)
        return;
    arena_clear(&self->arena);
    free(self->metrics);
    free(self->series);
    free(self);
    *self_p = NULL;
}

uint32_t
layout_number(const struct layout *self)
{
    return self->number;
}

const struct weir_layout *
layout_shape(const struct layout *self)
{
    return &self->shape;
}

struct layout *
layout_of(const struct weir_layout *shape)
{
    /* The shape is const for plugins alone. */
    return base_own(shape);
}

void **
layout_resolved(struct layout *self)
{
    return &self->resolved;
}

static const struct weir_metric *
copy_metric(struct layout *self, const struct weir_metric *metric)
{
    struct weir_metric *copy = arena_alloc(&self->arena, sizeof(*copy));

    *copy = (struct weir_metric){
        .name = arena_text(&self->arena, metric->name),
        .type = metric->type,
        .unit = arena_text(&self->arena, metric->unit),
        .help = arena_text(&self->arena, metric->help),
    };
    if (self->metric_count == self->metric_room) {
        self->metric_room = self->metric_room ? 2 * self->metric_room : 8;
        self->metrics =
            xrealloc(self->metrics, self->metric_room, sizeof(*self->metrics));
    }
    self->metrics[self->metric_count++] = copy;
    return copy;
}

/* Series of a metric mostly come one after the other: look from the end. */
static const struct weir_metric *
find_metric(struct layout *self, const struct weir_metric *metric)
{
    for (size_t i = self->metric_count; i-- > 0;)
        if (strcmp(self->metrics[i]->name, metric->name) == 0)
            return self->metrics[i];
    return copy_metric(self, metric);
}

/* Most labels of a series are those of the series before, 'like' (or NULL). */
static struct weir_series
copy_series(struct layout *self, const struct weir_series *series,
            const struct weir_series *like)
{
    bool same_part = like && strcmp(like->suffix, series->suffix) == 0;

    return (struct weir_series){
        .metric = find_metric(self, series->metric),
        .suffix =
            same_part ? like->suffix : arena_text(&self->arena, series->suffix),
        .labels = labels_copy_like(&self->arena, series->labels,
                                   like ? like->labels : NULL),
    };
}

uint32_t
layout_add(struct layout *self, const struct weir_series *series)
{
    if (self->shape.count >= WEIR_LAYOUT_MOST)
        return UINT32_MAX;
    if (self->shape.count == self->room) {
        self->room += self->room / 8 + 16;
        self->series =
            xrealloc(self->series, self->room, sizeof(*self->series));
        self->shape.series = self->series;
    }
    uint32_t count = self->shape.count;
    self->series[count] =
        copy_series(self, series, count ? &self->series[count - 1] : NULL);
    return self->shape.count++;
}
