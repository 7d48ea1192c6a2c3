/* span.c - the times of a SELECT, and the selects that look at them */
#include <config.h>

#include "span.h"

#include "base.h"

/* More would cost a store more than it saves. */
enum { STEPS_MOST = 100000 };

static void
add_span(struct spans *self, int64_t since_ns, int64_t until_ns,
         int64_t every_ns)
{
    if (since_ns > until_ns)
        return;
    struct span *span = &self->items[self->count++];
    *span = (struct span){.after_ns = since_ns - 1, .until_ns = until_ns};
    if (every_ns == 0)
        return;
    span->range_ns =
        until_ns - since_ns < every_ns ? until_ns - since_ns + 1 : every_ns;
    span->step_ns = until_ns - since_ns < every_ns ? 0 : every_ns;
}

/* What the store computes: the rest of the first bucket, whole ones, and the
 * begin of the last one. */
static void
split(struct spans *self, int64_t since_ns, int64_t until_ns,
      const struct select *what)
{
    int64_t every_ns = what->every_ns;
    int64_t first_ns = tally_start(since_ns, every_ns, what->offset_ns);
    int64_t last_ns = tally_start(until_ns, every_ns, what->offset_ns);

    if (first_ns == last_ns) {
        add_span(self, since_ns, until_ns, every_ns);
        return;
    }
    if (first_ns < since_ns) {
        first_ns += every_ns;
        add_span(self, since_ns, first_ns - 1, every_ns);
    }
    add_span(self, first_ns, last_ns - 1, every_ns);
    add_span(self, last_ns, until_ns, every_ns);
}

/* Begins earlier, or ends later, by the buckets that transformations need. */
static void
widen(const struct plan *plan, int64_t *since_ns_p, int64_t *until_ns_p)
{
    int64_t extra_ns = plan->extra * plan->what->every_ns;

    if (extra_ns && plan->what->backwards) {
        if (__builtin_add_overflow(*until_ns_p, extra_ns, until_ns_p))
            *until_ns_p = INT64_MAX;
    } else if (extra_ns && plan->where->has_since) {
        if (__builtin_sub_overflow(*since_ns_p, extra_ns, since_ns_p))
            *since_ns_p = INT64_MIN + 1;
    }
}

/* Says whether a store may compute, and it is worth its while. */
static bool
is_computed(const struct plan *plan, int64_t since_ns, int64_t until_ns)
{
    uint64_t every_ns = (uint64_t)plan->what->every_ns;

    if (!plan->tallied || !plan->functions || !plan->where->has_since ||
        since_ns <= 0 || until_ns <= since_ns)
        return false;
    return every_ns ? (uint64_t)(until_ns - since_ns) < every_ns * STEPS_MOST
                    : plan->where->has_until;
}

void
spans_init(struct spans *self, const struct plan *plan, int64_t now_ns)
{
    const struct where *where = plan->where;
    const struct select *what = plan->what;
    int64_t since_ns = where->has_since ? where->since_ns : INT64_MIN + 1;
    int64_t until_ns = what->every_ns ? now_ns : INT64_MAX;

    if (where->has_until)
        until_ns = where->until_ns;
    *self = (struct spans){
        .since_ns = since_ns, .until_ns = until_ns, .first_ns = INT64_MIN};
    if (what->every_ns)
        self->last_ns = tally_start(until_ns, what->every_ns, what->offset_ns);
    if (what->every_ns && where->has_since)
        self->first_ns = tally_start(since_ns, what->every_ns, what->offset_ns);
    widen(plan, &since_ns, &until_ns);
    if (!is_computed(plan, since_ns, until_ns))
        add_span(self, since_ns, until_ns, 0);
    else if (what->every_ns)
        split(self, since_ns, until_ns, what);
    else
        add_span(self, since_ns, until_ns, until_ns);
}
