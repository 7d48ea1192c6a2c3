/* link/answer.h - asking a store, and answering: both ends of selects
 *
 * An *asker* sends selects to one store and hears their answers in parts, under
 * credit; a *desk* at the store takes selects, runs them on query threads, and
 * sends what they put into their sinks.  See link/question.h and link/part.h
 * for the bytes.
 *
 * The desk says something at least once a second, so a store that has gone is
 * noticed; parts are numbered, so a lost one is.
 * All here belongs to the stage's thread.
 */
#ifndef LINK_ANSWER_H
#define LINK_ANSWER_H

#include <weir/query.h>

#include "crew.h"
#include "link/socket.h"

/* Asking.  An asker lives on a stage and has one socket to one store. */
struct asker;

/* A part of an answer: what came, in the order in which it was sent; lent for
 * the call.  Series are numbered 0, 1, 2... in the order in which they came.
 * 'rc' is 0 while more comes, 1 for the last, negative for a failure, which is
 * the last, too: what the store returned, -E2BIG above a bound, -EAGAIN when
 * the store runs too many selects, -ETIMEDOUT at the deadline, -ENOTCONN when
 * the store has been silent for 5 seconds or a part was lost, -EACCES when the
 * asker's key may not read, -EBADMSG when it talks nonsense.  One of several
 * stores has 1.4 seconds to say something; see asker_be_of_several().
 * Returns false to hear no more. */
struct answer_part {
    int rc;
    const char *why; /* of a failure, for people; else "" */
    bool evaluated;
    const struct weir_loose *samples; /* its layout grows from part to part, and
                                       * has series without samples, too; NULL
                                       * when there are no series yet */
    const char *const *texts;         /* [text_count] */
    size_t text_count;
};
typedef bool answer_heard(void *arg, const struct answer_part *part);

/* Returns 0, or -errno as socket_connect(), which says what 'keys' (or NULL)
 * are for. */
int asker_open(struct stage *stage, const char *endpoint, struct keyring *keys,
               struct asker **ret_asker);

/* There are other stores to be asked, for which this one is not to be waited
 * long: once it has been silent for 1.4 seconds it is away, and selects fail
 * with -ENOTCONN at once, until something is heard of it again, for which the
 * asker listens by itself. */
void asker_be_of_several(struct asker *self);

/* Ends all selects; nothing is called any more.  Not from within 'heard'. */
void asker_destroy(struct asker **self_p);

/* Asks; '*ret_id' > 0 names the select.  'what' and all that it points to may
 * be gone after the call.  'heard' is called later, until it returns false or
 * heard the last part.  Returns 0; -EAGAIN when 64 selects run already, or the
 * socket takes no more; or -EINVAL as question_write(). */
/* Says whether slices may be asked for just now. */
bool asker_can_slice(const struct asker *self);

int asker_ask(struct asker *self, const struct weir_select *what,
              answer_heard *heard, void *arg, uint64_t *ret_id);

/* Ends a select; 'heard' is not called again.  An id that has ended does
 * nothing. */
void asker_cancel(struct asker *self, uint64_t id);

/* Answering.  The desk lives on the storage's stage. */
struct desk;

/* Answers 'what' into 'sink'; returns 0 or -errno.  Runs on a query thread. */
typedef int desk_select(void *arg, const struct weir_select *what,
                        struct weir_sink *sink);

/* 'select' runs on threads of 'crew', several at once; the crew outlives the
 * desk. */
struct desk *desk_new(struct stage *stage, struct crew *crew,
                      desk_select *select, void *arg);

/* Cancels all selects, and waits for those that run. */
void desk_destroy(struct desk **self_p);

/* Takes a SELECT, CREDIT or CANCEL frame; answers go out on 'socket', which
 * outlives the desk. */
void desk_take(struct desk *self, struct socket *socket,
               const struct socket_peer *peer, const struct frame_view *view);

#endif /* LINK_ANSWER_H */
