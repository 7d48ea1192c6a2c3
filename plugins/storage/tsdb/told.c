/* told.c - what series are, copied out of the head */
#include <config.h>

#include "told.h"

#include "series.h"

static void
copy_series(struct told_few *self, const struct head_series *series)
{
    struct arena *arena = &self->texts;
    struct weir_metric *metric = arena_alloc(arena, sizeof(*metric));

    metric->type = series->series.metric->type;
    metric->name = arena_text(arena, series->series.metric->name);
    metric->unit = arena_text(arena, series->series.metric->unit);
    metric->help = arena_text(arena, series->series.metric->help);
    self->items[self->count++] = (struct told){
        .series = {metric, arena_text(arena, series->series.suffix),
                   labels_copy(arena, series->series.labels)},
        .number = series->number,
        .born = series->born,
    };
}

void
told_look(struct told_few *self, struct head *head, const uint32_t *numbers,
          uint32_t count, uint32_t generation)
{
    arena_clear(&self->texts);
    self->count = 0;
    (void)pthread_rwlock_rdlock(&head->lock);
    for (uint32_t i = 0; i < count; i++) {
        const struct head_series *series = head_at(head, numbers[i]);
        if (series && series->born <= generation)
            copy_series(self, series);
    }
    (void)pthread_rwlock_unlock(&head->lock);
}

const struct head_series *
told_find(const struct head *head, const struct told *told)
{
    const struct head_series *series = head_at(head, told->number);

    return series && series->born == told->born ? series : NULL;
}
