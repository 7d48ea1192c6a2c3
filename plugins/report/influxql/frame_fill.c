/* frame_fill.c - buckets without points */
#include <config.h>

#include <math.h>

#include "base.h"
#include "frame_inner.h"

/* How a gap is filled: the points around it, NAN where there is none. */
struct gap {
    int64_t before_ns, after_ns;
    double before, after;
};

static double
value_in_gap(const struct select *what, const struct gap *gap, bool of_count,
             int64_t time_ns)
{
    switch (what->fill) {
    case FILL_NUMBER:
        return what->fill_number;
    case FILL_PREVIOUS:
        return what->backwards ? gap->after : gap->before;
    case FILL_LINEAR:
        if (isnan(gap->before) || isnan(gap->after))
            return NAN;
        return (gap->after - gap->before) /
                   (double)(gap->after_ns - gap->before_ns) *
                   (double)(time_ns - gap->before_ns) +
               gap->before;
    default:
        return of_count && what->fill == FILL_NULL ? 0 : (double)NAN;
    }
}

/* A sum that ends where times do. */
static int64_t
later(int64_t time_ns, int64_t span_ns)
{
    int64_t sum = 0;

    if (__builtin_add_overflow(time_ns, span_ns, &sum))
        return span_ns < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

/* The part of the buckets that is wanted. */
static void
limit_buckets(const struct frame *self, int64_t *first_ns_p, int64_t *last_ns_p)
{
    const struct select *what = self->plan->what;
    uint64_t span_ns = (uint64_t)*last_ns_p - (uint64_t)*first_ns_p;

    if (self->most == 0 || *last_ns_p < *first_ns_p ||
        span_ns / (uint64_t)what->every_ns < self->most)
        return;
    int64_t wanted_ns = (int64_t)(self->most - 1) * what->every_ns;
    if (what->backwards)
        *first_ns_p = *last_ns_p - wanted_ns;
    else
        *last_ns_p = *first_ns_p + wanted_ns;
}

void
frame_fill(const struct frame *self, struct run *run, bool of_count)
{
    const struct select *what = self->plan->what;
    struct gap gap = {.before = NAN};
    struct run whole = {0};
    size_t at = 0;

    if (what->every_ns == 0 || what->fill == FILL_NONE || run->count == 0)
        return;
    int64_t first_ns =
        self->first_ns == INT64_MIN ? run->times_ns[0] : self->first_ns;
    int64_t last_ns = self->last_ns;
    /* Transformations look at buckets that the answer does not have. */
    if (self->plan->extra && what->backwards)
        last_ns = later(last_ns, self->plan->extra * what->every_ns);
    else if (self->plan->extra && self->first_ns != INT64_MIN)
        first_ns = later(first_ns, -self->plan->extra * what->every_ns);
    limit_buckets(self, &first_ns, &last_ns);
    for (int64_t time_ns = first_ns; time_ns <= last_ns;
         time_ns = later(time_ns, what->every_ns)) {
        for (; at < run->count && run->times_ns[at] <= time_ns; at++) {
            gap.before = run->values[at];
            gap.before_ns = run->times_ns[at];
        }
        bool is_there = at > 0 && run->times_ns[at - 1] == time_ns;
        gap.after = at < run->count ? run->values[at] : (double)NAN;
        gap.after_ns = at < run->count ? run->times_ns[at] : 0;
        run_add(&whole, time_ns,
                is_there ? gap.before
                         : value_in_gap(what, &gap, of_count, time_ns),
                is_there && run->rows ? run->rows[at - 1] : UINT32_MAX);
        if (time_ns == INT64_MAX)
            break;
    }
    run_fini(run);
    *run = whole;
}
