/* query/selector.c - the last sample of each series, at each step */
#include <config.h>

#include "query/digest.h"
#include "query/evaluator.h"

/* Whether the value or its time is wanted, and when it is looked for. */
struct look {
    const struct moments *moments;
    const struct expression_shift *shift;
    bool timestamps;
};

static void
fill_track(const struct evaluation_series *series, const struct grid *grid,
           const struct look *look, double *values)
{
    size_t next = 0; /* the first sample after the step */

    for (size_t step = 0; step < grid->count; step++) {
        int64_t time_ns =
            moments_shift(look->moments, look->shift, grid_time(grid, step));
        while (next < series->count && series->times_ns[next] <= time_ns)
            next++;
        if (next == 0 ||
            series->times_ns[next - 1] <= time_ns - look->moments->lookback_ns)
            continue;
        double value = series->values[next - 1];
        if (!value_is_none(value) && look->timestamps)
            value = time_seconds(series->times_ns[next - 1]);
        values[step] = value;
    }
}

void
selector_evaluate(struct evaluator *self, const struct expression *expression,
                  const struct grid *grid, bool timestamps,
                  struct vector *ret_vector)
{
    const struct evaluation_task *task = self->task;
    const struct evaluation_input *input =
        &task->inputs[plan_find(task->plan, expression)];
    const struct look look = {task->moments, &expression->selector.shift,
                              timestamps};

    for (size_t i = 0; i < input->count; i++) {
        const struct evaluation_series *series = &input->series[i];
        const struct labelset *labels =
            labelset_of_series(&self->arena, series->series);
        struct track *track = evaluator_track(self, ret_vector, labels, grid);
        if (!track)
            return;
        if (input->digest)
            digest_fill(input->digest, series, track->values);
        else
            fill_track(series, grid, &look, track->values);
    }
    evaluator_prune(self, ret_vector, grid);
}
