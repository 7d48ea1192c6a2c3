/* link/socket.h - the one place that calls ZeroMQ for links
 *
 * Frames in and out of a DEALER (connects) or a ROUTER (binds).  A socket
 * belongs to one thread, which is that of its stage.
 */
#ifndef LINK_SOCKET_H
#define LINK_SOCKET_H

#include "link/frame.h"
#include "link/keyring.h"
#include "stage.h"

struct socket;

/* A peer of a ROUTER, by the routing id that libzmq gave it. */
struct socket_peer {
    unsigned char id[16];
    uint8_t size;
};

/* Where to connect to or listen, and with which keys; lent. */
struct socket_place {
    const char *endpoint;
    struct keyring *keys; /* or NULL */
    uint64_t lent_bytes;  /* who listens with keys: the most that a peer may
                           * have under way, besides words and layouts */
};

/* Lends a frame that was received; 'peer' is unset for a DEALER.  'view' is
 * valid for the call.  Bytes that are no frame are counted and dropped. */
typedef void socket_received(void *arg, const struct socket_peer *peer,
                             const struct frame_view *view);

/* Must run once, on main, before anything here: one context, no signal
 * handlers, LINGER 0, a random seed. */
void socket_setup(void);

/* Returns ZeroMQ's one context of the process. */
void *socket_context(void);

/* Returns 0, or -errno: -EINVAL for a malformed endpoint, -EADDRINUSE,
 * -EADDRNOTAVAIL, -EACCES; -ENOTSUP when libzmq knows no keys.  connect
 * succeeds whether anyone listens or not.
 *
 * With 'keys', which outlives the socket, a tcp:// endpoint speaks with nobody
 * whose key is not in the folder of peers: who binds, with those that have
 * rights; who connects, with the peer that is called like the host. */
int socket_connect(struct stage *stage, const struct socket_place *place,
                   socket_received *received, void *arg,
                   struct socket **ret_socket);
int socket_bind(struct stage *stage, const struct socket_place *place,
                socket_received *received, void *arg,
                struct socket **ret_socket);
void socket_destroy(struct socket **self_p);

/* Sends the frame, which stays the caller's as well; 'peer' NULL for a DEALER.
 * Returns 0, -EAGAIN when the socket's queue is full, or -EHOSTUNREACH when
 * the peer has gone. */
int socket_send(struct socket *self, const struct socket_peer *peer,
                struct frame *frame);

/* Frames that were dropped because they were none. */
uint64_t socket_bad_frames(const struct socket *self);

/* Says whether all that is received has shown a key. */
bool socket_has_keys(const struct socket *self);

/* Returns who sent the frame that is being received, valid for that call; NULL
 * where there are no keys. */
const struct peer *socket_who(const struct socket *self);

#endif /* LINK_SOCKET_H */
