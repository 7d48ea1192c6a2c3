/* relay_book.h - what a relay has taken and not yet acknowledged
 *
 * What comes has a ticket, 1, 2, 3..., and is one batch or several, each with a
 * number, also 1, 2, 3... in the order of their coming.  A batch is kept until
 * it is safe: stored, on disk, or refused for ever.  Batches become safe in any
 * order; up to which ticket all are is what may be acknowledged.  One stage
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
    uint64_t ticket;
    char *why;  /* of the last of a ticket: why some of them was refused */
    bool last;  /* of its ticket */
    bool again; /* nobody has it but the book: it is to be offered */
    bool taken; /* somebody may hold the frame, too */
};

/* {0} at first. */
struct relay_book {
    struct relay_batch *batches; /* [room], number n at n % room */
    size_t room;                 /* a power of two, or 0 */
    uint64_t durable;            /* all up to this number are safe */
    uint64_t last;               /* the newest number */
    uint64_t tickets;            /* of which all batches are safe, up to this */
    uint64_t cost;               /* of what is not safe */
    size_t again;                /* batches that are to be offered */
};

void relay_book_fini(struct relay_book *self);

/* Takes a frame in: a batch of the newest ticket, or of the next one when the
 * batch before was the 'last' of that.  Returns its number. */
uint64_t relay_book_add(struct relay_book *self, struct frame **frame_p,
                        bool last);

/* Returns a batch that is not safe, or NULL; valid until the next one comes. */
struct relay_batch *relay_book_find(const struct relay_book *self,
                                    uint64_t number);

/* The batch is safe; with a 'why' since it was refused.  Of one that is, or
 * that never came, nothing changes.  Returns why its ticket is refused, owned
 * by the caller, when all its batches are safe now and some was; else NULL. */
char *relay_book_settle(struct relay_book *self, uint64_t number,
                        const char *why, uint64_t *ret_ticket);

/* The batch is to be offered again, or no more. */
void relay_book_mark(struct relay_book *self, uint64_t number, bool again);

/* Returns the first number from 'from' on that is to be offered; 0 for none. */
uint64_t relay_book_next(const struct relay_book *self, uint64_t from);

#endif /* RELAY_BOOK_H */
