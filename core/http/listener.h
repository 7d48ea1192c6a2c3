/* listener.h - sockets that listen, and why one can not
 *
 * Reasons are sentences for the user, in 'why', 'size' bytes: "cannot listen on
 * 127.0.0.1:9347: Address already in use, ...".
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stddef.h>
#include <stdint.h>

struct sockaddr;

/* Returns a listening socket, which the caller closes, at "host:port",
 * "[host]:port" or ":port"; '*ret_port' is its port.  Or -errno with a reason.
 */
int listener_open(const char *address, uint16_t *ret_port, char *why,
                  size_t size);

/* The same for a socket in the file system, mode 0600, in place of one that
 * nobody serves.  The caller unlinks it. */
int listener_open_local(const char *path, char *why, size_t size);

/* Writes a client's numeric address, without its port, into 'text'; "control"
 * for one without address. */
void listener_peer_text(const struct sockaddr *peer, char *text, size_t size);

#endif /* LISTENER_H */
