/* steps.h - values of one or several functions over the steps of a select
 *
 * Each step has a window, the 'range_ns' before it, left-open; windows do not
 * overlap.  What is known of samples goes in by time, as samples or as the
 * summary of some, and each window with samples in it becomes a value of each
 * function.  Stale markers are no samples; the sum, average of a window with
 * another NaN are NaN, its least and greatest value are of the others.  A sum
 * is made of the sums of stretches, so it may differ in its last bits from one
 * that is made sample by sample.  Not thread safe.
 */
#ifndef TSDB_STEPS_H
#define TSDB_STEPS_H

#include <stdbool.h>

#include <weir/storage.h>

#include "codec.h"
#include "samples.h"
#include "span.h"

struct steps {
    uint32_t functions;         /* a set, as in a select */
    int64_t after_ns, last_ns;  /* where steps begin; the last step */
    uint64_t step_ns, range_ns; /* range <= step */

    int64_t from_ns, until_ns; /* window: after the one, until the other */
    uint64_t count;            /* samples in it */
    struct codec_summary sum;  /* of them */
    struct samples values;     /* of the windows before; times of steps: one a
                                * function, in the order of the enum */
};

/* Says whether the select can be answered with values at steps. */
bool steps_can(const struct weir_select *what);

/* Begins anew; zeroed before the first time. */
void steps_begin(struct steps *self, const struct weir_select *what);
void steps_fini(struct steps *self);

/* Adds samples behind those added before, by time; those in no window are
 * passed over. */
void steps_add(struct steps *self, const struct span *span);

/* Says whether the values of a chunk matter, of which that is known; else any
 * will do, such as its 'min'. */
bool steps_need(const struct steps *self, const struct codec_summary *summary);

/* Adds 'count' samples from one time to another, both inclusive, of which only
 * that is known.  Returns false, and adds nothing, when they do not lie in one
 * window. */
bool steps_add_summary(struct steps *self, int64_t from_ns, int64_t until_ns,
                       size_t count, const struct codec_summary *summary);

/* Completes the last window: 'values' has all. */
void steps_end(struct steps *self);

#endif /* TSDB_STEPS_H */
