/* word.h - the bodies of the protocol's words
 *
 * What is no batch and no layout.  All that a receiver says is absolute, and
 * all that a sender says may be said again, so that words may be lost, come
 * twice, or late.
 */
#ifndef LINK_WORD_H
#define LINK_WORD_H

#include "link/frame.h"
#include "link/wire.h"

enum {
    WORD_NAME_MOST = 64,   /* bytes of a sender's name */
    WORD_WHY_MOST = 120,   /* bytes of a reason */
    WORD_BATCH_COST = 128, /* what a batch costs beyond its body */
    WORD_SLOTS = 2,        /* streams of a lane: fresh, and backlog */
};

/* What a batch takes of a window or of credit, in bytes. */
static inline uint64_t
word_cost(size_t body_size)
{
    return body_size + WORD_BATCH_COST;
}

/* What not every version of weir knows.  A sender says in the flags of HELLO
 * what it may use; a receiver says in those of WELCOME what of that it takes.
 */
enum { WORD_PACKS = 2 }; /* packed batches (trail.h) */

/* A sender begins.  Of two processes with one stream the one with the greater
 * incarnation wins. */
struct word_hello {
    uint8_t stream[16];
    uint64_t incarnation;
    uint64_t first; /* unacknowledged */
    uint8_t can;    /* WORD_PACKS */
    char name[WORD_NAME_MOST + 1];
};

struct frame *word_hello(uint8_t slot, const struct word_hello *hello);

/* Returns 0, -EBADMSG, or -EPROTONOSUPPORT when the sender is too new. */
int word_hello_read(const struct frame_view *view,
                    struct word_hello *ret_hello);

/* What a store said of a batch that is not wholly stored: 'refused' samples of
 * it, or with 0 all of it, for ever. */
struct word_verdict {
    uint64_t sequence;
    uint32_t refused;
    char why[WORD_WHY_MOST + 1];
};

/* How far the receiver is; a FRAME_ACK or FRAME_WELCOME. */
struct word_ack {
    uint64_t durable;   /* all up to here is stored or refused for ever */
    uint64_t limit;     /* cost that may be under way beyond 'durable'; unless 0
                         * one batch always may */
    uint64_t next;      /* the sequence that is expected next */
    bool rewind;        /* go on from 'next' */
    uint8_t stream[16]; /* WELCOME: whose HELLO it answers */
    uint8_t can;        /* WELCOME: WORD_PACKS */
    struct wire_in verdicts; /* when read: for word_verdict_read() */
};

/* 'verdicts' [count] are of batches up to 'durable'. */
struct frame *word_ack(const struct frame_head *head,
                       const struct word_ack *ack,
                       const struct word_verdict *verdicts, size_t count);

/* Returns 0, or -EBADMSG. */
int word_ack_read(const struct frame_view *view, struct word_ack *ret_ack);

/* Takes the next verdict from a copy of an ack's 'verdicts'; false at the end.
 */
bool word_verdict_read(struct wire_in *verdicts,
                       struct word_verdict *ret_verdict);

/* FRAME_USE: the layout 'number' has 'count' series.  FRAME_WANT: send those
 * from 'count' on.  FRAME_FORGET: 'number' is gone, with 'count' 0. */
struct word_layout {
    uint32_t number, count;
};

/* 'layouts' [count] fit into a frame; WORD_LAYOUTS_MOST do. */
enum { WORD_LAYOUTS_MOST = 1 << 16 };

struct frame *word_layouts(const struct frame_head *head,
                           const struct word_layout *layouts, size_t count);

/* Returns how many a body holds, and one of them. */
size_t word_layout_count(const struct frame_view *view);
struct word_layout word_layout_at(const struct frame_view *view, size_t at);

/* FRAME_REFUSE: a text, cut off at WORD_WHY_MOST. */
struct frame *word_refuse(uint8_t slot, const char *why);
void word_refuse_read(const struct frame_view *view,
                      char ret_why[WORD_WHY_MOST + 1]);

/* A word without a body. */
struct frame *word_bare(const struct frame_head *head);

#endif /* LINK_WORD_H */
