/* daemon.h - one libmicrohttpd daemon an address
 *
 * It has no thread: MHD_run() is its turn.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include <microhttpd.h>

#include "http/server.h"

/* Returns a daemon that serves the listening socket 'fd' and closes it at its
 * end; or NULL, with 'fd' closed. */
struct MHD_Daemon *daemon_start(struct server *server, int fd);

#endif /* DAEMON_H */
