/* lookup.c - things found by hash */
#include <config.h>

#include "lookup.h"

#include <errno.h>
#include <stdlib.h>

enum { ROOM_LEAST = 16 };

void *
lookup_find(const struct lookup *self, uint64_t hash, lookup_same *same,
            const void *key)
{
    if (self->room == 0)
        return NULL;

    for (uint64_t at = hash;; at++) {
        const struct lookup_cell *cell = &self->cells[at & (self->room - 1)];
        if (!cell->item)
            return NULL;
        if (cell->hash == hash && same(cell->item, key))
            return cell->item;
    }
}

/* Puts the cell where it belongs; there is room. */
static void
place(struct lookup *self, struct lookup_cell cell)
{
    uint64_t at = cell.hash;

    while (self->cells[at & (self->room - 1)].item)
        at++;
    self->cells[at & (self->room - 1)] = cell;
}

static int
grow(struct lookup *self)
{
    struct lookup old = *self;
    uint32_t room = old.room ? 2 * old.room : ROOM_LEAST;

    struct lookup_cell *cells = calloc(room, sizeof(*cells));
    if (!cells)
        return -ENOMEM;
    self->cells = cells;
    self->room = room;
    for (uint32_t i = 0; i < old.room; i++) {
        if (old.cells[i].item)
            place(self, old.cells[i]);
    }
    free(old.cells);
    return 0;
}

int
lookup_add(struct lookup *self, uint64_t hash, void *item)
{
    if (4 * (self->count + 1) > 3 * self->room) {
        int rc = grow(self);
        if (rc < 0)
            return rc;
    }
    place(self, (struct lookup_cell){hash, item});
    self->count++;
    return 0;
}

/* Moves what follows the hole back, where it may, so that no search ends
 * before it is found. */
static void
close_hole(struct lookup *self, uint32_t hole)
{
    const uint32_t mask = self->room - 1;

    for (uint32_t at = (hole + 1) & mask; self->cells[at].item;
         at = (at + 1) & mask) {
        uint32_t home = (uint32_t)self->cells[at].hash & mask;
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        self->cells[hole] = self->cells[at];
        hole = at;
    }
    self->cells[hole] = (struct lookup_cell){0};
}

void
lookup_remove(struct lookup *self, uint64_t hash, const void *item)
{
    if (self->room == 0)
        return;

    uint32_t at = (uint32_t)hash & (self->room - 1);
    while (self->cells[at].item && self->cells[at].item != item)
        at = (at + 1) & (self->room - 1);
    if (!self->cells[at].item)
        return;
    close_hole(self, at);
    self->count--;
}

size_t
lookup_size(const struct lookup *self)
{
    return self->room * sizeof(*self->cells);
}

void
lookup_fini(struct lookup *self)
{
    free(self->cells);
    *self = (struct lookup){0};
}
