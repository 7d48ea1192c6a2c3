/* link_sim.h - the parts of a simulated link: senders, a network, a store
 *
 * link_sim_store.c is the store with the protocol's receiver, link_sim_node.c a
 * sender and what it is fed with; link_sim_test.c lets time pass.
 */
#ifndef LINK_SIM_H
#define LINK_SIM_H

#include <math.h>

#include "layout.h"
#include "link/receiver.h"
#include "link/sender.h"
#include "link_net.h"

enum {
    NODES_MOST = 3,
    STREAMS_MOST = 64,
    LAYOUTS_OF_A_NODE = 3,
    REFUSED_MOST = 256
};

/* What the store has of a stream. */
struct kept {
    uint8_t stream[16];
    uint64_t last, durable;
    uint64_t refused[REFUSED_MOST]; /* sequences */
    size_t refused_count;
};

struct appended {
    struct kept *kept;
    uint64_t sequence;
};

struct node {
    struct world *world;
    struct sender *sender;
    uint32_t connection;
    uint8_t stream[16];
    uint64_t incarnation;
    struct layout *layouts[LAYOUTS_OF_A_NODE];
    uint64_t offered, told; /* batches */
    uint64_t waiting;       /* cost, by settled() */
    unsigned gone;        /* layouts, that batches on their way may need yet */
    uint64_t costs[4096]; /* of sequences, for the bound of credit */
    int64_t tick_ns;
};

struct world {
    uint64_t seed, first_seed;
    int64_t now_ns;
    struct net net;
    bool faulty;
    unsigned restarts, fullness, refusals, damage; /* permille */
    bool large; /* batches come near the limit of a frame */
    bool packs; /* senders pack batches */
    bool plain; /* the store is of a version that takes none packed */
    uint64_t window;
    uint32_t connections, numbers; /* given out */
    struct node nodes[NODES_MOST];
    size_t node_count;

    struct receiver *receiver; /* NULL while it is down */
    unsigned lives;
    int64_t receiver_tick_ns, full_until_ns, down_until_ns;
    uint64_t limit_most; /* ever given */
    struct kept kept[STREAMS_MOST];
    size_t kept_count;
    struct appended *appended; /* [appended_count], in this life */
    size_t appended_count, appended_room;
    uint64_t durable; /* tickets in this life */
};

#define HOLDS(world, condition)                                 \
    ck_assert_msg(condition, "WEIR_SEEDS=1 WEIR_SEED=%llu: %s", \
                  (unsigned long long)(world)->first_seed, #condition)

/* The sample of a column in a row of the batch 'sequence', each of its kind. */
static inline double
sim_sample(uint64_t sequence, uint32_t row, uint32_t column)
{
    uint64_t number = sequence * 7 + row + column;

    if (column == 0)
        return (double)sequence;
    switch (column % 4) {
    case 1:
        return (double)number / 100;
    case 2:
        return floor((double)number / 50);
    case 3:
        return (double)spec_random(&number);
    default:
        return 42;
    }
}

/* Returns what the store has of a stream; for ever the same. */
struct kept *kept_of(struct world *self, const uint8_t stream[16]);
bool was_refused(const struct kept *kept, uint64_t sequence);

/* Lets the store do what a store does of its own accord. */
void store_step(struct world *self);

void receiver_begin(struct world *self);

/* The store's process dies: what was not durable is lost. */
void receiver_end(struct world *self);
void receiver_hears(struct world *self, const struct packet *packet,
                    const struct frame_view *view);

/* A sender's process begins, with a stream of its own, and ends. */
void node_begin(struct world *self, struct node *node);
void node_end(struct node *node);

/* Another process goes on with the sender's stream, as one that found it in a
 * spool; words of the old one may yet arrive. */
void node_resume(struct world *self, struct node *node);

/* Offers a batch, if the window allows. */
void node_offer(struct world *self, struct node *node);

#endif /* LINK_SIM_H */
