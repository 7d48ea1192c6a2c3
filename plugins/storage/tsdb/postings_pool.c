/* postings_pool.c - numbers of the things that the label index is made of */
#include <config.h>

#include "base.h"
#include "postings_inner.h"

enum { ROOM_LEAST = 16 };

void
postings_pool_fini(struct postings_pool *self)
{
    table_fini(&self->by_hash);
    free(self->free);
}

uint32_t
postings_pool_take(struct postings_pool *self, void *items_p, size_t size)
{
    char *items = NULL;

    self->used++;
    if (self->free_count)
        return self->free[--self->free_count];
    if (self->count == self->room) {
        uint32_t room = self->room ? self->room + self->room / 2 : ROOM_LEAST;
        memcpy(&items, items_p, sizeof(items));
        items = xrealloc(items, room, size);
        memset(items + self->room * size, 0, (room - self->room) * size);
        memcpy(items_p, &items, sizeof(items));
        self->room = room;
    }
    return self->count++;
}

void
postings_pool_give_back(struct postings_pool *self, uint32_t number)
{
    if (self->free_count == self->free_room) {
        self->free_room = self->free_room ? 2 * self->free_room : ROOM_LEAST;
        self->free = xrealloc(self->free, self->free_room, sizeof(*self->free));
    }
    self->free[self->free_count++] = number;
    self->used--;
}

void
postings_pool_file(struct postings_pool *self, postings_hash *hash_of,
                   const void *index, uint32_t number)
{
    uint64_t hash = 0;

    if (!table_full(&self->by_hash)) {
        if (hash_of(index, number, &hash))
            table_put(&self->by_hash, hash, number);
        return;
    }
    table_reset(&self->by_hash, self->used);
    for (uint32_t i = 0; i < self->count; i++)
        if (hash_of(index, i, &hash))
            table_put(&self->by_hash, hash, i);
}
