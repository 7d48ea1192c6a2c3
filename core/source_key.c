/* source_key.c - what the series of a source are filed under */
#include <config.h>

#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "source.h"

enum { KEYS_SPARE = 1024 };

uint32_t
source_find_key(const struct weir_source *self, const void *key, size_t size)
{
    uint64_t hash = XXH3_64bits(key, size);
    uint32_t step = 0;
    uint32_t number = 0;

    while (table_next(&self->by_key, hash, &step, &number)) {
        const struct key *filed = &self->keys[number];
        if (filed->size == size && memcmp(filed->bytes, key, size) == 0)
            return filed->entry;
    }
    return PLACE_NONE;
}

void
source_file_keys(struct weir_source *self)
{
    table_reset(&self->by_key, self->key_count + 1);
    for (uint32_t i = 0; i < self->key_count; i++)
        table_put(&self->by_key, self->keys[i].hash, i);
}

/* A series may come under several keys, but not under any number of them. */
void
source_add_key(struct weir_source *self, const void *key, size_t size,
               uint32_t entry)
{
    if (self->key_count >= 4 * self->entry_count + KEYS_SPARE)
        return;
    if (self->key_count == self->key_room) {
        self->key_room = self->key_room ? 2 * self->key_room : 64;
        self->keys = xrealloc(self->keys, self->key_room, sizeof(*self->keys));
    }
    uint64_t hash = XXH3_64bits(key, size);
    self->keys[self->key_count] =
        (struct key){arena_bytes(&self->arena, key, size), size, hash, entry};
    if (table_full(&self->by_key))
        source_file_keys(self);
    table_put(&self->by_key, hash, self->key_count++);
}
