/* top_asker.h - asks a weir for the overview, on a thread of its own
 *
 * So that keys are answered while a weir is slow.  One question at a time; all
 * functions are for the one thread that made the asker.
 */
#ifndef TOP_ASKER_H
#define TOP_ASKER_H

#include <stdint.h>

#include "cli/whom.h"
#include "top_answer.h"

/* What is asked for. */
struct top_question {
    int64_t window_ns, timeout_ns;
    const char *kind;          /* or NULL: all */
    const char *search, *sort; /* or "" */
    const char *order;         /* asc, desc or "" */
    size_t limit, offset;
    unsigned flags; /* of cli/plain.h */
};

/* Asks, and waits for the answer.  Returns it, or NULL with a sentence in
 * '*reterr_why', which the caller frees. */
struct top_answer *top_ask(const struct whom *whom,
                           const struct top_question *question,
                           char **reterr_why);

struct top_asker;

/* Makes one; 'whom' outlives it. */
struct top_asker *top_asker_new(const struct whom *whom);

/* Does not wait for an answer that is due. */
void top_asker_destroy(struct top_asker **self_p);

/* Begins to ask, and copies the question; returns 0, or -EBUSY while another
 * one is asked. */
int top_asker_begin(struct top_asker *self,
                    const struct top_question *question);

/* Takes what has come: returns 1, with either an answer or, in its place, a
 * sentence, which the caller frees; or 0 when nothing has. */
int top_asker_take(struct top_asker *self, struct top_answer **ret_answer,
                   char **ret_why);

#endif /* TOP_ASKER_H */
