/* link/account.h - what the peers with keys have at a store, by name
 *
 * All streams of a peer, whichever key of it they came with, are of one
 * account, which lives as long as any of them.  One receiver owns accounts.
 */
#ifndef LINK_ACCOUNT_H
#define LINK_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

struct account {
    char *name;
    uint32_t streams, layouts;
    uint64_t series; /* of the layouts */
};

/* {0} at first, and at last. */
struct accounts {
    struct account **accounts; /* [count], by name */
    size_t count, room;
};

/* Returns the peer's account, made when there is none, with a stream more. */
struct account *accounts_enter(struct accounts *self, const char *name);

/* A stream less, which has no layouts any more; NULL does nothing. */
void accounts_leave(struct accounts *self, struct account **account_p);

/* Returns how many streams a peer has. */
uint32_t accounts_streams(const struct accounts *self, const char *name);

#endif /* LINK_ACCOUNT_H */
