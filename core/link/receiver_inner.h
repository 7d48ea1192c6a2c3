/* receiver_inner.h - a receiver's own files share this
 *
 * receiver.c keeps what is pending and says acks, receiver_batch.c takes
 * batches, receiver_hello.c lets senders in.
 */
#ifndef LINK_RECEIVER_INNER_H
#define LINK_RECEIVER_INNER_H

#include "link/pending.h"
#include "link/receiver.h"

struct receiver {
    struct receiver_settings settings;
    struct known_calls known_calls;
    struct streams streams;
    struct pending pending;
    struct frame_batch *batch;
    struct trail_plain plain; /* a batch that came packed; no bytes until one
                               * does */
    uint64_t tickets;         /* given out */
    uint64_t durable;         /* tickets up to here */
    uint64_t active; /* weight of the streams that sent a batch of late */
    size_t due;      /* streams whose ack is due */
    bool full;       /* the store said: not now */
    int64_t full_ns; /* when */
    struct port_figures figures;
};

/* Sends a word, which is freed. */
void receiver_say(struct receiver *self, const struct receiver_peer *to,
                  struct frame *word);

/* Counts a frame that makes no sense, and has the log say so; 'who' sent it, or
 * NULL. */
void receiver_bad_frame(struct receiver *self, const struct peer *who,
                        const char *why);

/* Sends a FRAME_ACK or FRAME_WELCOME. */
void receiver_say_ack(struct receiver *self, struct stream *stream,
                      uint8_t type);

/* An ack goes out at the next flush. */
void receiver_make_due(struct receiver *self, struct stream *stream);

/* Makes the sender go back to what is expected; not at each of the batches
 * that are under way behind a gap. */
void receiver_go_back(struct receiver *self, struct stream *stream,
                      int64_t now_ns);

/* Settles the pending batches whose fate is known. */
void receiver_settle(struct receiver *self);

/* Removes streams that are silent since 'before_ns'; those with pending
 * batches stay. */
void receiver_expire(struct receiver *self, int64_t before_ns);

void receiver_hear_batch(struct receiver *self, struct stream *stream,
                         const struct frame_view *view, int64_t now_ns);

void receiver_hear_hello(struct receiver *self,
                         const struct receiver_peer *from,
                         const struct frame_view *view, int64_t now_ns);

#endif /* LINK_RECEIVER_INNER_H */
