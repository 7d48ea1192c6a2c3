/* allowance.h - a bound of memory that many share
 *
 * Who takes memory for a question has a share and covers what he takes, before
 * he takes it; the shares together never exceed the bound.  Any thread may;
 * each share is one thread's at a time.
 */
#ifndef ALLOWANCE_H
#define ALLOWANCE_H

#include <stdbool.h>
#include <stdint.h>

struct allowance;

/* Lives until the last of who made it and its shares has let go. */
struct allowance *allowance_new(uint64_t most_bytes);
struct allowance *allowance_hold(struct allowance *self);
void allowance_release(struct allowance **self_p);

/* Counts from now on; what is taken already stays. */
void allowance_set(struct allowance *self, uint64_t most_bytes);

/* Returns the bytes that all shares cover. */
uint64_t allowance_used(const struct allowance *self);

struct share {
    struct allowance *of; /* NULL: of nothing, and without bound */
    uint64_t bytes;       /* covered */
};

void share_begin(struct share *self, struct allowance *of);
void share_end(struct share *self);

/* Covers nothing any more. */
void share_drop(struct share *self);

/* Covers 'bytes' in all, or leaves the share as it was and returns false. */
bool share_cover(struct share *self, uint64_t bytes);

#endif /* ALLOWANCE_H */
