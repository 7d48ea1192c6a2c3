/* sheet.c - a layout, the row that is being filled, and its loose samples */
#include <config.h>

#include <string.h>

#include "base.h"
#include "source.h"

static size_t
words_of(uint32_t columns)
{
    return (columns + 63) / 64;
}

/* Makes room for as many columns as the layout has; new ones are absent. */
static void
make_room(struct sheet *self)
{
    uint32_t old = self->room;
    uint32_t room = old ? 2 * old : 64;

    self->values = xrealloc(self->values, room, sizeof(*self->values));
    memset(self->values + old, 0, (room - old) * sizeof(*self->values));
    uint64_t **all[] = {&self->present, &self->before, &self->recent,
                        &self->saved};
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        *all[i] = xrealloc(*all[i], words_of(room), sizeof(uint64_t));
        memset(*all[i] + words_of(old), 0,
               (words_of(room) - words_of(old)) * sizeof(uint64_t));
    }
    self->room = room;
}

uint32_t
sheet_add(struct sheet *self, const struct weir_series *series)
{
    uint32_t column = layout_add(self->layout, series);

    if (column != UINT32_MAX && column >= self->room)
        make_room(self);
    return column;
}

void
sheet_fini(struct sheet *self)
{
    layout_destroy(&self->layout);
    free(self->values);
    free(self->present);
    free(self->before);
    free(self->recent);
    free(self->saved);
    free(self->index);
    free(self->times_ns);
    free(self->loose);
}

static void
grow_loose(struct sheet *self)
{
    self->loose_room = self->loose_room ? 2 * self->loose_room : 64;
    self->index = xrealloc(self->index, self->loose_room, sizeof(*self->index));
    self->times_ns =
        xrealloc(self->times_ns, self->loose_room, sizeof(*self->times_ns));
    self->loose = xrealloc(self->loose, self->loose_room, sizeof(*self->loose));
}

void
sheet_set_at(struct sheet *self, uint32_t column, int64_t time_ns, double value)
{
    if (self->loose_count == self->loose_room)
        grow_loose(self);
    self->index[self->loose_count] = column;
    self->times_ns[self->loose_count] = time_ns;
    self->loose[self->loose_count++] = value;
    self->recent[column / 64] |= UINT64_C(1) << (column % 64);
}

uint64_t
sheet_count_present(const struct sheet *self)
{
    uint64_t count = 0;

    for (size_t w = 0; w < words_of(self->room); w++)
        count += (uint64_t)__builtin_popcountll(self->present[w]);
    return count;
}

uint64_t
sheet_count_added(const struct sheet *self)
{
    uint64_t count = 0;

    for (size_t w = 0; w < words_of(self->room); w++)
        count +=
            (uint64_t)__builtin_popcountll(self->present[w] & ~self->before[w]);
    return count;
}

void
sheet_save(struct sheet *self)
{
    memcpy(self->saved, self->present, words_of(self->room) * sizeof(uint64_t));
    self->loose_saved = self->loose_count;
}

/* Makes the columns in 'bits' absent.  What is absent has the value 0, which
 * packs well. */
static void
clear_columns(struct sheet *self, size_t word, uint64_t bits)
{
    self->present[word] &= ~bits;
    for (; bits; bits &= bits - 1)
        self->values[word * 64 + (size_t)__builtin_ctzll(bits)] = 0;
}

void
sheet_restore(struct sheet *self)
{
    for (size_t w = 0; w < words_of(self->room); w++)
        clear_columns(self, w, self->present[w] & ~self->saved[w]);
    self->loose_count = self->loose_saved;
}

void
sheet_undo(struct sheet *self)
{
    for (size_t w = 0; w < words_of(self->room); w++)
        clear_columns(self, w, self->present[w]);
    self->loose_count = 0;
}

uint32_t
sheet_mark(struct sheet *self)
{
    uint64_t stale = WEIR_STALE_BITS;
    uint32_t count = 0;

    for (size_t w = 0; w < words_of(self->room); w++) {
        uint64_t gone = self->before[w] & ~self->present[w];
        /* Kept for sheet_turn(), where these are absent again. */
        self->saved[w] = gone;
        self->present[w] |= gone;
        for (; gone; gone &= gone - 1, count++)
            memcpy(&self->values[w * 64 + (size_t)__builtin_ctzll(gone)],
                   &stale, sizeof(stale));
    }
    return count;
}

void
sheet_turn(struct sheet *self, bool lost)
{
    for (size_t w = 0; w < words_of(self->room); w++) {
        uint64_t gone = self->saved[w];
        clear_columns(self, w, gone);
        self->recent[w] |= self->present[w];
        self->before[w] = self->present[w] | (lost ? gone : 0);
        self->present[w] = 0;
    }
    self->loose_count = 0;
}
