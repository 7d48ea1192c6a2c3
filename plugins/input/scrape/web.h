/* web.h - asking a program for its list of targets, over HTTP
 *
 * One request at a time, which waits for nobody: it runs beside the scrapes.
 * Belongs to the thread of the instance.
 */
#ifndef WEB_H
#define WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transfers.h"

enum {
    WEB_ANSWER_MOST = 1 << 26, /* bytes of an answer that is gathered */
    WEB_WHY_SIZE = 320,
};

/* How a request ended. */
struct web_end {
    int rc;           /* 0: an answer with status 200 is whole */
    long status;      /* of the answer; 0: there is none */
    const char *text; /* [size], what was gathered; lent for the call */
    size_t size;
    const char *why; /* when 'rc' is negative */
};

/* What is asked.  All texts are copied. */
struct web_request {
    const char *url;
    const char *socket_path; /* a unix socket; or "" */
    const char *ca_path;     /* who may sign the server's certificate; or "" */
    const char *token_file;  /* of a token to be sent as bearer; or "" */
    int64_t timeout_ns;      /* of all of it */

    /* Hears what comes of an answer with status 200, in place of gathering it;
     * returns false to end the request.  Or NULL.  May not begin another. */
    bool (*heard)(void *arg, const char *bytes, size_t size);

    /* Hears the end, unless it is cancelled; may begin another request. */
    void (*ended)(void *arg, const struct web_end *end);
    void *arg;
};

struct web;

/* Returns what asks by 'transfers', which outlives it; NULL: no memory. */
struct web *web_new(struct transfers *transfers);

/* Begins a request; none may run.  Returns 0, or a negative errno with the
 * reason in 'why'. */
int web_ask(struct web *self, const struct web_request *request,
            char why[WEB_WHY_SIZE]);

/* Says whether a request runs. */
bool web_is_busy(const struct web *self);

/* Ends a request without a word, if one runs; frees it. */
void web_destroy(struct web **self_p);

#endif /* WEB_H */
