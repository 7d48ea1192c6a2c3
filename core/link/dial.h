/* link/dial.h - connects a socket to the peer that has the key of its host
 *
 * The peer must be called like the endpoint's host.  While there is no such
 * peer the socket stays unconnected; when the peer's key becomes another one,
 * or is gone, a connection that was made with it is cut.  What the other side
 * refuses libzmq does not try again: the dial does.
 *
 * Belongs to the thread of its stage.
 */
#ifndef LINK_DIAL_H
#define LINK_DIAL_H

#include "link/keyring.h"
#include "stage.h"

struct dial;

/* Connects 'zmq', a DEALER that outlives the dial, to 'endpoint', a tcp://.
 * Returns 0, also when nobody listens or there is no key yet; or -errno as
 * socket_connect(). */
int dial_open(struct stage *stage, void *zmq, struct keyring *keys,
              const char *endpoint, struct dial **ret_dial);
void dial_destroy(struct dial **self_p);

#endif /* LINK_DIAL_H */
