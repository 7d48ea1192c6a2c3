/* head.c - all series of the store, and their samples that are in no part yet
 */
#include <config.h>

#include "head.h"

#include <string.h>

#include "base.h"
#include "group.h"
#include "lock.h"
#include "series.h"

enum { ROOM_LEAST = 256 };

void
head_init(struct head *self)
{
    *self = (struct head){.epoch = 1, .index = postings_new()};
    lock_init(&self->lock);
}

void
head_fini(struct head *self)
{
    group_destroy_all(self);
    for (uint32_t i = 1; i <= self->count; i++) {
        if (!self->entries[i])
            continue;
        run_fini(&self->entries[i]->live);
        run_fini(&self->entries[i]->frozen);
        free(self->entries[i]);
    }
    free(self->groups);
    free(self->entries);
    arena_clear(&self->sealed[0]);
    arena_clear(&self->sealed[1]);
    table_fini(&self->by_hash);
    postings_destroy(&self->index);
    (void)pthread_rwlock_destroy(&self->lock);
}

uint32_t
head_find(const struct head *self, const struct weir_series *series)
{
    uint64_t hash = series_hash(series);
    uint32_t step = 0, number = 0;

    while (table_next(&self->by_hash, hash, &step, &number)) {
        const struct head_series *entry = self->entries[number];
        if (entry && entry->hash == hash &&
            series_equal(&entry->series, series))
            return number;
    }
    return 0;
}

/* What the table says of a number that was left is seen to be wrong by looking
 * at the series, and goes when the table grows. */
static void
file_series(struct head *self, uint32_t number)
{
    if (!table_full(&self->by_hash)) {
        table_put(&self->by_hash, self->entries[number]->hash, number);
        return;
    }
    table_reset(&self->by_hash, self->known);
    for (uint32_t i = 1; i <= self->count; i++)
        if (self->entries[i])
            table_put(&self->by_hash, self->entries[i]->hash, i);
}

static void
make_room(struct head *self, uint32_t number)
{
    uint32_t room = self->room ? self->room : ROOM_LEAST;

    while (room <= number)
        room *= 2;
    if (room > self->room) {
        self->entries = xrealloc(self->entries, room, sizeof(*self->entries));
        memset(self->entries + self->room, 0,
               (room - self->room) * sizeof(*self->entries));
        self->room = room;
    }
    if (number > self->count)
        self->count = number;
}

uint32_t
head_take_in(struct head *self, const struct weir_series *series,
             uint32_t number)
{
    size_t labels = labels_count(series->labels) + 1;
    struct head_series *entry =
        xcalloc(1, sizeof(*entry) + labels * sizeof(entry->labels[0]));

    if (number == 0)
        number = self->count + 1;
    postings_add(self->index, number, series, &entry->series, entry->labels);
    entry->hash = series_hash(series);
    entry->number = number;
    entry->born = postings_generation(self->index);
    entry->epoch = self->epoch;
    make_room(self, number);
    self->entries[number] = entry;
    self->known++;
    file_series(self, number);
    return number;
}

struct run *
head_run(struct head *self, struct head_series *series, uint64_t epoch)
{
    if (epoch != self->epoch)
        return series->epoch == self->epoch ? &series->frozen : &series->live;
    if (series->epoch != epoch) {
        series->frozen = series->live;
        series->live = (struct run){0};
        series->epoch = epoch;
    }
    return &series->live;
}

void
head_leave(struct head *self, uint32_t number)
{
    struct head_series *entry = self->entries[number];

    group_release(self, entry);
    postings_remove(self->index, number, &entry->series);
    self->entries[number] = NULL;
    self->known--;
    run_fini(&entry->live);
    run_fini(&entry->frozen);
    free(entry);
}

void
head_put(struct head *self, struct head_series *series, int64_t time_ns,
         double value)
{
    group_release(self, series);
    run_put(head_run(self, series, self->epoch), head_arena(self, self->epoch),
            time_ns, value);
    self->samples++;
}

/* In the order in which it came: what the group froze came before what is live,
 * unless that is of the epoch before, too. */
void
head_copy(const struct head_series *series, int64_t after_ns, int64_t until_ns,
          struct samples *samples)
{
    const struct samples_range range = {after_ns, until_ns};
    const struct group *group = series->group;
    bool later = group && series->epoch == group->epoch;

    run_copy(&series->frozen, after_ns, until_ns, samples);
    if (!later)
        run_copy(&series->live, after_ns, until_ns, samples);
    if (group)
        group_copy(group->frozen, series->column, range, samples);
    if (later)
        run_copy(&series->live, after_ns, until_ns, samples);
    if (group)
        group_copy(group->ring, series->column, range, samples);
}

bool
head_touches(const struct head_series *series, int64_t after_ns,
             int64_t until_ns)
{
    const struct samples_range range = {after_ns, until_ns};
    const struct group *group = series->group;

    return run_touches(&series->live, after_ns, until_ns) ||
           run_touches(&series->frozen, after_ns, until_ns) ||
           (group && (group_touches(group->ring, series->column, range) ||
                      group_touches(group->frozen, series->column, range)));
}

void
head_freeze(struct head *self)
{
    self->epoch++;
    self->frozen_samples = self->samples;
    self->samples = 0;
}

void
head_settle(struct head *self)
{
    uint32_t number = 0, tile = 0;
    bool more = true;

    while (more) {
        (void)pthread_rwlock_wrlock(&self->lock);
        more = number < self->group_count;
        struct group *group = more ? self->groups[number] : NULL;
        if (!group || !group_settle(self, group, &tile)) {
            number++;
            tile = 0;
        }
        (void)pthread_rwlock_unlock(&self->lock);
    }
}

const struct run *
head_frozen(const struct head *self, const struct head_series *series)
{
    const struct run *run =
        series->epoch == self->epoch ? &series->frozen : &series->live;

    return run_empty(run) ? NULL : run;
}

static void
drop(struct head *self, struct head_series *series)
{
    run_fini(series->epoch == self->epoch ? &series->frozen : &series->live);
    series->epoch = self->epoch;
}

void
head_drop(struct head *self, uint32_t from, uint32_t until)
{
    for (uint32_t i = from; i <= until; i++)
        if (self->entries[i])
            drop(self, self->entries[i]);
}

void
head_dropped(struct head *self)
{
    (void)pthread_rwlock_wrlock(&self->lock);
    struct arena *arena = head_arena(self, self->epoch - 1);
    struct arena dropped = *arena;
    *arena = (struct arena){0};
    self->frozen_samples = 0;
    (void)pthread_rwlock_unlock(&self->lock);
    arena_clear(&dropped);
}
