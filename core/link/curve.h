/* link/curve.h - the options of sockets that speak CURVE */
#ifndef LINK_CURVE_H
#define LINK_CURVE_H

#include "link/keyring.h"

/* Makes 'zmq', which is not bound yet, let in whom the keyring lets in, and
 * nobody when it does not answer.  Returns 0, or -ENOTSUP. */
int curve_serve(void *zmq, const struct keyring *keys);

/* Makes what 'zmq' connects to from now on the peer with that key.  Returns 0,
 * or -ENOTSUP. */
int curve_expect(void *zmq, const struct keyring *keys,
                 const struct peer *peer);

#endif /* LINK_CURVE_H */
