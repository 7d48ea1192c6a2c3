/* exchange.h - one request on its connection, from its first line to the end
 * of its answer
 *
 * It gathers the body, has the request checked and handed over, suspends the
 * connection until there is an answer, and watches it for the client's leaving.
 * An exchange ends when its connection is through with it and its handler, too.
 * All on the HTTP thread, but for exchanges_forget().
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <microhttpd.h>

#include "http/server.h"

struct exchange;

/* Begins with the request line: 'target' is what stands between method and
 * version. */
struct exchange *exchange_new(struct server *server,
                              struct MHD_Connection *connection,
                              const char *target);

/* Goes on: as libmicrohttpd's access handler. */
enum MHD_Result exchange_go_on(struct exchange *self, const char *method,
                               const char *bytes, size_t *size_p);

/* The connection is through with it: answered, or broken. */
void exchange_complete(struct exchange *self);

/* The client of a waiting exchange has closed its end. */
void exchange_leave(struct exchange *self);

/* Wakes the connections of those that have an answer, are late or left, and
 * frees those that ended.  Returns how many still have a connection. */
size_t exchanges_turn(struct server *server, int64_t now_ns);

/* Answers in the place of 'owner', which is gone. */
void exchanges_forget(struct server *server, const void *owner);

/* Frees all; for when the thread is gone. */
void exchanges_destroy(struct server *server);

#endif /* EXCHANGE_H */
