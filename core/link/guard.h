/* link/guard.h - who comes in at a socket, and who must go
 *
 * libzmq asks once, at the handshake, whether a key may come in, and then
 * buffers what that connection sends.  A guard knows the connections of a
 * socket with keys: it says of each message who sent it, cuts those whose key
 * is not in the folder any more, those that make libzmq hold more than they
 * may, and some when there are too many.
 *
 * Belongs to the thread of its stage.
 */
#ifndef LINK_GUARD_H
#define LINK_GUARD_H

#include <zmq.h>

#include "link/keyring.h"
#include "stage.h"

struct guard;

struct guard_limits {
    uint32_t connections;       /* at a time */
    uint32_t silent;            /* of these, that have not said anything yet */
    uint64_t silent_bytes;      /* that such a one may have sent */
    uint64_t outstanding_bytes; /* sent and not yet received here, of others */
};

/* Those that are meant for use. */
extern const struct guard_limits guard_usual;

struct guard_settings {
    void *zmq; /* a ROUTER that has keys and is not bound yet; outlives the
                * guard, as do the keys */
    struct keyring *keys;
    const char *name; /* for the log; copied */
    struct guard_limits limits;
};

/* Returns 0, or -EMFILE. */
int guard_open(struct stage *stage, const struct guard_settings *settings,
               struct guard **ret_guard);
void guard_destroy(struct guard **self_p);

/* Returns who sent the message, valid until the next call; or NULL when it is
 * to be dropped: its key counts no more. */
const struct peer *guard_hear(struct guard *self, zmq_msg_t *message);

#endif /* LINK_GUARD_H */
