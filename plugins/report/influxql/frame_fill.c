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
            return (double)NAN;
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

/* The buckets that are filled: first and last. */
static void
find_buckets(const struct frame *self, const struct run *run,
             int64_t *ret_first_ns, int64_t *ret_last_ns)
{
    const struct select *what = self->plan->what;
    int64_t extra_ns = self->plan->extra * what->every_ns;
    bool is_bound = self->first_ns != INT64_MIN;

    *ret_first_ns = is_bound ? self->first_ns : run->times_ns[0];
    *ret_last_ns = self->last_ns;
    /* Transformations look at buckets that the answer does not have. */
    if (what->backwards)
        *ret_last_ns = later(*ret_last_ns, extra_ns);
    else if (is_bound)
        *ret_first_ns = later(*ret_first_ns, -extra_ns);
    limit_buckets(self, ret_first_ns, ret_last_ns);
}

/* Goes to the points around a time; 'at_p' is the next one. */
static void
move_gap(struct gap *gap, const struct run *run, int64_t time_ns, size_t *at_p)
{
    for (; *at_p < run->count && run->times_ns[*at_p] <= time_ns; ++*at_p) {
        gap->before = run->values[*at_p];
        gap->before_ns = run->times_ns[*at_p];
    }
    bool is_last = *at_p == run->count;
    gap->after = is_last ? (double)NAN : run->values[*at_p];
    gap->after_ns = is_last ? 0 : run->times_ns[*at_p];
}

void
frame_fill(const struct frame *self, struct run *run, bool of_count)
{
    const struct select *what = self->plan->what;
    struct gap gap = {.before = (double)NAN};
    struct run whole = {0};
    int64_t time_ns = 0, last_ns = 0;
    size_t at = 0;

    if (what->every_ns == 0 || what->fill == FILL_NONE || run->count == 0)
        return;
    find_buckets(self, run, &time_ns, &last_ns);
    for (; time_ns <= last_ns; time_ns = later(time_ns, what->every_ns)) {
        move_gap(&gap, run, time_ns, &at);
        if (at > 0 && run->times_ns[at - 1] == time_ns)
            run_add(&whole, time_ns, gap.before, run->rows[at - 1]);
        else
            run_add(&whole, time_ns,
                    value_in_gap(what, &gap, of_count, time_ns), UINT32_MAX);
        if (time_ns == INT64_MAX)
            break;
    }
    run_fini(run);
    *run = whole;
}
