/* server.h - what the parts of the HTTP thread share
 *
 * http.c runs the thread, http_listen.c its addresses, exchange.c one
 * request and its answer, exchanges.c all of them, front.c the core's own
 * routes.  All but what stands under 'lock', and the figures, is the
 * thread's.  The lock is taken before that of a request, never after.
 */
#ifndef SERVER_H
#define SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "allowance.h"
#include "http/http.h"
#include "http/route.h"
#include "http/visitor.h"

struct exchange;

struct server {
    struct http_settings settings; /* with the defaults filled in */
    char own_name[256];            /* of this host */
    int epoll;                     /* of the thread: daemons, waiting clients */
    int wake;                      /* eventfd: answers came, or the end */
    bool resumed; /* a connection was, so its daemon has something to do */
    bool stopping;
    uint32_t request_count;    /* that wait for the first of their answers */
    struct allowance *bodies;  /* of all that are being sent, or handled */
    struct allowance *answers; /* of all that wait for their clients */
    struct visitor *visitors;

    pthread_mutex_t lock; /* for all that follows */
    struct routes routes;
    struct exchange *exchanges;

    atomic_uint_fast64_t requests[5];
    atomic_uint_fast64_t connections;
    atomic_uint_fast64_t received_bytes;
    atomic_uint_fast64_t sent_bytes;
};

/* The request that this thread, the server's own, hands over just now: it looks
 * for the answer afterwards, and need not be woken for it. */
extern _Thread_local const struct weir_request *server_hands_over;

/* Lets the thread look for answers; from any thread. */
void server_wake(struct server *self);

#endif /* SERVER_H */
