/* query/evaluation.c - from a tree and the samples it needs to an answer */
#include <config.h>

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/evaluator.h"
#include "query/range.h"

struct evaluation {
    struct evaluator evaluator;
    struct weir_result result;
    struct weir_series *series; /* [layout.count] */
    struct weir_layout layout;
    struct weir_loose samples;
    uint32_t *index;   /* [samples.count] */
    int64_t *times_ns; /* [samples.count] */
    double *values;    /* [samples.count] */
    size_t room;
    const char *text; /* of a string */
};

/* Of a sample of the answer. */
enum { SAMPLE_BYTES = sizeof(uint32_t) + sizeof(int64_t) + sizeof(double) };

/* Returns labels that end with {0} and, apart, the name. */
static struct weir_series
series_of(struct evaluator *evaluator, const struct labelset *labels)
{
    struct weir_metric *metric =
        arena_alloc(&evaluator->arena, sizeof(*metric));
    const struct labelset *rest = labelset_nameless(&evaluator->arena, labels);
    struct weir_label *ended =
        arena_alloc(&evaluator->arena, (rest->count + 1) * sizeof(*ended));

    *metric = (struct weir_metric){labelset_value(labels, LABELSET_NAME),
                                   WEIR_UNTYPED, "", ""};
    memcpy(ended, rest->labels, rest->count * sizeof(*ended));
    return (struct weir_series){metric, "", ended};
}

static void
add_series(struct evaluation *self, const struct labelset *labels)
{
    self->series[self->layout.count++] = series_of(&self->evaluator, labels);
}

/* Says whether there is room for one more, and makes it. */
static bool
make_room(struct evaluation *self)
{
    size_t room = self->room ? 2 * self->room : 16;

    if (self->samples.count < self->room)
        return true;
    if (!evaluator_has_room(&self->evaluator, room * SAMPLE_BYTES))
        return false;
    self->room = room;
    self->index = xrealloc(self->index, room, sizeof(*self->index));
    self->times_ns = xrealloc(self->times_ns, room, sizeof(*self->times_ns));
    self->values = xrealloc(self->values, room, sizeof(*self->values));
    return true;
}

static void
add_sample(struct evaluation *self, int64_t time_ns, double value)
{
    struct weir_loose *samples = &self->samples;

    if (!make_room(self))
        return;
    self->index[samples->count] = self->layout.count - 1;
    self->times_ns[samples->count] = time_ns;
    self->values[samples->count++] = value;
}

static int
compare_tracks(const void *a, const void *b)
{
    return labelset_compare(((const struct track *)a)->labels,
                            ((const struct track *)b)->labels);
}

static void
give_vector(struct evaluation *self, const struct grid *grid,
            struct vector *vector)
{
    bool steps = self->evaluator.task->moments->step_ns > 0;

    if (steps && vector->count > 1)
        qsort(vector->tracks, vector->count, sizeof(*vector->tracks),
              compare_tracks);
    self->series = xcalloc(vector->count, sizeof(*self->series));
    for (size_t i = 0; i < vector->count; i++) {
        const struct track *track = &vector->tracks[i];
        add_series(self, track->labels);
        for (size_t step = 0; step < grid->count; step++)
            if (!value_is_none(track->values[step]))
                add_sample(self, grid_time(grid, step), track->values[step]);
    }
}

static void
evaluate_vector(struct evaluation *self, const struct expression *root)
{
    struct evaluator *evaluator = &self->evaluator;
    const struct moments *moments = evaluator->task->moments;
    struct grid grid = moments_grid(moments);
    struct vector vector = {0};

    evaluate(evaluator, root, &grid, &vector);
    evaluator_prune(evaluator, &vector, &grid);
    self->result.type = moments->step_ns > 0         ? "matrix"
                        : root->type == VALUE_SCALAR ? "scalar"
                                                     : "vector";
    if (!evaluator->rc)
        give_vector(self, &grid, &vector);
    evaluator_drop(evaluator, &vector, &grid);
}

/* A range, with the times of its samples. */
struct named {
    const struct labelset *labels;
    size_t series;
};

static int
compare_named(const void *a, const void *b)
{
    return labelset_compare(((const struct named *)a)->labels,
                            ((const struct named *)b)->labels);
}

static void
give_series(struct evaluation *self, struct range *range, int64_t time_ns,
            const struct named *named)
{
    const struct moments *moments = self->evaluator.task->moments;
    struct range_samples samples = range_samples(range, named->series);
    int64_t end_ns = moments_shift(moments, range->shift, time_ns);
    int64_t start_ns = moments_range(end_ns, range->range_ns);
    bool begun = false;

    for (size_t i = 0; i < samples.count; i++) {
        if (samples.times_ns[i] <= start_ns || samples.times_ns[i] > end_ns)
            continue;
        if (!begun)
            add_series(self, named->labels);
        begun = true;
        add_sample(self, samples.times_ns[i], samples.values[i]);
    }
}

static void
evaluate_range(struct evaluation *self, const struct expression *root)
{
    struct evaluator *evaluator = &self->evaluator;
    struct grid grid = moments_grid(evaluator->task->moments);
    struct range range = {0};

    range_init(&range, evaluator, root, &grid);
    weir_cleanup(weir_free) struct named *named =
        xcalloc(range.count, sizeof(*named));
    for (size_t i = 0; i < range.count; i++)
        named[i] = (struct named){range_labels(&range, evaluator, i), i};
    if (range.count > 1)
        qsort(named, range.count, sizeof(*named), compare_named);
    self->result.type = "matrix";
    self->series = xcalloc(range.count, sizeof(*self->series));
    for (size_t i = 0; i < range.count; i++)
        if (evaluator_goes_on(evaluator, 1))
            give_series(self, &range, grid.start_ns, &named[i]);
    range_fini(&range, evaluator);
}

static void
evaluate_root(struct evaluation *self)
{
    struct evaluator *evaluator = &self->evaluator;
    const struct expression *root = tree_root(evaluator->task->tree);
    bool steps = evaluator->task->moments->step_ns > 0;

    if (steps && (root->type == VALUE_MATRIX || root->type == VALUE_STRING)) {
        self->result.malformed = true;
        evaluator_fail(evaluator, -EINVAL,
                       "invalid expression type \"%s\" for range query, must "
                       "be Scalar or instant Vector",
                       value_type_text(root->type));
    } else if (root->type == VALUE_MATRIX) {
        evaluate_range(self, root);
    } else if (root->type == VALUE_STRING) {
        self->result.type = "string";
        self->text = expression_text(root);
        self->result.texts = &self->text;
        self->result.count = 1;
    } else {
        evaluate_vector(self, root);
    }
}

/* Says how many notes there was no room for. */
static void
tell_left_out(struct evaluator *evaluator)
{
    static const char *const kinds[] = {"warning", "info"};
    struct notes *notes = &evaluator->notes;

    for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
        char text[80];
        if (!notes->left_out[kind])
            continue;
        (void)snprintf(text, sizeof(text), "%zu more %s annotations omitted",
                       notes->left_out[kind], kinds[kind]);
        notes->notes =
            xrealloc(notes->notes, notes->count + 1, sizeof(*notes->notes));
        notes->notes[notes->count++] = (struct weir_note){
            .kind = kinds[kind], .text = arena_text(&evaluator->arena, text)};
    }
}

static void
finish(struct evaluation *self)
{
    struct evaluator *evaluator = &self->evaluator;
    struct weir_result *result = &self->result;

    tell_left_out(evaluator);
    result->rc = evaluator->rc ? evaluator->rc : 1;
    result->notes = evaluator->notes.notes;
    result->note_count = evaluator->notes.count;
    if (evaluator->rc || result->texts)
        return;
    self->layout.series = self->series;
    self->samples.layout = &self->layout;
    self->samples.index = self->index;
    self->samples.times_ns = self->times_ns;
    self->samples.values = self->values;
    result->samples = &self->samples;
}

struct evaluation *
evaluation_new(const struct evaluation_task *task)
{
    struct evaluation *self = xcalloc(1, sizeof(*self));

    self->evaluator.task = task;
    share_begin(&self->evaluator.share, task->allowance);
    evaluate_root(self);
    finish(self);
    return self;
}

void
evaluation_destroy(struct evaluation **self_p)
{
    struct evaluation *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    arena_clear(&self->evaluator.arena);
    share_end(&self->evaluator.share);
    free(self->evaluator.notes.notes);
    free(self->series);
    free(self->index);
    free(self->times_ns);
    free(self->values);
    free(self);
}

const struct weir_result *
evaluation_result(const struct evaluation *self)
{
    return &self->result;
}
