/* sender.h - the sending side of the protocol, as a state machine
 *
 * Knows no socket, no clock and no thread: it is told what was heard and what
 * the time is (monotonic, in nanoseconds), and says through calls what is to be
 * done.  It numbers batches, keeps them until the receiver calls them durable,
 * sends as many as the receiver gives credit for, and again what was lost.
 *
 *     HELLO --WELCOME--> USING --WANT--> STREAMING
 *
 * A receiver that restarted says RESET, which leads back to HELLO; so does a
 * second's silence in USING and, on a fresh socket, three in STREAMING.  One
 * that refuses is left alone for a minute.
 */
#ifndef LINK_SENDER_H
#define LINK_SENDER_H

#include "link/frame.h"

struct pieces;
struct sender;

enum sender_state {
    SENDER_HELLO,     /* says so until it is welcomed */
    SENDER_USING,     /* said which layouts it has */
    SENDER_STREAMING, /* sends layouts and batches */
    SENDER_REFUSED,   /* waits before it tries again */
};

/* How a batch fared; rc and why as for weir_stored. */
typedef void sender_told(void *arg, int rc, const char *why);

/* What a sender has done; 'arg' is the same for all. */
struct sender_calls {
    /* Sends a frame, which stays the sender's.  Returns 0, or -EAGAIN. */
    int (*send)(void *arg, struct frame *frame);
    /* Closes the socket and connects a fresh one.  Never called from within
     * sender_heard(). */
    void (*reopen)(void *arg);
    /* The state is another one; 'why' when it is SENDER_REFUSED. */
    void (*changed)(void *arg, enum sender_state state, const char *why);
    /* A batch is settled; before its own 'told' is called. */
    void (*settled)(void *arg, uint64_t cost, int rc);
    /* A batch is refused for ever; before it is settled, and when its layouts
     * are still there.  Whoever wants to keep the frame holds it.  Or NULL. */
    void (*refused)(void *arg, struct frame *batch, const char *why);
};

struct sender_settings {
    uint8_t stream[16];
    uint64_t incarnation;
    uint8_t slot;
    const char *name; /* copied */
    bool packs;       /* batches, for a receiver that takes them so */
    uint64_t first;   /* of a stream that goes on: the first sequence that is
                       * offered; the receiver may have it, and more.  Or 0. */
};

/* Numbers of what was done since the start, and how it is now. */
struct sender_figures {
    uint64_t sent, again, bytes;
    uint64_t in_flight;    /* cost that is sent and not durable */
    uint64_t credit;       /* cost that may be */
    int64_t round_trip_ns; /* of the last batch that was timed, from sending it
                            * to its being durable; 0: none */
};

struct sender *sender_new(const struct sender_settings *settings,
                          const struct sender_calls *calls, void *arg,
                          int64_t now_ns);

/* Tells -ECANCELED to what is left, and frees. */
void sender_destroy(struct sender **self_p);

/* A frame was heard. */
void sender_heard(struct sender *self, const struct frame_view *view,
                  int64_t now_ns);

/* Time passed; to be called about each 100 ms. */
void sender_tick(struct sender *self, int64_t now_ns);

/* Takes a FRAME_LAYOUT frame, stowed or not.  One that does not go on where its
 * layout ended is dropped: a caller's mistake. */
void sender_offer_layout(struct sender *self, struct frame **frame_p);
void sender_forget_layout(struct sender *self, uint32_t number);

/* Takes a FRAME_BATCH frame that nobody else holds, and numbers it. */
void sender_offer(struct sender *self, struct frame **frame_p,
                  sender_told *told, void *told_arg);

/* Calls for each FRAME_LAYOUT frame that it has, as it is kept; it stays the
 * sender's. */
void sender_layouts(const struct sender *self,
                    void (*see)(void *arg, struct frame *frame), void *arg);

/* The same layout is offered again: returns how many of its series there are,
 * 0 for none; it is not to be forgotten any more. */
uint32_t sender_use_layout(struct sender *self, uint32_t number);

/* The batch that is offered next is 'next', since those before are lost; all
 * that were offered are settled. */
void sender_skip(struct sender *self, uint64_t next, int64_t now_ns);

/* The pieces of a layout, or NULL; until it is forgotten; their 'given' and
 * 'leaving' are the caller's.  And whose numbers those are. */
struct pieces *sender_layout(const struct sender *self, uint32_t number);
void sender_stream(const struct sender *self, uint8_t ret_stream[16]);

/* All up to this sequence is settled; and what the next batch will be called:
 * more than one beyond the last that was offered, when the receiver has those
 * between. */
uint64_t sender_durable(const struct sender *self);
uint64_t sender_next(const struct sender *self);

/* Cost of what is not settled. */
uint64_t sender_kept(const struct sender *self);

/* Takes back the oldest batch that is not settled, with its frame; its fate is
 * told by the caller then.  Returns false when there is none. */
struct sender_batch {
    uint64_t sequence;
    struct frame *frame;
    uint64_t cost;
    sender_told *told; /* or NULL */
    void *told_arg;
    bool kept; /* its fate was taken: somebody else keeps it */
};
bool sender_take(struct sender *self, struct sender_batch *ret_batch);

/* Takes the fate of the oldest batch whose fate is asked for: the caller keeps
 * the batch as well, and tells.  The frame stays the sender's, which goes on
 * with it.  Returns false when there is none. */
bool sender_take_fate(struct sender *self, struct sender_batch *ret_batch);

/* Sends what may be sent; after offers. */
void sender_pump(struct sender *self, int64_t now_ns);

/* Says that no more comes. */
void sender_bye(struct sender *self);

struct sender_figures sender_figures(const struct sender *self);

#endif /* LINK_SENDER_H */
