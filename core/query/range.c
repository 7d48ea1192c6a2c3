/* query/range.c - samples over time, a series each */
#include <config.h>

#include "query/range.h"

#include "base.h"

void
range_init(struct range *range, struct evaluator *evaluator,
           const struct expression *expression, const struct grid *grid)
{
    const struct evaluation_task *task = evaluator->task;
    const struct expression *bare = expression_bare(expression);

    if (bare->kind == EXPRESSION_SELECTOR) {
        range->input = &task->inputs[plan_find(task->plan, bare)];
        range->shift = &bare->selector.shift;
        range->range_ns = bare->selector.range_ns;
        range->count = range->input->count;
        return;
    }
    range->shift = &bare->subquery.shift;
    range->range_ns = bare->subquery.range_ns;
    if (moments_subgrid(task->moments, &bare->subquery, grid, &range->grid))
        evaluate(evaluator, bare->subquery.inner, &range->grid, &range->tracks);
    range->count = range->tracks.count;
}

void
range_fini(struct range *range, struct evaluator *evaluator)
{
    evaluator_drop(evaluator, &range->tracks, &range->grid);
    free(range->times_ns);
    free(range->values);
}

const struct labelset *
range_labels(const struct range *range, struct evaluator *evaluator,
             size_t series)
{
    if (range->input)
        return labelset_of_series(&evaluator->arena,
                                  range->input->series[series].series);
    return range->tracks.tracks[series].labels;
}

static void
make_room(struct range *range, size_t count)
{
    if (count <= range->room)
        return;
    range->times_ns =
        xrealloc(range->times_ns, count, sizeof(*range->times_ns));
    range->values = xrealloc(range->values, count, sizeof(*range->values));
    range->room = count;
}

static bool
has_gaps(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (value_is_none(values[i]))
            return true;
    return false;
}

static struct range_samples
copy_fresh(struct range *range, const struct evaluation_series *series)
{
    size_t count = 0;

    make_room(range, series->count);
    for (size_t i = 0; i < series->count; i++) {
        if (value_is_none(series->values[i]))
            continue;
        range->times_ns[count] = series->times_ns[i];
        range->values[count++] = series->values[i];
    }
    return (struct range_samples){range->times_ns, range->values, count};
}

static struct range_samples
copy_track(struct range *range, const struct track *track)
{
    size_t count = 0;

    make_room(range, range->grid.count);
    for (size_t i = 0; i < range->grid.count; i++) {
        if (value_is_none(track->values[i]))
            continue;
        range->times_ns[count] = grid_time(&range->grid, i);
        range->values[count++] = track->values[i];
    }
    return (struct range_samples){range->times_ns, range->values, count};
}

struct range_samples
range_samples(struct range *range, size_t series)
{
    if (!range->input)
        return copy_track(range, &range->tracks.tracks[series]);

    const struct evaluation_series *input = &range->input->series[series];
    if (has_gaps(input->values, input->count))
        return copy_fresh(range, input);
    return (struct range_samples){input->times_ns, input->values, input->count};
}
