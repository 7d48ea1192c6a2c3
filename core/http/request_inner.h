/* request_inner.h - for request*.c alone */
#ifndef REQUEST_INNER_H
#define REQUEST_INNER_H

#include "http/request.h"

#include <pthread.h>

#include <weir/cleanup.h>

#include "arena.h"
#include "http/gzip.h"
#include "http/params.h"

/* A list of labels that grows, and ends with {0} once it has one. */
struct heads {
    size_t count;
    struct weir_label *items;
};

/* Bytes between 'start' and 'size' were not read yet. */
struct outbox {
    char *bytes;
    size_t start, size, room;
};

struct weir_request {
    const char *method;
    const char *target; /* the path alone */
    const char *query;  /* behind the '?', or "" */
    const char *peer;
    struct heads heads;
    struct params stars; /* the names are "" */
    struct params params;
    char *body; /* or NULL */
    size_t body_size;
    bool formless; /* the body is no form */
    struct arena texts;

    request_wake *wake;
    void *wake_arg;

    pthread_mutex_t lock; /* for all that follows */
    enum request_state state;
    bool left;
    bool whole;
    int status;
    const char *type;
    struct heads answer_heads;
    struct outbox out;
    struct share share; /* covers 'out' */

    struct packer *packer; /* of parts; who answers has it, or NULL */
};

static inline void
request_unlock(pthread_mutex_t **lock_p)
{
    (void)pthread_mutex_unlock(*lock_p);
}

/* Holds the request's lock to the end of the block. */
#define HOLD(request)                                                       \
    weir_cleanup(request_unlock) pthread_mutex_t *held_ = &(request)->lock; \
    (void)pthread_mutex_lock(held_)

/* Copies name and value. */
void heads_add(struct heads *self, struct arena *arena, const char *name,
               const char *value);

/* Returns the value of that name, whatever its case; or NULL. */
const char *heads_get(const struct heads *self, const char *name);

#endif /* REQUEST_INNER_H */
