/* query/call_window.c - calls of functions of windows, a series at a time */
#include <config.h>

#include "query/call.h"

#include <errno.h>
#include <math.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/digest.h"
#include "query/range.h"
#include "query/slide.h"

enum { SCALARS_MOST = 2 };

/* A call at work. */
struct windows {
    struct evaluator *evaluator;
    const struct window_kind *kind;
    const struct expression *of; /* the range's argument */
    const struct grid *grid;
    struct range range;
    struct vector scalars[SCALARS_MOST];
    size_t scalar_count;
    struct slide slide;
};

static void
begin(struct windows *self, const struct expression *call)
{
    for (size_t i = 0; i < call->call.argument_count; i++) {
        const struct expression *argument = call->call.arguments[i];
        if (argument->type == VALUE_MATRIX)
            self->of = argument;
        else if (self->scalar_count < SCALARS_MOST)
            evaluate(self->evaluator, argument, self->grid,
                     &self->scalars[self->scalar_count++]);
    }
    range_init(&self->range, self->evaluator, self->of, self->grid);
    self->slide.overlaps = slide_overlaps(self->range.range_ns, self->grid);
}

static void
windows_fini(struct windows *self)
{
    range_fini(&self->range, self->evaluator);
    for (size_t i = 0; i < self->scalar_count; i++)
        evaluator_drop(self->evaluator, &self->scalars[i], self->grid);
    slide_fini(&self->slide);
}

static bool
compute(struct windows *self, size_t step, double *ret_value)
{
    const struct range *range = &self->range;
    struct window window = {.time_ns = grid_time(self->grid, step)};

    window.end_ns = moments_shift(self->evaluator->task->moments, range->shift,
                                  window.time_ns);
    window.start_ns = moments_range(window.end_ns, range->range_ns);
    if (!slide_move(&self->slide, &window))
        return false;
    for (size_t i = 0; i < self->scalar_count; i++)
        window.arguments[i] = call_scalar(&self->scalars[i], step, (double)NAN);
    if (!evaluator_goes_on(self->evaluator, window.count))
        return false;
    return self->kind->compute(&window, ret_value);
}

/* What was not computed where the samples lie is computed here. */
static void
fill_track(struct windows *self, size_t series, double *values)
{
    const struct evaluation_input *input = self->range.input;

    if (input && input->digest) {
        digest_fill(input->digest, &input->series[series], values);
        return;
    }
    const struct range_samples samples = range_samples(&self->range, series);
    slide_begin(&self->slide, samples.times_ns, samples.values, samples.count);
    for (size_t step = 0; step < self->grid->count; step++) {
        double value = 0;
        if (compute(self, step, &value))
            values[step] = value;
    }
}

static bool
is_named_as_counter(const char *name)
{
    static const char *const endings[] = {"_total", "_sum", "_count",
                                          "_bucket"};
    size_t length = strlen(name);

    for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
        size_t size = strlen(endings[i]);
        if (length >= size && strcmp(name + length - size, endings[i]) == 0)
            return true;
    }
    return false;
}

static void
tell_no_counter(struct windows *self, const struct labelset *labels)
{
    const char *name = labelset_value(labels, LABELSET_NAME);

    if (self->kind->counts_up && *name && !is_named_as_counter(name))
        evaluator_note(self->evaluator, NOTE_INFO, self->of,
                       "metric might not be a counter, name does not end in "
                       "_total/_sum/_count/_bucket: \"%s\"",
                       name);
}

static void
do_series(struct windows *self, size_t series, struct vector *ret_vector)
{
    struct evaluator *evaluator = self->evaluator;
    const struct labelset *labels =
        range_labels(&self->range, evaluator, series);
    struct track *track = evaluator_track(
        evaluator, ret_vector,
        self->kind->keeps_name ? labels
                               : labelset_nameless(&evaluator->arena, labels),
        self->grid);

    if (!track)
        return;
    fill_track(self, series, track->values);
    if (track_has_any(track, self->grid->count))
        tell_no_counter(self, labels);
}

/* Some functions do not take any number. */
static void
check_scalars(struct windows *self, const struct expression *call)
{
    enum function_id id = call->call.function->id;
    static const char *const words[] = {"smoothing", "trend"};
    static const char *const letters[] = {"sf", "tf"};

    for (size_t i = 0; i < self->scalar_count; i++) {
        for (size_t step = 0; step < self->grid->count; step++) {
            double value = call_scalar(&self->scalars[i], step, (double)NAN);
            if (id == FUNCTION_DOUBLE_EXPONENTIAL_SMOOTHING &&
                (value <= 0 || value >= 1))
                evaluator_fail(self->evaluator, -EINVAL,
                               "invalid %s factor. Expected: 0 < %s < 1, got: "
                               "%f",
                               words[i], letters[i], value);
            if (id == FUNCTION_QUANTILE_OVER_TIME &&
                !(value >= 0 && value <= 1))
                evaluator_note(self->evaluator, NOTE_WARNING,
                               call->call.arguments[0],
                               "quantile value should be between 0 and 1, "
                               "got %g",
                               value);
        }
    }
}

/* All labels that are equal clash, though at different steps. */
static void
check_labels(struct windows *self, struct vector *ret_vector)
{
    evaluator_prune(self->evaluator, ret_vector, self->grid);
    size_t before = ret_vector->count;
    evaluator_merge(self->evaluator, ret_vector, self->grid);
    if (ret_vector->count != before)
        evaluator_fail(self->evaluator, -EINVAL,
                       "vector cannot contain metrics with the same labelset");
}

void
call_window(struct evaluator *self, const struct expression *call,
            const struct grid *grid, struct vector *ret_vector)
{
    weir_cleanup(windows_fini) struct windows windows = {
        .evaluator = self,
        .kind = window_kind(call->call.function->id),
        .grid = grid,
        .slide = {.kind = window_kind(call->call.function->id)},
    };

    begin(&windows, call);
    if (windows.range.count > 0 && !self->rc)
        check_scalars(&windows, call);
    for (size_t i = 0; i < windows.range.count && !self->rc; i++)
        do_series(&windows, i, ret_vector);
    check_labels(&windows, ret_vector);
}
