/* times.h - vectors of times that many rings share
 *
 * Series that are collected together have the same times, so a block of a ring
 * has values of its own, and refers to a vector of times.  Whoever changes a
 * time that others see gets a copy; the next one who makes the same change, in
 * the same batch, gets that copy, too: so rings that march together stay
 * together, even when they overwrite their oldest.  Not thread safe.
 */
#ifndef TIMES_H
#define TIMES_H

#include <stddef.h>
#include <stdint.h>

enum { TIMES_COUNT = 16, TIMES_CHANGES = 64 };

struct times {
    uint64_t id;     /* 1, 2, 3... over all that ever were */
    uint32_t users;  /* blocks, and changes that are remembered */
    uint32_t filled; /* how many were ever set */
    int64_t ns[TIMES_COUNT];
};

/* One change of this batch. */
struct times_change {
    uint64_t from; /* id; 0: there was none */
    uint32_t place;
    int64_t ns;
    struct times *result; /* NULL: no change */
};

struct times_pool {
    struct times_change changes[TIMES_CHANGES];
    uint64_t last_id;
    size_t size; /* bytes of all vectors */
};

/* Makes '*times_p' (NULL: none yet) one whose 'place' is 'ns'.  Only what its
 * user set itself is kept in other places.  Stops the program when memory is
 * out. */
void times_set(struct times_pool *self, struct times **times_p, uint32_t place,
               int64_t ns);

/* The user is gone; sets '*times_p' to NULL, and does nothing when it is. */
void times_leave(struct times_pool *self, struct times **times_p);

/* The batch has ended: forgets its changes. */
void times_forget(struct times_pool *self);

#endif /* TIMES_H */
