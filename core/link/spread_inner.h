/* link/spread_inner.h - for spread*.c alone */
#ifndef LINK_SPREAD_INNER_H
#define LINK_SPREAD_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "link/pieces.h"
#include "link/spread.h"

/* A layout, and who has it. */
struct kept {
    uint32_t number;
    uint64_t home;
    uint64_t given; /* a bit for each slot: its lane has all pieces */
    bool inherited; /* no source has it any more; see spread_retire() */
    bool claimed;   /* what a lane leaves may use it */
    struct pieces pieces;
};

struct member {
    struct lane *lane;
    unsigned slot; /* stays as long as the lane is here */
    bool misses;   /* it had no room for the last batch */
};

struct spread {
    char *name;
    pthread_mutex_t lock; /* of all that follows */
    struct member members[SPREAD_MOST];
    uint64_t stores[SPREAD_MOST]; /* [count], of the members; see rank.h */
    size_t count, copies;
    struct kept **kept; /* [kept_count], by number */
    size_t kept_count, kept_room;
    atomic_bool parts;
};

static inline uint64_t
member_bit(const struct member *member)
{
    return UINT64_C(1) << member->slot;
}

/* What follows, with the lock held. ------------------------------------------
 */

/* Returns the layout, or NULL. */
struct kept *spread_find(const struct spread *self, uint32_t number);

/* Adds a layout that is not there, without pieces. */
struct kept *spread_keep(struct spread *self, uint32_t number, uint64_t home);

/* Lets the layout go, and has those who have it forget it. */
void spread_drop(struct spread *self, struct kept *kept);

/* Gives the layout to a lane that has it not. */
void spread_give(const struct member *member, struct kept *kept);

#endif /* LINK_SPREAD_INNER_H */
