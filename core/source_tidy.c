/* source_tidy.c - let go of series that have been absent for long
 *
 * A layout only grows, so that series that come and go would fill it.  When
 * over a quarter of the columns has been absent for an hour, or the limit
 * refuses new series while old ones are absent, the source makes its layouts
 * anew from what is present.  Entries keep their numbers, for references; keys
 * do not.
 */
#include <config.h>

#include <string.h>

#include "base.h"
#include "series.h"
#include "source.h"

static const int64_t look_after_ns = 3600 * NS_PER_S;
static const int64_t look_when_crowded_ns = 60 * NS_PER_S;

static uint32_t
count_absent(const struct weir_source *self)
{
    uint32_t absent = 0;

    for (uint32_t s = 0; s < self->sheet_count; s++) {
        const struct sheet *sheet = &self->sheets[s];
        uint32_t count = layout_shape(sheet->layout)->count;
        for (uint32_t c = 0; c < count; c++)
            absent += !has_column(sheet->recent, c);
    }
    return absent;
}

/* Returns the place in the new sheets of what had 'place' in the old ones. */
static uint32_t
move_place(struct weir_source *self, uint32_t place, struct sheet *old)
{
    uint32_t column = 0;
    const struct sheet *from = sheet_at(old, place, &column);
    const struct weir_series *series =
        &layout_shape(from->layout)->series[column];
    bool before = has_column(from->before, column);

    place = source_place(self, series);
    struct sheet *to = sheet_at(self->sheets, place, &column);
    to->before[column / 64] |= (uint64_t)before << (column % 64);
    return place;
}

static bool
was_there(uint32_t place, struct sheet *old)
{
    uint32_t column = 0;

    if (place == PLACE_NONE)
        return false;
    const struct sheet *sheet = sheet_at(old, place, &column);
    return has_column(sheet->recent, column);
}

static void
move_entries(struct weir_source *self, struct sheet *old, struct arena *arena)
{
    for (uint32_t i = 0; i < self->entry_count; i++) {
        struct entry *entry = &self->entries[i];
        if (!entry->used)
            continue;
        if (!entry->pins && !was_there(self->places[i], old)) {
            *entry = (struct entry){0};
            self->places[i] = self->entry_free;
            self->entry_free = i;
            continue;
        }
        source_own_texts(self, arena, entry);
        if (self->places[i] != PLACE_NONE)
            self->places[i] = move_place(self, self->places[i], old);
    }
}

static void
move_keys(struct weir_source *self, struct sheet *old, struct arena *arena)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < self->key_count; i++) {
        struct key key = self->keys[i];
        if (!was_there(key.place, old))
            continue;
        key.place = move_place(self, key.place, old);
        key.bytes = arena_bytes(arena, key.bytes, key.size);
        self->keys[kept++] = key;
    }
    self->key_count = kept;
    self->left_out = self->left_out_most = 0;
    source_file_keys(self);
    source_forget_followers(self);
}

static void
rebuild(struct weir_source *self)
{
    struct sheet *old = self->sheets;
    uint32_t old_count = self->sheet_count;
    uint32_t old_series = self->series_count;
    struct arena arena = {0};
    const struct outlet *outlet = self->settings.outlet;

    self->sheets = NULL;
    self->sheet_count = 0;
    self->series_count = 0;
    self->metric_before = NULL;
    self->labels_before = NULL;
    table_reset(&self->by_place, old_series);
    move_entries(self, old, &arena);
    move_keys(self, old, &arena);
    source_file_entries(self);
    self->order_count = 0;
    arena_clear(&self->arena);
    self->arena = arena;
    self->settings.figures->series -= old_series - self->series_count;
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].sent)
            outlet->forget(outlet->arg, layout_number(old[i].layout));
        sheet_fini(&old[i]);
    }
    free(old);
}

/* Forgets all keys: those that are of use are filed again as they come. */
static void
sweep(struct weir_source *self)
{
    struct arena arena = {0};

    self->metric_before = NULL;
    self->labels_before = NULL;
    for (uint32_t i = 0; i < self->entry_count; i++)
        if (self->entries[i].used)
            source_own_texts(self, &arena, &self->entries[i]);
    arena_clear(&self->arena);
    self->arena = arena;
    self->key_count = 0;
    self->left_out = self->left_out_most = 0;
    source_file_keys(self);
    source_forget_followers(self);
}

/* The cycle in which all came anew is over: so many are left out, for now. */
static void
tidy_keys(struct weir_source *self, int64_t now_ns)
{
    int64_t after_ns = now_ns - self->swept_ns;

    if (!self->left_out_most)
        self->left_out_most = 2 * self->left_out + SOURCE_KEYS_SPARE;
    /* Also when the clock was set back. */
    if (!self->littered || (after_ns >= 0 && after_ns < look_when_crowded_ns))
        return;
    sweep(self);
    self->littered = false;
    self->swept_ns = now_ns;
}

void
source_tidy(struct weir_source *self, int64_t now_ns)
{
    int64_t after = self->crowded ? look_when_crowded_ns : look_after_ns;

    tidy_keys(self, now_ns);
    /* The first time, and when the clock was set back. */
    if (!self->looked_ns || now_ns < self->looked_ns)
        self->looked_ns = now_ns;
    if (now_ns - self->looked_ns < after)
        return;
    uint32_t absent = count_absent(self);
    if (absent && (self->crowded || absent > self->series_count / 4))
        rebuild(self);
    self->crowded = false;
    self->looked_ns = now_ns;
    for (uint32_t s = 0; s < self->sheet_count; s++)
        memcpy(self->sheets[s].recent, self->sheets[s].before,
               (self->sheets[s].room + 63) / 64 * sizeof(uint64_t));
}
