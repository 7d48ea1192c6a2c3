/* query/call.c - calls of functions, and the functions that are a line */
#include <config.h>

#include "query/call.h"

#include <errno.h>
#include <math.h>

#include "base.h"
#include "query/window.h"

/* Adds a nameless track, for a scalar. */
static struct track *
add_scalar(struct evaluator *self, const struct grid *grid,
           struct vector *ret_vector)
{
    return evaluator_track(self, ret_vector,
                           labelset_new(&self->arena, NULL, 0), grid);
}

static void
call_time(struct evaluator *self, const struct expression *call,
          const struct grid *grid, struct vector *ret_vector)
{
    struct track *track = add_scalar(self, grid, ret_vector);

    (void)call;
    for (size_t i = 0; track && i < grid->count; i++)
        track->values[i] = time_seconds(grid_time(grid, i));
}

static double
constant(const struct moments *moments, enum function_id id)
{
    switch (id) {
    case FUNCTION_START:
        return time_seconds(moments->start_ns);
    case FUNCTION_END:
        return time_seconds(moments->end_ns);
    case FUNCTION_RANGE:
        return time_seconds(moments->end_ns - moments->start_ns);
    case FUNCTION_STEP:
        return time_seconds(moments->step_ns);
    default:
        return M_PI;
    }
}

static void
call_constant(struct evaluator *self, const struct expression *call,
              const struct grid *grid, struct vector *ret_vector)
{
    struct track *track = add_scalar(self, grid, ret_vector);
    double value = constant(self->task->moments, call->call.function->id);

    for (size_t i = 0; track && i < grid->count; i++)
        track->values[i] = value;
}

/* A scalar is a vector here already. */
static void
call_vector(struct evaluator *self, const struct expression *call,
            const struct grid *grid, struct vector *ret_vector)
{
    call_argument(self, call, 0, grid, ret_vector);
}

static double
only_value(const struct vector *vector, size_t step)
{
    double value = (double)NAN;
    bool found = false;

    for (size_t i = 0; i < vector->count; i++) {
        if (value_is_none(vector->tracks[i].values[step]))
            continue;
        if (found)
            return (double)NAN;
        value = vector->tracks[i].values[step];
        found = true;
    }
    return value;
}

static void
call_scalar_of(struct evaluator *self, const struct expression *call,
               const struct grid *grid, struct vector *ret_vector)
{
    struct vector inner = {0};
    struct track *track = add_scalar(self, grid, ret_vector);

    call_argument(self, call, 0, grid, &inner);
    for (size_t i = 0; track && i < grid->count; i++)
        track->values[i] = only_value(&inner, i);
    evaluator_drop(self, &inner, grid);
}

/* The time of the samples where a selector is asked directly, else that of the
 * step. */
static void
call_timestamp(struct evaluator *self, const struct expression *call,
               const struct grid *grid, struct vector *ret_vector)
{
    const struct expression *of = expression_bare(call->call.arguments[0]);

    if (of->kind == EXPRESSION_SELECTOR) {
        selector_evaluate(self, of, grid, true, ret_vector);
        evaluator_drop_names(self, ret_vector, grid);
        return;
    }
    evaluate(self, of, grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count; i++) {
        double *values = ret_vector->tracks[i].values;
        for (size_t step = 0; step < grid->count; step++)
            if (!value_is_none(values[step]))
                values[step] = time_seconds(grid_time(grid, step));
    }
    evaluator_drop_names(self, ret_vector, grid);
}

/* Works on native histograms alone, of which there are none. */
static void
call_nothing(struct evaluator *self, const struct expression *call,
             const struct grid *grid, struct vector *ret_vector)
{
    struct vector inner = {0};

    call_argument(self, call, 0, grid, &inner);
    evaluator_drop(self, &inner, grid);
    (void)ret_vector;
}

static void
call_refused(struct evaluator *self, const struct expression *call,
             const struct grid *grid, struct vector *ret_vector)
{
    (void)grid;
    (void)ret_vector;
    evaluator_fail(self, -EINVAL, "%s() is not implemented yet",
                   call->call.function->name);
}

/* What is not here is a function of windows or of single values. */
static call_function *const functions[FUNCTION_COUNT] = {
    [FUNCTION_ABSENT] = call_absent,
    [FUNCTION_ABSENT_OVER_TIME] = call_absent_over_time,
    [FUNCTION_CLAMP] = call_clamp,
    [FUNCTION_CLAMP_MAX] = call_clamp,
    [FUNCTION_CLAMP_MIN] = call_clamp,
    [FUNCTION_DAY_OF_MONTH] = call_date,
    [FUNCTION_DAY_OF_WEEK] = call_date,
    [FUNCTION_DAY_OF_YEAR] = call_date,
    [FUNCTION_DAYS_IN_MONTH] = call_date,
    [FUNCTION_END] = call_constant,
    [FUNCTION_HISTOGRAM_AVG] = call_nothing,
    [FUNCTION_HISTOGRAM_COUNT] = call_nothing,
    [FUNCTION_HISTOGRAM_FRACTION] = call_histogram_fraction,
    [FUNCTION_HISTOGRAM_QUANTILE] = call_histogram_quantile,
    [FUNCTION_HISTOGRAM_QUANTILES] = call_histogram_quantiles,
    [FUNCTION_HISTOGRAM_STDDEV] = call_nothing,
    [FUNCTION_HISTOGRAM_STDVAR] = call_nothing,
    [FUNCTION_HISTOGRAM_SUM] = call_nothing,
    [FUNCTION_HOUR] = call_date,
    [FUNCTION_INFO] = call_refused,
    [FUNCTION_LABEL_JOIN] = call_label_join,
    [FUNCTION_LABEL_REPLACE] = call_label_replace,
    [FUNCTION_MINUTE] = call_date,
    [FUNCTION_MONTH] = call_date,
    [FUNCTION_PI] = call_constant,
    [FUNCTION_RANGE] = call_constant,
    [FUNCTION_ROUND] = call_round,
    [FUNCTION_SCALAR] = call_scalar_of,
    [FUNCTION_SORT] = call_sort,
    [FUNCTION_SORT_BY_LABEL] = call_sort_by_label,
    [FUNCTION_SORT_BY_LABEL_DESC] = call_sort_by_label,
    [FUNCTION_SORT_DESC] = call_sort,
    [FUNCTION_START] = call_constant,
    [FUNCTION_STEP] = call_constant,
    [FUNCTION_TIME] = call_time,
    [FUNCTION_TIMESTAMP] = call_timestamp,
    [FUNCTION_VECTOR] = call_vector,
    [FUNCTION_YEAR] = call_date,
};

void
call_evaluate(struct evaluator *self, const struct expression *expression,
              const struct grid *grid, struct vector *ret_vector)
{
    enum function_id id = expression->call.function->id;
    call_function *function = functions[id];

    if (!function)
        function = window_kind(id) ? call_window : call_math;
    function(self, expression, grid, ret_vector);
}
