/* link/errand.h - one select that a desk answers, on a query thread
 *
 * The thread puts frames into the errand's outbox as far as the asker's credit
 * reaches, else it waits; a stage, the desk's or that of an asker in the same
 * process, takes them out.  errand_run() is the thread's, errand_cancel()
 * anybody's, all else here the stage's.
 */
#ifndef LINK_ERRAND_H
#define LINK_ERRAND_H

#include "link/answer.h"
#include "link/question.h"

struct errand;

/* What is to be done.  The bell outlives errands that are not left. */
struct errand_work {
    desk_select *select;
    void *arg;
    int bell; /* an eventfd: rung when there is something for the stage */
    void (*release)(void *arg); /* when the errand is freed; or NULL */
};

/* Copies 'work' and takes the question.  'id' names the select in frames,
 * 'limit' is the first credit in bytes. */
struct errand *errand_new(const struct errand_work *work,
                          struct question **question_p, uint64_t id,
                          uint64_t limit);

/* Runs the select; a crew_job. */
void errand_run(void *errand);

/* Runs it here and now, if there is little to be done, and rings no bell.
 * Returns true when it has ended; else it is as before, and for a thread. */
bool errand_try(struct errand *self);

/* Instead, when there will be no thread: it is over without an end. */
void errand_run_not(void *errand);

/* Raises the absolute limit of bytes; a lower one does nothing. */
void errand_credit(struct errand *self, uint64_t limit);

/* Ends the select soon; what waits in the outbox is dropped. */
void errand_cancel(struct errand *self);

/* Returns the frame to be sent next, which stays the errand's until
 * errand_pop(); or NULL. */
struct frame *errand_peek(struct errand *self);
void errand_pop(struct errand *self);

/* Counts bytes against the credit that did not go through the outbox. */
void errand_count(struct errand *self, size_t size);

/* Says whether the select has ended and nothing waits any more. */
bool errand_is_over(struct errand *self);

int64_t errand_deadline_ns(const struct errand *self);

/* Cancels, waits for the select when a thread runs it, and frees the errand.
 * One that waits for its thread is freed by that. */
void errand_destroy(struct errand **self_p);

/* The same, but waits for nobody: the thread frees the errand when the select
 * has ended, and rings no more. */
void errand_leave(struct errand **self_p);

/* Frees an errand that no thread was given. */
void errand_drop(struct errand **self_p);

#endif /* LINK_ERRAND_H */
