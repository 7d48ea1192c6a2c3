/* metrics.c - what is known of metrics by their names; see metrics.h */
#include <config.h>

#include "metrics.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "lock.h"
#include "series.h"

enum { WHOLE_MOST = 2 * SERIES_NAME_MOST };

struct metrics_item {
    const char *whole; /* name and suffix */
    struct weir_metric metric;
    const char *suffix;
};

void
metrics_init(struct metrics *self)
{
    *self = (struct metrics){0};
    lock_init(&self->lock);
}

void
metrics_fini(struct metrics *self)
{
    arena_clear(&self->texts);
    table_fini(&self->table);
    free(self->items);
    self->items = NULL;
    self->count = self->room = 0;
    (void)pthread_rwlock_destroy(&self->lock);
}

static uint64_t
hash_of(const char *whole)
{
    return XXH3_64bits_withSeed(whole, strlen(whole), series_seed());
}

static const struct metrics_item *
find(const struct metrics *self, const char *whole)
{
    uint64_t hash = hash_of(whole);
    uint32_t step = 0, number = 0;

    while (table_next(&self->table, hash, &step, &number))
        if (strcmp(self->items[number].whole, whole) == 0)
            return &self->items[number];
    return NULL;
}

static void
file_item(struct metrics *self, uint32_t number)
{
    if (!table_full(&self->table)) {
        table_put(&self->table, hash_of(self->items[number].whole), number);
        return;
    }
    table_reset(&self->table, self->count);
    for (uint32_t i = 0; i < self->count; i++)
        table_put(&self->table, hash_of(self->items[i].whole), i);
}

static void
add(struct metrics *self, const char *whole, const struct weir_series *series)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    self->items[self->count++] = (struct metrics_item){
        .whole = arena_text(&self->texts, whole),
        .metric = {.name = arena_text(&self->texts, series->metric->name),
                   .type = series->metric->type,
                   .unit = arena_text(&self->texts, series->metric->unit),
                   .help = arena_text(&self->texts, series->metric->help)},
        .suffix = arena_text(&self->texts, series->suffix),
    };
    file_item(self, self->count - 1);
}

/* Whoever looks does not change it, so that the one thread that does needs no
 * lock to look. */
void
metrics_note(struct metrics *self, const struct weir_series *series)
{
    char whole[WHOLE_MOST];

    (void)snprintf(whole, sizeof(whole), "%s%s", series->metric->name,
                   series->suffix);
    if (self->count >= METRICS_MOST || find(self, whole))
        return;
    (void)pthread_rwlock_wrlock(&self->lock);
    add(self, whole, series);
    (void)pthread_rwlock_unlock(&self->lock);
}

static enum weir_type
type_of(const char *name)
{
    static const char ending[] = "_total";
    size_t length = strlen(name);

    return length >= sizeof(ending) &&
                   strcmp(name + length + 1 - sizeof(ending), ending) == 0
               ? WEIR_COUNTER
               : WEIR_UNTYPED;
}

void
metrics_find(struct metrics *self, const char *name,
             struct weir_metric *ret_metric, const char **ret_suffix)
{
    *ret_metric = (struct weir_metric){name, type_of(name), "", ""};
    *ret_suffix = "";
    (void)pthread_rwlock_rdlock(&self->lock);
    const struct metrics_item *item = find(self, name);
    if (item) {
        *ret_metric = item->metric;
        *ret_suffix = item->suffix;
    }
    (void)pthread_rwlock_unlock(&self->lock);
}
