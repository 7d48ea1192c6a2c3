/* ring.h - the last samples of one series, by time
 *
 * Samples lie in blocks, which are added as the ring fills and never moved, so
 * that a ring costs what it holds.  Their times come from a pool.  Not thread
 * safe.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "times.h"

enum { RING_BLOCK = TIMES_COUNT };

struct ring_block {
    struct times *times;
    double values[RING_BLOCK];
};

struct ring {
    struct ring_block **blocks; /* [block_count] */
    uint32_t block_count;
    uint32_t most;  /* samples, set by the owner, at least 1 */
    uint32_t start; /* place of the oldest */
    uint32_t count; /* samples */
};

/* Frees the blocks. */
void ring_fini(struct ring *self, struct times_pool *pool);

/* Bytes of the blocks that it has, and of one more, when nobody shares their
 * times. */
size_t ring_size(const struct ring *self);
size_t ring_block_size(void);

/* Says whether a block more would let it keep more than it can now. */
bool ring_is_short(const struct ring *self);

/* Adds a block; only when it is short.  Returns 0 or -ENOMEM. */
int ring_grow(struct ring *self);

/* Puts a sample in its place in time; when the ring is full the oldest goes.
 * One at the same time is replaced.  Returns 0, -ERANGE when the ring is full
 * and the sample older than all in it, or -ENOSPC when it has no block. */
int ring_put(struct ring *self, struct times_pool *pool, int64_t time_ns,
             double value);

/* The times of the oldest and the newest sample; there is one. */
int64_t ring_oldest_ns(const struct ring *self);
int64_t ring_newest_ns(const struct ring *self);

/* Copies the samples with after < time <= until, at most 'ring->count', and
 * returns how many. */
uint32_t ring_copy(const struct ring *self, int64_t after_ns, int64_t until_ns,
                   int64_t *times_ns, double *values);

/* Gives the last of those.  Returns 0, or -ENOENT when there is none. */
int ring_last(const struct ring *self, int64_t after_ns, int64_t until_ns,
              double *ret_value);

#endif /* RING_H */
