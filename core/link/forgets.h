/* link/forgets.h - layouts that are to be forgotten, once no batch needs them
 *
 * {0} at first.  One thread owns it.
 */
#ifndef LINK_FORGETS_H
#define LINK_FORGETS_H

#include <stddef.h>
#include <stdint.h>

struct forgets {
    struct forgets_one {
        uint32_t number;
        uint64_t after;
    } * list; /* [count], in the order of 'after' */
    size_t count, room;
};

void forgets_fini(struct forgets *self);

/* The layout 'number' is not needed once the batch 'after' is settled, which is
 * not before those that were added so far. */
void forgets_add(struct forgets *self, uint32_t number, uint64_t after);

/* All batches up to 'sequence' are settled: calls for each layout that nobody
 * needs any more, and drops it. */
void forgets_settle(struct forgets *self, uint64_t sequence,
                    void (*forget)(void *arg, uint32_t number), void *arg);

#endif /* LINK_FORGETS_H */
