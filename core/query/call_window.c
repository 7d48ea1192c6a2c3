/* query/call_window.c - calls of functions of windows
 *
 * A series is done at a time: as its steps go on, so do the first and the last
 * sample of the window, and no sample is looked for twice.
 */
#include <config.h>

#include "query/call.h"

#include <errno.h>
#include <math.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/range.h"
#include "query/window.h"

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
    double *scratch, *resets; /* [room] */
    size_t *reset_at;         /* [room], which sample is after the fall */
    size_t reset_count, room;
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
}

static void
windows_fini(struct windows *self)
{
    range_fini(&self->range, self->evaluator);
    for (size_t i = 0; i < self->scalar_count; i++)
        evaluator_drop(self->evaluator, &self->scalars[i], self->grid);
    free(self->scratch);
    free(self->resets);
    free(self->reset_at);
}

static void
make_room(struct windows *self, size_t count)
{
    if (count <= self->room)
        return;
    self->scratch = xrealloc(self->scratch, count, sizeof(*self->scratch));
    self->resets = xrealloc(self->resets, count, sizeof(*self->resets));
    self->reset_at = xrealloc(self->reset_at, count, sizeof(*self->reset_at));
    self->room = count;
}

static void
find_resets(struct windows *self, const struct range_samples *samples)
{
    self->reset_count = 0;
    for (size_t i = 1; self->kind->needs_resets && i < samples->count; i++) {
        if (!(samples->values[i] < samples->values[i - 1]))
            continue;
        self->resets[self->reset_count] = samples->values[i - 1];
        self->reset_at[self->reset_count++] = i;
    }
}

/* The part of a series that the window shows: samples and resets. */
struct view {
    size_t first, end;             /* samples */
    size_t first_reset, end_reset; /* in whose pair both are in the window */
};

static void
move_view(const struct windows *self, const struct range_samples *samples,
          const struct window *window, struct view *view)
{
    while (view->end < samples->count &&
           samples->times_ns[view->end] <= window->end_ns)
        view->end++;
    while (view->first < view->end &&
           samples->times_ns[view->first] <= window->start_ns)
        view->first++;
    while (view->end_reset < self->reset_count &&
           self->reset_at[view->end_reset] < view->end)
        view->end_reset++;
    while (view->first_reset < view->end_reset &&
           self->reset_at[view->first_reset] <= view->first)
        view->first_reset++;
}

static bool
compute(struct windows *self, const struct range_samples *samples, size_t step,
        struct view *view, double *ret_value)
{
    const struct range *range = &self->range;
    struct window window = {.time_ns = grid_time(self->grid, step),
                            .scratch = self->scratch};

    window.end_ns = moments_shift(self->evaluator->task->moments, range->shift,
                                  window.time_ns);
    window.start_ns = moments_range(window.end_ns, range->range_ns);
    move_view(self, samples, &window, view);
    if (view->first == view->end)
        return false;
    window.times_ns = samples->times_ns + view->first;
    window.values = samples->values + view->first;
    window.count = view->end - view->first;
    window.resets = self->resets + view->first_reset;
    window.reset_count = view->end_reset - view->first_reset;
    for (size_t i = 0; i < self->scalar_count; i++)
        window.arguments[i] = call_scalar(&self->scalars[i], step, (double)NAN);
    if (!evaluator_goes_on(self->evaluator, window.count))
        return false;
    return self->kind->compute(&window, ret_value);
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
    const char *name = labelset_get(labels, LABELSET_NAME);

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
    struct range_samples samples = range_samples(&self->range, series);
    struct view view = {0};

    if (samples.count == 0)
        return;
    const struct labelset *labels =
        range_labels(&self->range, evaluator, series);
    struct track *track = evaluator_track(
        evaluator, ret_vector,
        self->kind->keeps_name ? labels
                               : labelset_nameless(&evaluator->arena, labels),
        self->grid);
    if (!track)
        return;
    make_room(self, samples.count);
    find_resets(self, &samples);
    for (size_t step = 0; step < self->grid->count; step++) {
        double value = 0;
        if (compute(self, &samples, step, &view, &value))
            track->values[step] = value;
    }
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
    };

    begin(&windows, call);
    if (windows.range.count > 0 && !self->rc)
        check_scalars(&windows, call);
    for (size_t i = 0; i < windows.range.count && !self->rc; i++)
        do_series(&windows, i, ret_vector);
    check_labels(&windows, ret_vector);
}
