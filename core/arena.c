/* arena.c - memory that is freed all at once */
#include <config.h>

#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base.h"

enum { FIRST_SIZE = 512, MOST_SIZE = 16384 };

struct arena_block {
    struct arena_block *older;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

/* Blocks grow with the arena, so that a small one stays small. */
static struct arena_block *
add_block(struct arena *self, size_t least)
{
    size_t size = self->size < FIRST_SIZE ? FIRST_SIZE : self->size;

    if (size > MOST_SIZE)
        size = MOST_SIZE;
    if (size < least)
        size = least;

    struct arena_block *block = xcalloc(1, sizeof(*block) + size);
    block->older = self->newest;
    block->size = size;
    self->newest = block;
    self->size += size;
    return block;
}

static void *
take(struct arena *self, size_t size, size_t alignment)
{
    struct arena_block *block = self->newest;
    size_t start =
        block ? (block->used + alignment - 1) / alignment * alignment : 0;

    if (!block || start > block->size || block->size - start < size) {
        block = add_block(self, size);
        start = 0;
    }
    block->used = start + size;
    return block->bytes + start;
}

void *
arena_alloc(struct arena *self, size_t size)
{
    return take(self, size, alignof(max_align_t));
}

void *
arena_words(struct arena *self, size_t size)
{
    return take(self, size, alignof(uint64_t));
}

char *
arena_bytes(struct arena *self, const void *bytes, size_t size)
{
    char *copy = take(self, size + 1, 1);

    if (size)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

char *
arena_text(struct arena *self, const char *text)
{
    return arena_bytes(self, text, strlen(text));
}

void
arena_clear(struct arena *self)
{
    while (self->newest) {
        struct arena_block *block = self->newest;
        self->newest = block->older;
        free(block);
    }
    self->size = 0;
}
