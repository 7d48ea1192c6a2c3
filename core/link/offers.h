/* link/offers.h - what other threads want of a lane
 *
 * A queue that any thread adds to and the lane's thread takes whole; and the
 * count of the batches that were added and are not yet settled, for who waits
 * until there are none.
 */
#ifndef LINK_OFFERS_H
#define LINK_OFFERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "link/lane.h"

struct offer {
    struct offer *next;
    enum { OFFER_LAYOUT, OFFER_FORGET, OFFER_BATCH, OFFER_SPOOLED } kind;
    struct frame *frame;
    uint32_t number; /* of the layout to be forgotten */
    lane_fate *fate;
    void *arg;
};

struct offers {
    pthread_mutex_t lock;
    pthread_cond_t emptied; /* 'left' is 0 */
    struct offer *first, **last_p;
    uint64_t left; /* batches that are not settled */
};

void offers_init(struct offers *self);

/* Frees the lock; offers that nobody took are lost. */
void offers_fini(struct offers *self);

/* Adds a copy; returns true when there was none before, so that the lane's
 * thread is to be told. */
bool offers_add(struct offers *self, const struct offer *offer);

/* Returns all, in their order, which are then the caller's; NULL for none. */
struct offer *offers_take(struct offers *self);

/* A batch that was settled, or never added, is to be settled once more. */
void offers_hold(struct offers *self);

/* A batch is settled. */
void offers_settle(struct offers *self);

/* Waits until all batches are settled, or until the monotonic 'deadline_ns'.
 * Returns how many are left. */
uint64_t offers_wait(struct offers *self, int64_t deadline_ns);

#endif /* LINK_OFFERS_H */
