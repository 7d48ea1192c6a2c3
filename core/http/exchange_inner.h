/* exchange_inner.h - for exchange.c and exchanges.c alone */
#ifndef EXCHANGE_INNER_H
#define EXCHANGE_INNER_H

#include "http/exchange.h"
#include "http/intake.h"

enum phase {
    PHASE_HEAD,    /* the header is about to come */
    PHASE_BODY,    /* so is the body */
    PHASE_WAITING, /* for the handler */
    PHASE_SENDING, /* the answer */
};

struct exchange {
    struct exchange *next, **link; /* under the server's lock */
    struct server *server;
    struct MHD_Connection *connection; /* NULL: complete */
    struct visitor *visitor;           /* of the connection */
    enum phase phase;
    bool suspended;
    bool waits; /* for the first of its answer, and is counted as such */
    bool left;  /* the client closed its end while suspended */
    int status; /* that was answered; 0: none */
    struct intake intake;
    int64_t begin_ns;    /* monotonic */
    int64_t deadline_ns; /* for the handler; 0: none */

    struct weir_request *request;
    const void *owner; /* who was handed the request; under the lock */
};

static inline void
server_lock(struct server *server)
{
    (void)pthread_mutex_lock(&server->lock);
}

static inline void
server_unlock(struct server **server_p)
{
    (void)pthread_mutex_unlock(&(*server_p)->lock);
}

/* Frees it; with the server locked. */
void exchange_destroy(struct exchange *self);

/* Reads from the connection again. */
void exchange_resume(struct exchange *self);

/* Says whether the handler will not use the request any more. */
bool exchange_is_released(const struct exchange *self);

#endif /* EXCHANGE_INNER_H */
