/* receiver.h - the receiving side of the protocol, as a state machine
 *
 * Knows no socket, no clock and no thread: it is told what was heard, what
 * became durable and what the time is (monotonic, in nanoseconds), and says
 * through calls what is to be sent and stored.  It gives the store each batch
 * once, in the order of its stream; what it cannot take now it drops, and tells
 * the sender to go back.
 */
#ifndef LINK_RECEIVER_H
#define LINK_RECEIVER_H

#include "link/port.h"
#include "link/stream.h"

struct receiver;

/* Sends a frame, which stays the receiver's; it may get lost. */
typedef void receiver_send(void *arg, const struct receiver_peer *to,
                           struct frame *frame);

/* A peer, or (NULL) one without a key, is refused something, for the log:
 * because of a label that is not its own, or (NULL) something else. */
typedef void receiver_audit(void *arg, const struct peer *who,
                            const struct weir_label *label, const char *why);

/* 'settings' and 'calls' stay the caller's; 'name' and 'asked' are not used.
 * 'arg' goes with the calls, 'send_arg' with 'send' and 'audit'. */
struct receiver_settings {
    struct port_settings limits;
    const struct port_calls *calls;
    void *arg;
    receiver_send *send;
    receiver_audit *audit;
    void *send_arg;
};

struct receiver *receiver_new(const struct receiver_settings *settings);
void receiver_destroy(struct receiver **self_p);

/* A frame of a sender was heard. */
void receiver_heard(struct receiver *self, const struct receiver_peer *from,
                    const struct frame_view *view, int64_t now_ns);

/* All batches up to the ticket 'number' are durable. */
void receiver_durable(struct receiver *self, uint64_t number);

/* That one never will be. */
void receiver_refused(struct receiver *self, uint64_t number, const char *why);

/* The store has room again. */
void receiver_room(struct receiver *self);

/* Sends the acks that are due; after a number of the calls above. */
void receiver_flush(struct receiver *self);

/* Time passed; to be called about each 250 ms. */
void receiver_tick(struct receiver *self, int64_t now_ns);

/* That of layouts is as old as the last tick. */
void receiver_figures(const struct receiver *self,
                      struct port_figures *ret_figures);

#endif /* LINK_RECEIVER_H */
