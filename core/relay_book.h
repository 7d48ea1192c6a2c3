/* relay_book.h - what a relay has taken and not yet acknowledged
 *
 * A batch has a ticket, 1, 2, 3... in the order of its coming, and is kept
 * until it is safe: stored, on disk, or refused for ever.  Batches become safe
 * in any order; up to which all are is what may be acknowledged.  One stage
 * owns a book.
 */
#ifndef RELAY_BOOK_H
#define RELAY_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;

struct relay_batch {
    struct frame *frame; /* NULL once it is safe */
    uint64_t cost;       /* bytes of the window */
    bool again;          /* nobody has it but the book: it is to be offered */
    bool taken;          /* somebody may hold the frame, too */
};

/* {0} at first. */
struct relay_book {
    struct relay_batch *batches; /* [room], ticket t at t % room */
    size_t room;                 /* a power of two, or 0 */
    uint64_t durable;            /* all up to this ticket are safe */
    uint64_t last;               /* the newest ticket */
    uint64_t cost;               /* of what is not safe */
    size_t again;                /* batches that are to be offered */
};

void relay_book_fini(struct relay_book *self);

/* Takes the frame in; NULL for what is safe already.  Returns its ticket. */
uint64_t relay_book_add(struct relay_book *self, struct frame **frame_p);

/* Returns a batch that is not safe, or NULL; valid until the next one comes. */
struct relay_batch *relay_book_find(const struct relay_book *self,
                                    uint64_t ticket);

/* The batch is safe.  Of one that is, or that never came, nothing changes. */
void relay_book_settle(struct relay_book *self, uint64_t ticket);

/* The batch is to be offered again, or no more. */
void relay_book_mark(struct relay_book *self, uint64_t ticket, bool again);

/* Returns the first ticket from 'from' on that is to be offered; 0 for none. */
uint64_t relay_book_next(const struct relay_book *self, uint64_t from);

#endif /* RELAY_BOOK_H */
