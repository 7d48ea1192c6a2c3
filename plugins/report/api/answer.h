/* answer.h - one answer of the API: success with data, or an error
 *
 * Data is written into 'json'.  What grows beyond a part is sent as it comes,
 * so that a client who is quick enough costs little memory; one who is slow
 * costs max_answer at most, all of them half of max_memory, and one who
 * takes nothing for half a minute is given up.  The first part decides about
 * the status, so who may yet fail must not flush.
 */
#ifndef API_ANSWER_H
#define API_ANSWER_H

#include "../reply/fault.h"
#include "../reply/json.h"
#include "../reply/outbox.h"
#include "api.h"

struct answer {
    struct api *api;
    struct weir_request *request;
    struct json json;
    struct json extra[2]; /* warnings, infos: texts with commas */
    size_t counted;       /* bytes that the instance knows of */
    struct parcel parcel; /* once it is complete; 'begun' before */
};

/* Takes the request. */
struct answer *answer_new(struct api *api, struct weir_request *request);

/* Sends what there is, when it is much.  Returns 0, -EPIPE when the client has
 * gone, or as answer_room() for what it did not take yet. */
int answer_flush(struct answer *self);

/* Counts the answer, and 'extra_size' bytes beside it.  Returns 0, -E2BIG when
 * that is above max_answer, or -EAGAIN when all answers are together above
 * their bound. */
int answer_room(struct answer *self, size_t extra_size);

/* Adds a warning (or an info). */
void answer_warn(struct answer *self, const char *text);
void answer_add_notes(struct answer *self, const struct weir_note *notes,
                      size_t count);

/* Send the answer, free it and set '*self_p' to NULL.  A failure after parts
 * were sent cuts the answer off. */
void answer_finish(struct answer **self_p);
void answer_finish_as(struct answer **self_p, const char *type);
void answer_fail(struct answer **self_p, enum fault fault, const char *why);

/* Sends a failure that weir_select() and its like returned, or answer_room()
 * and answer_flush(), or that 'result' says. */
void answer_fail_rc(struct answer **self_p, int rc);
void answer_fail_room(struct answer **self_p, int rc);
void answer_fail_result(struct answer **self_p,
                        const struct weir_result *result);

#endif /* API_ANSWER_H */
