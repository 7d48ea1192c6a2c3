/* query/plan.h - what a question needs of the storages
 *
 * Walks a tree and lists the selects of all its selectors, each with the times
 * that it looks at.  Made once, then constant: any thread may read.
 */
#ifndef QUERY_PLAN_H
#define QUERY_PLAN_H

#include "query/tree.h"
#include "query/vector.h"

/* How old a sample may be that still counts, and the step of subqueries that
 * say none. */
enum { LOOKBACK_DEFAULT_S = 300, SUBQUERY_STEP_S = 60 };

/* Of different selects; a question that needs more is refused. */
enum { PLAN_SELECTS_MOST = 1024 };

/* Further from 1970 nothing is looked at; a range is no longer, either. */
#define TIME_MOST_NS INT64_C(4000000000000000000)

/* When a question is evaluated. */
struct moments {
    int64_t start_ns, end_ns, step_ns; /* as in struct weir_question */
    int64_t lookback_ns;               /* above 0 */
};

struct plan;

/* Returns the plan of 'tree', which outlives it. */
struct plan *plan_new(const struct tree *tree, const struct moments *moments);
void plan_destroy(struct plan **self_p);

/* The selects, '*ret_count' long: without bounds; valid as long as the plan.
 * Where a selector has one purpose its select has a digest.
 * When there are more than PLAN_SELECTS_MOST, the plan is not whole. */
const struct weir_select *plan_selects(const struct plan *self,
                                       size_t *ret_count);

/* Returns which of the selects is that of 'selector', one of the tree's. */
size_t plan_find(const struct plan *self, const struct expression *selector);

/* Returns the steps of a question. */
struct grid moments_grid(const struct moments *moments);

/* Returns the time that 'shift' looks at from the step at 'time_ns', within
 * TIME_MOST_NS of 1970, so that a range can be taken from it. */
int64_t moments_shift(const struct moments *moments,
                      const struct expression_shift *shift, int64_t time_ns);

/* Returns when the range begins that ends at 'end_ns'. */
int64_t moments_range(int64_t end_ns, int64_t range_ns);

/* Returns the steps of a subquery that the steps of 'grid' need; false when
 * there are none. */
bool moments_subgrid(const struct moments *moments,
                     const struct expression_subquery *subquery,
                     const struct grid *grid, struct grid *ret_subgrid);

#endif /* QUERY_PLAN_H */
