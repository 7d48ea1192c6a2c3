/* wal_chain.h - rows, each written as what differs from the one before
 *
 * Of a row there is a bit for each column that changed, and of each changed
 * value the bytes in the middle of the exclusive or with the value before that
 * are not all zero.  A chain remembers the last row of each group; its writer
 * and its reader do the same to it.  Now and then a row differs from nothing, a
 * key, so that a reader who lost a row, or starts in the middle, soon finds on.
 *
 * A chain has one owner.
 */
#ifndef TSDB_WAL_CHAIN_H
#define TSDB_WAL_CHAIN_H

#include "link/wire.h"
#include "wal.h"

enum { CHAIN_KEY_EVERY = 32 }; /* rows of a group */

enum { CHAIN_PAGE = 1024 };

/* Zeroed, it is empty. */
struct chain {
    struct chain_row **pages[WAL_GROUPS_MOST / CHAIN_PAGE]; /* of CHAIN_PAGE
                                                             * rows, or NULL */
    uint64_t breaks; /* counts chain_break() */
};

void chain_fini(struct chain *self);

/* The rows before are not known any more: each group goes on with a key. */
void chain_break(struct chain *self);

/* The group is gone. */
void chain_forget(struct chain *self, uint32_t group);

/* Adds the row 'given' to 'out'. */
void chain_write(struct chain *self, const struct wal_row *given,
                 struct wire_out *out);

/* Reads a row; what '*ret_row' points to is valid until the next call; the
 * value of an absent column is any.  Sets 'bad' when it makes no sense. Returns
 * whether the row is known: false when it hangs on one that is not. */
bool chain_read(struct chain *self, struct wire_in *in,
                struct wal_row *ret_row);

#endif /* TSDB_WAL_CHAIN_H */
