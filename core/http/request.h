/* request.h - one request and its answer: the inner side of weir/http.h
 *
 * Whoever makes a request (the HTTP thread, or the harness) owns and frees it;
 * in between, a handler has it until it calls weir_answer(), on any thread.
 * What the handler answers collects here, and 'wake' tells the owner.
 *
 * request_left() may be called from any thread, all else here by the owner.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <weir/http.h>

#include "allowance.h"

/* A part, or the last, has come; on the thread that answered.  It may be called
 * more often than needed, and with the request locked: it must call nothing
 * here. */
typedef void request_wake(void *arg, struct weir_request *self);

/* Returns a request to 'target', a path with or without a query, as in the
 * request line; both are copied. */
struct weir_request *request_new(const char *method, const char *target,
                                 request_wake *wake, void *arg);

/* Frees the request, whoever holds it, and sets '*self_p' to NULL.  NULL does
 * nothing. */
void request_destroy(struct weir_request **self_p);

/* Fill the request in, before it is handed over; texts are copied. */
void request_set_peer(struct weir_request *self, const char *peer);
void request_add_head(struct weir_request *self, const char *name,
                      const char *value);
void request_add_path(struct weir_request *self, const char *star);

/* What waits for the client has a share of 'answers': without room a part has
 * to wait, and a whole answer becomes a 503. */
void request_set_room(struct weir_request *self, struct allowance *answers);

/* Takes 'bytes', which malloc() made, 'size' bytes and a '\0' behind them. */
void request_take_body(struct weir_request *self, char **bytes_p, size_t size);

/* The body is no form, whatever its Content-Type says. */
void request_refuse_form(struct weir_request *self);

/* Reads the query, and the body when its Content-Type says that it is a form;
 * the last step.  Returns 0, or -EBADMSG for a bad escape or above 1,024
 * parameters. */
int request_parse(struct weir_request *self);

const char *request_method(const struct weir_request *self);

/* The path as it was sent, without the query. */
const char *request_target(const struct weir_request *self);

/* Bytes of the path and the query. */
size_t request_line_size(const struct weir_request *self);

/* Says whether the client has gone or was told something else: no answer can
 * reach it any more.  Selects with this client end then. */
bool request_left(struct weir_request *self);

/* The client has gone: answers go nowhere from now on. */
void request_leave(struct weir_request *self);

/* What there is of the answer. */
enum request_state {
    REQUEST_OPEN,  /* nothing yet */
    REQUEST_PARTS, /* begun, more comes */
    REQUEST_ENDED, /* all is there, and the handler has let go */
};

struct request_answer {
    int status;
    const char *type;               /* NULL: none */
    const struct weir_label *heads; /* ends with {0} */
    bool whole;                     /* came at once: 'bytes' are all */
    const void *bytes;              /* [size], of a whole one; may be NULL */
    size_t size;
};

/* Gives the state, and, when it is not REQUEST_OPEN, the answer, valid as long
 * as the request. */
enum request_state request_answer(struct weir_request *self,
                                  struct request_answer *ret_answer);

/* Says whether there is something to send: when nothing was sent yet ('begun'
 * is false), the head of an answer; else bytes, or the end. */
bool request_has_more(struct weir_request *self, bool begun);

/* Moves up to 'size' bytes of the answer's body into 'buffer'.  Returns how
 * many, 0 when the body has ended, or -EAGAIN when more comes later. */
ssize_t request_read(struct weir_request *self, void *buffer, size_t size);

#endif /* REQUEST_H */
