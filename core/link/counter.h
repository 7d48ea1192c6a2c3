/* link/counter.h - where askers of the same process ask a store
 *
 * A select of a store in this process need not go through sockets and the
 * store's stage: the asker gives it to a query thread over the *counter* that
 * the store has opened under its endpoint, and takes the parts from the
 * errand's outbox.  Any thread may call these.
 */
#ifndef LINK_COUNTER_H
#define LINK_COUNTER_H

#include "link/errand.h"

struct counter;

/* 'select' runs on threads of 'crew', several at once, or where 'is_prompt'
 * (see weir/plugin.h) and little is asked for on the asker's; all outlive the
 * counter. */
struct counter_settings {
    struct crew *crew;
    desk_select *select;
    void *arg;
    bool is_prompt, can_slice;
};

/* Opens a counter under 'endpoint', which is copied. */
struct counter *counter_open(const char *endpoint,
                             const struct counter_settings *settings);

/* Cancels the selects that run, and waits for them; those that wait end with
 * -ENOTCONN. */
void counter_close(struct counter **self_p);

/* How an asker is told, as for errand_new(); and which slice it asks for. */
struct counter_terms {
    uint64_t id, limit;
    int bell;
    uint32_t slice, slices;
};

/* Says whether there is a counter whose storage can give slices. */
bool counter_can_slice(const char *endpoint);

/* Has a select run.  Takes the question, unless there is no counter of that
 * name; the caller ends with errand_leave().  Returns 0, 1 when it was little
 * and has ended, for which the bell is not rung, -ENOENT when there is no
 * counter, or -EAGAIN when too many selects wait. */
int counter_ask(const char *endpoint, struct question **question_p,
                const struct counter_terms *terms, struct errand **ret_errand);

#endif /* LINK_COUNTER_H */
