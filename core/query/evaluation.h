/* query/evaluation.h - from a tree and the samples it needs to an answer
 *
 * Pure: knows no storage, makes no threads, and is as good as its input.  Runs
 * on any one thread; only 'cancelled' is looked at meanwhile.
 */
#ifndef QUERY_EVALUATION_H
#define QUERY_EVALUATION_H

#include <stdatomic.h>

#include <weir/query.h>

#include "allowance.h"
#include "query/plan.h"

/* The samples of a series, by time; with stale markers.  Or what the select's
 * digest made of them. */
struct evaluation_series {
    const struct weir_series *series;
    const int64_t *times_ns; /* [count] */
    const double *values;    /* [count] */
    size_t count;
    const struct evaluation_series *rest; /* the same series at further steps,
                                           * when it was digested; or NULL */
};

/* What one select of the plan gave: each series once. */
struct evaluation_input {
    const struct evaluation_series *series; /* [count] */
    size_t count;
    const struct weir_digest *digest; /* what was made of samples; or NULL */
};

struct evaluation_task {
    const struct tree *tree;
    const struct plan *plan;
    const struct moments *moments;
    const struct evaluation_input *inputs; /* one for each of the selects */
    struct weir_bounds bounds;    /* none is 0; 'samples' bounds what is looked
                                   * at or made, 'memory_bytes' what is made */
    struct allowance *allowance;  /* for what is made; or NULL */
    const atomic_bool *cancelled; /* or NULL */
};

struct evaluation;

/* Evaluates; returns what came of it.  All that the task points to outlives
 * the evaluation. */
struct evaluation *evaluation_new(const struct evaluation_task *task);
void evaluation_destroy(struct evaluation **self_p);

/* The answer, as weir_query() tells it, in one part: 'rc' is 1; or -EINVAL,
 * -E2BIG, -ETIMEDOUT, -EAGAIN or -ECANCELED, and a note tells.  Valid as long
 * as the evaluation. */
const struct weir_result *evaluation_result(const struct evaluation *self);

#endif /* QUERY_EVALUATION_H */
