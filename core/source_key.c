/* source_key.c - what the series of a source are filed under */
#include <config.h>

#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "source.h"

enum { KEYS_MOST = 1 << 20 };

static uint64_t
hash_of(const void *key, size_t size)
{
    return XXH3_64bits_withSeed(key, size, series_seed());
}

/* What is given again comes in the order of the last time, most likely. */
static void
follow(struct weir_source *self, uint32_t number)
{
    self->followers[self->key_last] = number;
    self->key_last = number + 1;
}

const struct key *
source_find_key(struct weir_source *self, const void *key, size_t size)
{
    uint64_t hash = hash_of(key, size);
    uint32_t step = 0;
    uint32_t number = 0;

    while (table_next(&self->by_key, hash, &step, &number)) {
        const struct key *filed = &self->keys[number];
        if (filed->size != size || memcmp(filed->bytes, key, size) != 0)
            continue;
        follow(self, number);
        return filed;
    }
    return NULL;
}

void
source_file_keys(struct weir_source *self)
{
    table_reset(&self->by_key, self->key_count + 1);
    for (uint32_t i = 0; i < self->key_count; i++)
        table_put(&self->by_key,
                  hash_of(self->keys[i].bytes, self->keys[i].size), i);
}

void
source_forget_followers(struct weir_source *self)
{
    for (uint32_t i = 0; self->followers && i <= self->key_count; i++)
        self->followers[i] = UINT32_MAX;
    self->key_last = 0;
}

static void
make_room(struct weir_source *self)
{
    bool first = self->key_room == 0;

    self->key_room = first ? 64 : self->key_room + self->key_room / 2;
    self->keys = xrealloc(self->keys, self->key_room, sizeof(*self->keys));
    self->followers =
        xrealloc(self->followers, self->key_room + 1, sizeof(*self->followers));
    if (first)
        self->followers[0] = UINT32_MAX;
}

/* A series may come under several keys, but not under any number of them, and
 * of what is left out there are as many as there were at first, and as many
 * again.  Beyond that, keys are of what comes and goes. */
static bool
has_room(const struct weir_source *self, uint32_t place)
{
    if (place == PLACE_NONE)
        return !self->left_out_most || self->left_out < self->left_out_most;
    return self->key_count - self->left_out <
           4 * self->series_count + SOURCE_KEYS_SPARE;
}

/* What came after the key before comes after this one, most likely. */
void
source_add_key(struct weir_source *self, const void *key, size_t size,
               uint32_t place)
{
    if (!has_room(self, place)) {
        self->littered = true;
        return;
    }
    if (size > UINT32_MAX || self->key_count >= KEYS_MOST)
        return;
    self->left_out += place == PLACE_NONE;
    if (self->key_count == self->key_room)
        make_room(self);
    uint32_t number = self->key_count;
    self->keys[number] = (struct key){arena_bytes(&self->arena, key, size),
                                      (uint32_t)size, place};
    self->followers[number + 1] = self->followers[self->key_last];
    follow(self, number);
    if (table_full(&self->by_key))
        source_file_keys(self);
    table_put(&self->by_key, hash_of(key, size), number);
    self->key_count++;
}
