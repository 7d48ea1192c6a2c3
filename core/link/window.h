/* window.h - the batches that a sender keeps, by sequence
 *
 * Those from 'durable' + 1 up to, without, 'next': a queue whose sequences have
 * no gaps.  One sender owns it.
 */
#ifndef LINK_WINDOW_H
#define LINK_WINDOW_H

#include "link/frame.h"

struct window_batch {
    struct frame *frame;
    uint64_t begin; /* cost of all batches before it, since the first */
    uint64_t cost;
    void (*told)(void *arg, int rc, const char *why); /* or NULL */
    void *told_arg;
    bool kept; /* somebody else has it, too */
};

struct window {
    struct window_batch *batches; /* [room], one is at sequence % room */
    uint64_t room;                /* a power of two */
    uint64_t durable;             /* settled up to here */
    uint64_t next;                /* the next to be pushed */
    uint64_t end;                 /* cost of all batches, since the first */
};

/* The first sequence is 1. */
void window_init(struct window *self);

/* Frees a window that is empty. */
void window_fini(struct window *self);

/* Takes a batch in as sequence 'next'; its 'begin' is filled in. */
void window_push(struct window *self, const struct window_batch *batch);

/* The batch 'sequence', which is in the window; valid until the next push. */
struct window_batch *window_at(const struct window *self, uint64_t sequence);

/* Takes the first batch out; its frame is the caller's. */
struct window_batch window_take(struct window *self);

/* Goes on as if all up to 'durable' had been in the window, which is empty. */
void window_skip(struct window *self, uint64_t durable);

/* Cost of the batches that were taken out. */
uint64_t window_begin(const struct window *self);

#endif /* LINK_WINDOW_H */
