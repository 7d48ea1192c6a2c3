/* arena.h - memory that is freed all at once
 *
 * Allocate many small things, never free one of them, and drop them together.
 * A layout keeps the texts of its series here.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *newest; /* list, newest block first; or NULL */
    size_t size;                /* bytes of all blocks */
};

/* Returns 'size' zeroed bytes, aligned for any type, valid until
 * arena_clear().  Never NULL. */
void *arena_alloc(struct arena *self, size_t size);

/* The same, for what is aligned to 8 bytes: takes less of them. */
void *arena_words(struct arena *self, size_t size);

/* Returns a copy of 'text' that lives as long as the arena. */
char *arena_text(struct arena *self, const char *text);

/* Returns a copy of 'size' bytes with a '\0' behind them. */
char *arena_bytes(struct arena *self, const void *bytes, size_t size);

/* Frees everything that was allocated; the arena may be used again. */
void arena_clear(struct arena *self);

#endif /* ARENA_H */
