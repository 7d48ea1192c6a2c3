/* query/evaluator.c - what the parts of an evaluation share */
#include <config.h>

#include "query/evaluator.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "query/labelmap.h"

enum {
    NOTES_MOST = 10,    /* of each kind */
    LOOK_EVERY = 10000, /* samples, at the clock */
    LOOK_COST = 16,     /* what a call counts beside its samples */
};

static bool
is_known(const struct evaluator *self, const char *text)
{
    for (size_t i = 0; i < self->notes.count; i++)
        if (strcmp(self->notes.notes[i].text, text) == 0)
            return true;
    return false;
}

static void
add_note(struct evaluator *self, const char *kind, const char *text,
         size_t position)
{
    struct notes *notes = &self->notes;

    if (notes->count == notes->room) {
        notes->room = notes->room ? 2 * notes->room : 4;
        notes->notes =
            xrealloc(notes->notes, notes->room, sizeof(*notes->notes));
    }
    notes->notes[notes->count++] = (struct weir_note){
        .kind = kind,
        .text = arena_text(&self->arena, text),
        .position = position,
    };
}

static size_t
count_kind(const struct evaluator *self, const char *kind)
{
    size_t count = 0;

    for (size_t i = 0; i < self->notes.count; i++)
        count += self->notes.notes[i].kind == kind;
    return count;
}

void
evaluator_note(struct evaluator *self, enum note_kind kind,
               const struct expression *about, const char *format, ...)
{
    static const char *const kinds[] = {"warning", "info"};
    weir_cleanup(weir_free) char *text = NULL;
    weir_cleanup(weir_free) char *whole = NULL;
    weir_cleanup(weir_free) char *position =
        tree_position(tree_text(self->task->tree), about->start);
    va_list values;

    va_start(values, format);
    int length = vasprintf(&text, format, values);
    va_end(values);
    if (length < 0 ||
        asprintf(&whole, "PromQL %s: %s (%s)", kinds[kind], text, position) < 0)
        x_or_die(NULL);
    if (is_known(self, whole))
        return;
    if (count_kind(self, kinds[kind]) >= NOTES_MOST) {
        self->notes.left_out[kind]++;
        return;
    }
    add_note(self, kinds[kind], whole, about->start + 1);
}

void
evaluator_fail(struct evaluator *self, int rc, const char *format, ...)
{
    weir_cleanup(weir_free) char *text = NULL;
    va_list values;

    if (self->rc)
        return;
    va_start(values, format);
    int length = vasprintf(&text, format, values);
    va_end(values);
    if (length < 0)
        x_or_die(NULL);
    add_note(self, "error", text, 0);
    self->rc = rc;
}

bool
evaluator_has_room(struct evaluator *self, uint64_t bytes)
{
    bytes += self->memory_bytes + self->arena.size;
    if (bytes > self->task->bounds.memory_bytes)
        evaluator_fail(self, -E2BIG,
                       "query processing would use too much memory");
    else if (!share_cover(&self->share, bytes))
        evaluator_fail(self, -EAGAIN,
                       "other questions have all the memory that there is for "
                       "them, try again");
    return !self->rc;
}

bool
evaluator_goes_on(struct evaluator *self, size_t samples)
{
    const struct evaluation_task *task = self->task;

    if (self->rc)
        return false;
    self->samples += samples;
    if (self->samples > task->bounds.samples) {
        evaluator_fail(self, -E2BIG,
                       "query processing would load too many samples into "
                       "memory in query execution");
        return false;
    }
    if (!evaluator_has_room(self, 0))
        return false;
    if (samples + LOOK_COST < self->until_look) {
        self->until_look -= (uint32_t)samples + LOOK_COST;
        return true;
    }
    self->until_look = LOOK_EVERY;
    if (task->cancelled && atomic_load(task->cancelled))
        evaluator_fail(self, -ECANCELED,
                       "query was canceled in expression evaluation");
    else if (clock_now_ns() > task->bounds.deadline_ns)
        evaluator_fail(self, -ETIMEDOUT,
                       "query timed out in expression evaluation");
    return !self->rc;
}

static uint64_t
track_bytes(const struct grid *grid)
{
    return grid->count * sizeof(double) + sizeof(struct track);
}

struct track *
evaluator_track(struct evaluator *self, struct vector *vector,
                const struct labelset *labels, const struct grid *grid)
{
    if (!evaluator_goes_on(self, grid->count) ||
        !evaluator_has_room(self, track_bytes(grid)))
        return NULL;
    self->memory_bytes += track_bytes(grid);
    return vector_add(vector, labels, grid->count);
}

static void
drop_track(struct evaluator *self, struct track *track, const struct grid *grid)
{
    self->memory_bytes -= track_bytes(grid);
    free(track->values);
}

void
evaluator_drop(struct evaluator *self, struct vector *vector,
               const struct grid *grid)
{
    self->memory_bytes -= vector->count * track_bytes(grid);
    vector_fini(vector);
}

void
evaluator_prune(struct evaluator *self, struct vector *vector,
                const struct grid *grid)
{
    size_t before = vector->count;

    vector_prune(vector, grid->count);
    self->memory_bytes -= (before - vector->count) * track_bytes(grid);
}

/* Moves the values of 'from' to 'to'. */
static void
join(struct evaluator *self, struct track *to, const struct track *from,
     size_t steps)
{
    for (size_t i = 0; i < steps; i++) {
        if (value_is_none(from->values[i]))
            continue;
        if (!value_is_none(to->values[i])) {
            evaluator_fail(self, -EINVAL,
                           "vector cannot contain metrics with the same "
                           "labelset");
            return;
        }
        to->values[i] = from->values[i];
    }
}

void
evaluator_merge(struct evaluator *self, struct vector *vector,
                const struct grid *grid)
{
    weir_cleanup(labelmap_fini) struct labelmap map = {0};
    size_t kept = 0;

    for (size_t i = 0; i < vector->count; i++) {
        struct track *track = &vector->tracks[i];
        size_t number = labelmap_add(&map, track->labels);
        if (number == kept) {
            vector->tracks[kept++] = *track;
            continue;
        }
        join(self, &vector->tracks[number], track, grid->count);
        drop_track(self, track, grid);
    }
    vector->count = kept;
}

void
evaluator_drop_names(struct evaluator *self, struct vector *vector,
                     const struct grid *grid)
{
    for (size_t i = 0; i < vector->count; i++)
        vector->tracks[i].labels =
            labelset_nameless(&self->arena, vector->tracks[i].labels);
    evaluator_merge(self, vector, grid);
}

const char *
expression_text(const struct expression *expression)
{
    return expression_bare(expression)->string;
}

static void
evaluate_number(struct evaluator *self, double value, const struct grid *grid,
                struct vector *ret_vector)
{
    struct track *track = evaluator_track(
        self, ret_vector, labelset_new(&self->arena, NULL, 0), grid);

    for (size_t i = 0; track && i < grid->count; i++)
        track->values[i] = value;
}

static void
evaluate_unary(struct evaluator *self, const struct expression *expression,
               const struct grid *grid, struct vector *ret_vector)
{
    evaluate(self, expression->unary.inner, grid, ret_vector);
    if (!expression->unary.negative)
        return;
    for (size_t i = 0; i < ret_vector->count; i++) {
        double *values = ret_vector->tracks[i].values;
        for (size_t step = 0; step < grid->count; step++)
            if (!value_is_none(values[step]))
                values[step] = -values[step];
    }
    evaluator_drop_names(self, ret_vector, grid);
}

void
evaluate(struct evaluator *self, const struct expression *expression,
         const struct grid *grid, struct vector *ret_vector)
{
    if (!evaluator_goes_on(self, 0))
        return;
    switch (expression->kind) {
    case EXPRESSION_NUMBER:
        evaluate_number(self, expression->number.value, grid, ret_vector);
        break;
    case EXPRESSION_SELECTOR:
        selector_evaluate(self, expression, grid, false, ret_vector);
        break;
    case EXPRESSION_UNARY:
        evaluate_unary(self, expression, grid, ret_vector);
        break;
    case EXPRESSION_PAREN:
        evaluate(self, expression->paren, grid, ret_vector);
        break;
    case EXPRESSION_BINARY:
        binary_evaluate(self, expression, grid, ret_vector);
        break;
    case EXPRESSION_AGGREGATION:
        aggregation_evaluate(self, expression, grid, ret_vector);
        break;
    case EXPRESSION_CALL:
        call_evaluate(self, expression, grid, ret_vector);
        break;
    case EXPRESSION_STRING:
    case EXPRESSION_SUBQUERY:
        break; /* whoever takes one has it from the tree */
    }
}
