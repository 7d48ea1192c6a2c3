/* answer.h - one answer of the API: success with data, or an error
 *
 * Data is written into 'json'.  What grows beyond a part is sent as it comes,
 * so that a client who is quick enough costs little memory; one who is slow
 * costs max_answer at most.  The first part decides about the status, so who
 * may yet fail must not flush.
 */
#ifndef API_ANSWER_H
#define API_ANSWER_H

#include "api.h"
#include "json.h"

/* What went wrong; each has a status and a name. */
enum fault {
    FAULT_BAD_DATA,
    FAULT_EXECUTION,
    FAULT_TIMEOUT,
    FAULT_CANCELED,
    FAULT_UNAVAILABLE,
    FAULT_INTERNAL,
    FAULT_NOT_FOUND,
};

struct answer {
    struct api *api;
    struct weir_request *request;
    struct json json;
    struct json extra[2]; /* warnings, infos: texts with commas */
    bool begun;           /* a part was sent */
};

/* Takes the request. */
struct answer *answer_new(struct api *api, struct weir_request *request);

/* Sends what there is, when it is much.  Returns 0, -EPIPE when the client has
 * gone, or -E2BIG when what it did not take yet is above the bound. */
int answer_flush(struct answer *self);

/* Adds a warning (or an info). */
void answer_warn(struct answer *self, const char *text);
void answer_add_notes(struct answer *self, const struct weir_note *notes,
                      size_t count);

/* Send the answer, free it and set '*self_p' to NULL.  A failure after parts
 * were sent cuts the answer off. */
void answer_finish(struct answer **self_p);
void answer_finish_as(struct answer **self_p, const char *type);
void answer_fail(struct answer **self_p, enum fault fault, const char *why);

/* Sends a failure that weir_select() and its like returned, or 'result' says.
 */
void answer_fail_rc(struct answer **self_p, int rc);
void answer_fail_result(struct answer **self_p,
                        const struct weir_result *result);

/* Answers a request for good with an error. */
void answer_refuse(struct weir_request **request_p, enum fault fault,
                   const char *why);

#endif /* API_ANSWER_H */
