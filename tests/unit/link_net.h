/* link_net.h - a network in a test: it loses, repeats, delays and reorders
 *
 * Time is a number that the test moves; everything random comes from one seed.
 */
#ifndef LINK_NET_H
#define LINK_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "base.h"
#include "link/frame.h"
#include "spec.h"

/* Returns a number below 'bound'. */
static inline uint64_t
draw_below(uint64_t *seed, uint64_t bound)
{
    return bound ? spec_random(seed) % bound : 0;
}

/* True 'permille' times in a thousand. */
static inline bool
draw_chance(uint64_t *seed, unsigned permille)
{
    return draw_below(seed, 1000) < permille;
}

struct packet {
    int64_t due_ns;
    uint64_t order; /* of those that are due at once, the first sent first */
    uint32_t connection;
    bool to_receiver;
    struct frame *frame;
};

struct net {
    uint64_t *seed;
    unsigned drop, repeat; /* permille */
    int64_t delay_ns;      /* at most */
    bool reorders;         /* else what is sent first arrives first */
    int64_t last_ns;       /* when that is, over all connections */
    uint64_t sent;
    struct packet *heap; /* [count], the earliest first */
    size_t count, room;
};

static inline bool
packet_before(const struct packet *a, const struct packet *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

static inline void
net_swap(struct net *self, size_t a, size_t b)
{
    struct packet other = self->heap[a];

    self->heap[a] = self->heap[b];
    self->heap[b] = other;
}

static inline void
net_push(struct net *self, struct packet packet)
{
    if (self->count == self->room) {
        self->room = self->room * 2 + 64;
        self->heap = xrealloc(self->heap, self->room, sizeof(*self->heap));
    }
    size_t at = self->count++;
    self->heap[at] = packet;
    for (; at && packet_before(&self->heap[at], &self->heap[(at - 1) / 2]);
         at = (at - 1) / 2)
        net_swap(self, at, (at - 1) / 2);
}

/* Takes out the earliest packet if it is due; its frame is the caller's. */
static inline bool
net_pop(struct net *self, int64_t now_ns, struct packet *ret_packet)
{
    if (self->count == 0 || self->heap[0].due_ns > now_ns)
        return false;
    *ret_packet = self->heap[0];
    self->heap[0] = self->heap[--self->count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < self->count &&
                packet_before(&self->heap[child], &self->heap[least]))
                least = child;
        if (least == at)
            return true;
        net_swap(self, at, least);
        at = least;
    }
}

/* Sends a frame, perhaps more than once, or not at all. */
static inline void
net_send(struct net *self, int64_t now_ns, struct packet packet,
         struct frame *frame)
{
    int copies = 1;

    if (draw_chance(self->seed, self->drop))
        copies--;
    if (draw_chance(self->seed, self->repeat))
        copies++;
    for (; copies > 0; copies--) {
        packet.due_ns = now_ns + (int64_t)draw_below(
                                     self->seed, (uint64_t)self->delay_ns + 1);
        if (!self->reorders && packet.due_ns < self->last_ns)
            packet.due_ns = self->last_ns;
        self->last_ns = packet.due_ns;
        packet.order = self->sent++;
        packet.frame = frame_hold(frame);
        net_push(self, packet);
    }
}

static inline void
net_fini(struct net *self)
{
    for (size_t i = 0; i < self->count; i++)
        frame_release(&self->heap[i].frame);
    free(self->heap);
}

#endif /* LINK_NET_H */
