/* lookup.h - things found by hash
 *
 * An open table of pointers, which it does not own.  Not thread safe.
 */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lookup_cell {
    uint64_t hash;
    void *item; /* NULL: empty */
};

struct lookup {
    struct lookup_cell *cells; /* [room] */
    uint32_t room;             /* 0 or a power of two */
    uint32_t count;
};

typedef bool lookup_same(const void *item, const void *key);

/* Returns the item with 'hash' that is 'same' as 'key', or NULL. */
void *lookup_find(const struct lookup *self, uint64_t hash, lookup_same *same,
                  const void *key);

/* Adds an item that is not in it.  Returns 0 or -ENOMEM. */
int lookup_add(struct lookup *self, uint64_t hash, void *item);

/* Takes the item out, if it is in it. */
void lookup_remove(struct lookup *self, uint64_t hash, const void *item);

/* Bytes that the table occupies. */
size_t lookup_size(const struct lookup *self);

/* Frees the cells, not the items. */
void lookup_fini(struct lookup *self);

#endif /* LOOKUP_H */
