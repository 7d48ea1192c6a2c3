/* unbind.h - give an address back
 *
 * libzmq closes a bound socket later, on threads of its own: for a while the
 * address is taken yet, and, worse, the file of an ipc:// endpoint that was
 * bound anew in between is unlinked with the old one.
 */
#ifndef LINK_UNBIND_H
#define LINK_UNBIND_H

/* Returns when what 'zmq', a ZeroMQ socket that was bound once, listened on is
 * closed; after half a second at most.  The socket is still to be closed. */
void unbind_socket(void *zmq);

#endif /* LINK_UNBIND_H */
