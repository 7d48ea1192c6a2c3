/* ring.c - the newest rows of a layout */
#include <config.h>

#include "ring.h"

#include <string.h>

#include "base.h"

enum { ROOM_STEP = 2, LINE = 64 };

struct ring *
ring_new(uint32_t turn)
{
    struct ring *self = xcalloc(1, sizeof(*self));

    self->turn = turn % RING_ROWS;
    return self;
}

void
ring_destroy(struct ring **self_p)
{
    struct ring *self = *self_p;

    if (!self)
        return;
    for (uint32_t i = 0; i < self->room; i++)
        free(self->tiles[i]);
    free(self->tiles);
    free(self->present);
    free(self);
    *self_p = NULL;
}

void
ring_widen(struct ring *self, uint32_t width)
{
    uint32_t least = (width + RING_WIDTH - 1) / RING_WIDTH;

    if (least <= self->room)
        return;
    /* A layout that grows does so again. */
    uint32_t room = self->room ? least + least / 8 + ROOM_STEP : least;
    uint8_t *present = xcalloc(RING_ROWS, room);
    for (uint32_t i = 0; self->room && i < RING_ROWS; i++)
        memcpy(present + i * room, self->present + i * self->room, self->room);
    free(self->present);
    self->present = present;
    self->tiles = xrealloc(self->tiles, room, sizeof(*self->tiles));
    memset(self->tiles + self->room, 0,
           (room - self->room) * sizeof(*self->tiles));
    self->room = room;
}

static struct ring_tile *
tile_at(struct ring *self, uint32_t tile)
{
    if (!self->tiles[tile])
        self->tiles[tile] =
            x_or_die(aligned_alloc(LINE, sizeof(struct ring_tile)));
    return self->tiles[tile];
}

void
ring_put(struct ring *self, uint32_t tile, uint8_t bits, const double *values)
{
    self->present[self->next * self->room + tile] = bits;
    double *row = tile_at(self, tile)->values[self->next];
    if (bits == UINT8_MAX) {
        memcpy(row, values, RING_WIDTH * sizeof(*row));
        return;
    }
    for (unsigned rest = bits; rest; rest &= rest - 1)
        row[__builtin_ctz(rest)] = values[__builtin_ctz(rest)];
}

/* Sorts the rows that are there; says whether they were sorted already. */
static void
sort(struct ring_stretch *self)
{
    for (uint32_t i = 1; i < self->count; i++) {
        int64_t time_ns = self->times_ns[i];
        uint8_t slot = self->slots[i];
        uint32_t at = i;
        for (; at && self->times_ns[at - 1] > time_ns; at--) {
            self->times_ns[at] = self->times_ns[at - 1];
            self->slots[at] = self->slots[at - 1];
        }
        self->times_ns[at] = time_ns;
        self->slots[at] = slot;
        self->twice |= at && self->times_ns[at - 1] == time_ns;
    }
}

/* Turns the rows' bits of columns into the columns' bits of rows. */
static void
turn_bits(const struct ring *self, uint32_t tile, struct ring_stretch *stretch)
{
    uint64_t which[RING_WIDTH] = {0};

    for (uint32_t i = 0; i < stretch->count; i++) {
        uint64_t bits = self->present[stretch->slots[i] * self->room + tile];
        for (uint32_t column = 0; column < RING_WIDTH; column++)
            which[column] |= (bits >> column & 1) << i;
    }
    memcpy(stretch->which, which, sizeof(which));
}

bool
ring_look(const struct ring *self, uint32_t tile,
          struct ring_stretch *ret_stretch)
{
    uint32_t first = ring_first(self, tile);

    ret_stretch->count = 0;
    ret_stretch->twice = false;
    if (tile >= self->room || !self->tiles[tile])
        return false;
    for (uint32_t i = 0; i < RING_ROWS; i++) {
        uint32_t slot = (first + i) % RING_ROWS;
        ret_stretch->slots[ret_stretch->count] = (uint8_t)slot;
        ret_stretch->times_ns[ret_stretch->count] = self->times_ns[slot];
        ret_stretch->count += self->present[slot * self->room + tile] != 0;
    }
    sort(ret_stretch);
    turn_bits(self, tile, ret_stretch);
    return ret_stretch->count > 0;
}

void
ring_column(const struct ring *self, uint32_t tile, uint32_t column,
            const struct ring_stretch *stretch, double *ret_values)
{
    const struct ring_tile *values = self->tiles[tile];

    for (uint64_t rest = stretch->which[column]; rest; rest &= rest - 1)
        *ret_values++ =
            values->values[stretch->slots[__builtin_ctzll(rest)]][column];
}

void
ring_clear_column(struct ring *self, uint32_t tile, uint32_t column)
{
    for (uint32_t i = 0; i < RING_ROWS; i++)
        self->present[i * self->room + tile] &= (uint8_t) ~(1U << column);
}

void
ring_clear(struct ring *self, uint32_t tile)
{
    if (!self->tiles[tile])
        return;
    for (uint32_t i = 0; i < RING_ROWS; i++)
        self->present[i * self->room + tile] = 0;
}

void
ring_drop(struct ring *self, uint32_t tile)
{
    free(self->tiles[tile]);
    self->tiles[tile] = NULL;
}
