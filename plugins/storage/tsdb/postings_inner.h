/* postings_inner.h - what the label index is made of
 *
 * Names, pairs and metrics are found by hash and have numbers, which are used
 * again when the last series that needs them goes.  The tables by hash are not
 * told of that: what they still say of a number then is seen to be wrong by
 * looking at it, and goes when the table grows.
 */
#ifndef TSDB_POSTINGS_INNER_H
#define TSDB_POSTINGS_INNER_H

#include <pthread.h>

#include "postings.h"
#include "table.h"

/* A number stands for nothing. */
#define POSTINGS_NONE UINT32_MAX

/* Numbers of one kind: up to 'count' they were used, 'free' are free now. */
struct postings_pool {
    struct table by_hash;
    uint32_t count, room, used;
    uint32_t *free; /* [free_count] */
    uint32_t free_count, free_room;
};

void postings_pool_fini(struct postings_pool *self);

/* Returns a number to use, and sees to room for it in the array that 'items_p'
 * points to, of things of 'size' bytes, zeroed when it was never used. */
uint32_t postings_pool_take(struct postings_pool *self, void *items_p,
                            size_t size);
void postings_pool_give_back(struct postings_pool *self, uint32_t number);

/* Gives the hash of the thing 'number'; returns false when it is free. */
typedef bool postings_hash(const void *index, uint32_t number,
                           uint64_t *ret_hash);

/* Files the number by its hash. */
void postings_pool_file(struct postings_pool *self, postings_hash *hash_of,
                        const void *index, uint32_t number);

struct postings_name {
    char *text;            /* NULL: free */
    struct numbers series; /* whose value is not "": that says no label */
    uint32_t *pairs;       /* [count]; or POSTINGS_NONE */
    uint32_t count, room, used;
    uint32_t tidied; /* grows when pairs change their places */
};

struct postings_pair {
    char *value; /* NULL: free */
    struct numbers series;
    uint32_t name;
    uint32_t place; /* in the name's list */
};

struct postings_metric {
    struct weir_metric metric; /* its texts lie behind */
    uint32_t users;            /* series */
    char texts[];
};

struct postings {
    pthread_rwlock_t lock;
    roaring_bitmap_t *all;
    uint32_t generation;
    struct postings_pool name_pool, pair_pool, metric_pool;
    struct postings_name *names;
    struct postings_pair *pairs;
    struct postings_metric **metrics; /* NULL: free */
    size_t text_size;
};

/* Return the number, or POSTINGS_NONE. */
uint32_t postings_find_name(const struct postings *self, const char *text);
uint32_t postings_find_pair(const struct postings *self, uint32_t name,
                            const char *value);

#endif /* TSDB_POSTINGS_INNER_H */
