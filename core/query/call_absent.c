/* query/call_absent.c - whether there is nothing */
#include <config.h>

#include "query/call.h"

#include "query/range.h"

/* Says whether an equality before 'end' is about 'name'. */
static bool
is_told(const struct expression_selector *selector, const char *name,
        size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (selector->matchers[i].match == WEIR_EQUAL &&
            strcmp(selector->matchers[i].name, name) == 0)
            return true;
    return false;
}

/* Returns the labels that a selector's equalities tell.  One that a later
 * matcher is about, too, is not told: so Prometheus has it. */
static const struct labelset *
labels_of(struct evaluator *self, const struct expression *of)
{
    const struct expression *bare = expression_bare(of);
    const struct labelset *labels = labelset_new(&self->arena, NULL, 0);

    if (bare->kind != EXPRESSION_SELECTOR)
        return labels;
    const struct expression_selector *selector = &bare->selector;
    for (size_t i = 0; i < selector->matcher_count; i++) {
        const struct weir_matcher *matcher = &selector->matchers[i];
        if (strcmp(matcher->name, LABELSET_NAME) == 0)
            continue;
        bool tells = matcher->match == WEIR_EQUAL &&
                     !is_told(selector, matcher->name, i);
        labels = labelset_with(&self->arena, labels, matcher->name,
                               tells ? matcher->value : "");
    }
    return labels;
}

void
call_absent(struct evaluator *self, const struct expression *call,
            const struct grid *grid, struct vector *ret_vector)
{
    const struct expression *of = call->call.arguments[0];
    struct vector inner = {0};
    struct track *track =
        evaluator_track(self, ret_vector, labels_of(self, of), grid);

    evaluate(self, of, grid, &inner);
    for (size_t step = 0; track && step < grid->count; step++) {
        bool any = false;
        for (size_t i = 0; i < inner.count && !any; i++)
            any = !value_is_none(inner.tracks[i].values[step]);
        if (!any)
            track->values[step] = 1;
    }
    evaluator_drop(self, &inner, grid);
    evaluator_prune(self, ret_vector, grid);
}

/* Takes the value from the steps whose window has a sample. */
static void
take_seen(const struct moments *moments, const struct range *range,
          const struct range_samples *samples, const struct grid *grid,
          double *values)
{
    size_t next = 0; /* the first sample after the window */

    for (size_t step = 0; step < grid->count; step++) {
        int64_t end_ns =
            moments_shift(moments, range->shift, grid_time(grid, step));
        while (next < samples->count && samples->times_ns[next] <= end_ns)
            next++;
        if (next > 0 && samples->times_ns[next - 1] >
                            moments_range(end_ns, range->range_ns))
            values[step] = value_none();
    }
}

void
call_absent_over_time(struct evaluator *self, const struct expression *call,
                      const struct grid *grid, struct vector *ret_vector)
{
    const struct expression *of = call->call.arguments[0];
    struct range range = {0};
    struct track *track =
        evaluator_track(self, ret_vector, labels_of(self, of), grid);

    range_init(&range, self, of, grid);
    for (size_t step = 0; track && step < grid->count; step++)
        track->values[step] = 1;
    for (size_t i = 0; track && i < range.count; i++) {
        struct range_samples samples = range_samples(&range, i);
        if (!evaluator_goes_on(self, samples.count))
            break;
        take_seen(self->task->moments, &range, &samples, grid, track->values);
    }
    range_fini(&range, self);
    evaluator_prune(self, ret_vector, grid);
}
