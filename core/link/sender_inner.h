/* sender_inner.h - for sender*.c alone */
#ifndef LINK_SENDER_INNER_H
#define LINK_SENDER_INNER_H

#include "link/sender.h"
#include "link/stock.h"
#include "link/window.h"
#include "link/word.h"

struct sender {
    struct word_hello hello;
    uint8_t slot;
    bool resumes; /* the receiver may have more than was offered */
    const struct sender_calls *calls;
    void *arg;
    enum sender_state state;
    struct stock *stock;
    struct trail trail;   /* when the receiver takes packed batches */
    struct wire_out room; /* to pack in */
    struct frame *packed; /* the batch at the cursor; or NULL */
    bool packs;           /* both sides can */
    unsigned plain_left;  /* batches until packing is tried again */
    struct window window;
    uint64_t cursor;      /* the next to be sent */
    uint64_t again_below; /* those below were sent before */
    uint64_t untold;      /* none below has a fate that may be taken */
    uint64_t limit;       /* cost that may be under way */
    uint64_t layout_cost; /* of layouts that may not have been read */
    bool rests; /* no more of them before an answer: a PING has asked for it */
    int64_t heard_ns, sent_ns, pinged_ns;
    uint64_t timed;      /* a batch whose round trip is being measured; or 0 */
    int64_t timed_ns;    /* when it was sent */
    int64_t since_ns;    /* when the state or the socket began */
    int64_t hello_at_ns; /* when to say HELLO again */
    int64_t hello_every_ns; /* how long after that one, the next */
    struct sender_figures figures;
};

/* Goes on with the batch 'cursor'; the receiver may lack what was sent before.
 */
void sender_move(struct sender *self, uint64_t cursor);

/* Says PING, which an ACK answers. */
void sender_ping(struct sender *self, int64_t now_ns);

#endif /* LINK_SENDER_INNER_H */
