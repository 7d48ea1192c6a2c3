/* intake.h - the head and body that libmicrohttpd reads, made into a request
 *
 * Gathers the body within its limit and that of all bodies together, unpacks
 * it, and refuses what must not reach a handler.  On the HTTP thread.
 */
#ifndef INTAKE_H
#define INTAKE_H

#include <microhttpd.h>

#include "allowance.h"
#include "http/request.h"
#include "http/server.h"

struct intake_refusal;

struct intake {
    char method[16];
    char *target; /* path and query */
    char peer[64];
    char *body; /* or NULL */
    size_t size, room;
    struct share share;                   /* covers the body */
    const struct intake_refusal *refusal; /* of the body, whose rest is thrown
                                           * away; or NULL */
};

/* What is told instead of a request. */
struct intake_refusal {
    int status;
    const char *text; /* a constant */
};

extern const struct intake_refusal intake_too_big;

/* Adds bytes of the body. */
void intake_add(struct intake *self, const char *bytes, size_t size,
                const struct server *server);

/* Makes the request of a connection whose body is read whole; what answers it
 * will wake 'server'.  Returns NULL, or why it is refused. */
const struct intake_refusal *intake_finish(struct intake *self,
                                           struct MHD_Connection *connection,
                                           struct server *server,
                                           struct weir_request **ret_request);

void intake_fini(struct intake *self);

#endif /* INTAKE_H */
