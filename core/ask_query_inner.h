/* ask_query_inner.h - what ask_query.c and ask_gather.c share */
#ifndef ASK_QUERY_INNER_H
#define ASK_QUERY_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "ask_inner.h"
#include "query/digest.h"
#include "query/harvest.h"

enum query_state { QUERY_WAITS, QUERY_SELECTS, QUERY_WORKS };

/* The answer to one of the plan's selects. */
struct gather {
    struct query *query;
    struct harvest *harvest;
    bool hearing;  /* a part, at this moment */
    bool digested; /* has what the select's digest made of samples */
};

struct query {
    struct query *next;
    struct ask *ask;
    struct crew *crew; /* or NULL */
    void *instance;
    weir_heard *heard;
    void *arg;
    struct weir_request *client; /* or NULL */

    struct tree *tree; /* NULL: 'why' tells */
    char *why;         /* of what the parser refused, or NULL */
    struct moments moments;
    struct weir_bounds bounds;
    struct plan *plan;
    const struct weir_select *selects; /* [select_count], the plan's */
    size_t select_count, selects_running;
    struct gather *gathers; /* [gather_count]: one a select, or two for the only
                             * one, each half of the series */
    size_t gather_count, gather_next;
    struct share gathered; /* the memory of what they have */
    struct allowance *allowance;
    int64_t asked_ns, begun_ns, gathered_ns; /* monotonic, or 0 */
    struct evaluation_input *inputs;
    struct evaluation *evaluation;
    struct arena arena;      /* of the notes' texts */
    struct weir_note *notes; /* [note_count], of the selects */
    size_t note_count;

    enum query_state state;
    int failed; /* why it ends before it is evaluated, or 0 */
    atomic_bool cancelled;
    atomic_uint holders;  /* the ask, a job, a post */
    pthread_mutex_t lock; /* for 'orphan' */
    bool orphan;          /* the ask has gone, or wants it no more */
};

/* Ends a hold; the last one frees the query.  From any thread. */
void query_release(struct query *self);

/* Ends it with a failure that it hears; 'why' may be NULL when a note tells. */
void query_fail(struct query *self, int rc, const char *why);

/* Tells what its evaluation came to, and takes it off the ask's list. */
void query_tell(struct query *self);

/* Copies a note that goes with the last part. */
void query_note(struct query *self, const struct weir_note *note);

/* Begins the queries whose turn it is, soon: nobody hears from within the call
 * that asks. */
void ask_start_waiting(struct ask *ask);

/* Makes the gathers. */
void query_prepare(struct query *self);

/* Runs selects, as many as may run at a time, and evaluates after the last. */
void query_select(struct query *self);

#endif /* ASK_QUERY_INNER_H */
