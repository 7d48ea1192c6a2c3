/* query/plan.c - what a question needs of the storages */
#include <config.h>

#include "query/plan.h"

#include <assert.h>
#include <string.h>

#include "base.h"
#include "query/digest.h"
#include "query/window.h"

/* Which select is whose. */
struct place {
    const struct expression *selector;
    size_t select;
};

struct plan {
    const struct moments *moments; /* while the tree is walked */
    struct weir_select *selects;   /* [select_count] */
    size_t select_count, select_room;
    struct place *places; /* [place_count], sorted by selector */
    size_t place_count, place_room;
    struct arena arena; /* digests */
};

struct grid
moments_grid(const struct moments *moments)
{
    struct grid grid = {moments->start_ns, NS_PER_S, 1};

    if (moments->step_ns > 0) {
        grid.step_ns = moments->step_ns;
        grid.count =
            (size_t)((moments->end_ns - moments->start_ns) / moments->step_ns) +
            1;
    }
    return grid;
}

int64_t
moments_shift(const struct moments *moments,
              const struct expression_shift *shift, int64_t time_ns)
{
    if (shift->anchor == ANCHOR_TIME)
        time_ns = shift->anchor_ns;
    if (shift->anchor == ANCHOR_START)
        time_ns = moments->start_ns;
    if (shift->anchor == ANCHOR_END)
        time_ns = moments->end_ns;
    if (__builtin_sub_overflow(time_ns, shift->offset_ns, &time_ns))
        time_ns = shift->offset_ns > 0 ? -TIME_MOST_NS : TIME_MOST_NS;
    if (time_ns > TIME_MOST_NS)
        return TIME_MOST_NS;
    return time_ns < -TIME_MOST_NS ? -TIME_MOST_NS : time_ns;
}

int64_t
moments_range(int64_t end_ns, int64_t range_ns)
{
    return end_ns - (range_ns < TIME_MOST_NS ? range_ns : TIME_MOST_NS);
}

/* Returns the first multiple of 'step_ns' above 'time_ns'. */
static int64_t
next_multiple(int64_t time_ns, int64_t step_ns)
{
    int64_t multiple = time_ns / step_ns * step_ns;

    return multiple > time_ns ? multiple : multiple + step_ns;
}

bool
moments_subgrid(const struct moments *moments,
                const struct expression_subquery *subquery,
                const struct grid *grid, struct grid *ret_subgrid)
{
    int64_t last_ns = grid_time(grid, grid->count - 1);
    int64_t step_ns =
        subquery->step_ns > 0 ? subquery->step_ns : SUBQUERY_STEP_S * NS_PER_S;
    int64_t from_ns =
        moments_range(moments_shift(moments, &subquery->shift, grid->start_ns),
                      subquery->range_ns);
    int64_t until_ns = moments_shift(moments, &subquery->shift, last_ns);
    int64_t start_ns = next_multiple(from_ns, step_ns);

    if (start_ns > until_ns)
        return false;
    *ret_subgrid = (struct grid){start_ns, step_ns,
                                 (size_t)((until_ns - start_ns) / step_ns) + 1};
    return true;
}

static bool
same_select(const struct weir_select *a, const struct weir_select *b)
{
    if (a->after_ns != b->after_ns || a->until_ns != b->until_ns ||
        a->matcher_count != b->matcher_count ||
        !digest_equal(a->digest, b->digest))
        return false;
    for (size_t i = 0; i < a->matcher_count; i++) {
        const struct weir_matcher *left = &a->matchers[i];
        const struct weir_matcher *right = &b->matchers[i];
        if (left->match != right->match ||
            strcmp(left->name, right->name) != 0 ||
            strcmp(left->value, right->value) != 0)
            return false;
    }
    return true;
}

static size_t
add_select(struct plan *self, const struct weir_select *select)
{
    for (size_t i = 0; i < self->select_count; i++)
        if (same_select(&self->selects[i], select))
            return i;
    if (self->select_count > PLAN_SELECTS_MOST)
        return 0;
    if (self->select_count == self->select_room) {
        self->select_room = self->select_room ? 2 * self->select_room : 4;
        self->selects =
            xrealloc(self->selects, self->select_room, sizeof(*select));
    }
    self->selects[self->select_count] = *select;
    return self->select_count++;
}

/* What samples are wanted for. */
enum { RAW = -1 };

/* Returns what 'function' (or RAW) makes of the selector's samples at the steps
 * of 'grid', if it can be computed where they lie; or NULL. */
static const struct weir_digest *
digest_for(struct plan *self, const struct expression_selector *selector,
           const struct grid *grid, int function)
{
    const struct moments *moments = self->moments;
    int64_t range_ns =
        selector->range_ns > 0 ? selector->range_ns : moments->lookback_ns;
    const struct weir_digest digest = {
        .function = (unsigned)function,
        .range_ns = range_ns < TIME_MOST_NS ? range_ns : TIME_MOST_NS,
        .ends = {moments_shift(moments, &selector->shift, grid->start_ns),
                 grid->step_ns, grid->count},
    };

    if (function == RAW || selector->shift.anchor != ANCHOR_NONE ||
        !digest_is_valid(&digest) ||
        grid_time(&digest.ends, grid->count - 1) !=
            moments_shift(moments, &selector->shift,
                          grid_time(grid, grid->count - 1)))
        return NULL;
    struct weir_digest *copy = arena_alloc(&self->arena, sizeof(*copy));
    *copy = digest;
    return copy;
}

static void
add_selector(struct plan *self, const struct expression *selector,
             const struct grid *grid, int function)
{
    const struct expression_selector *it = &selector->selector;
    int64_t range_ns =
        it->range_ns > 0 ? it->range_ns : self->moments->lookback_ns;
    int64_t last_ns = grid_time(grid, grid->count - 1);
    const struct weir_select select = {
        .want = WEIR_SAMPLES,
        .matchers = it->matchers,
        .matcher_count = it->matcher_count,
        .after_ns = moments_range(
            moments_shift(self->moments, &it->shift, grid->start_ns), range_ns),
        .until_ns = moments_shift(self->moments, &it->shift, last_ns),
        .function = WEIR_RAW,
        .digest = digest_for(self, it, grid, function),
    };

    if (self->place_count == self->place_room) {
        self->place_room = self->place_room ? 2 * self->place_room : 4;
        self->places =
            xrealloc(self->places, self->place_room, sizeof(*self->places));
    }
    self->places[self->place_count++] =
        (struct place){selector, add_select(self, &select)};
}

static void walk(struct plan *self, const struct expression *expression,
                 const struct grid *grid);

static void
walk_subquery(struct plan *self, const struct expression_subquery *subquery,
              const struct grid *grid)
{
    struct grid subgrid;

    if (moments_subgrid(self->moments, subquery, grid, &subgrid))
        walk(self, subquery->inner, &subgrid);
}

/* Returns what a call wants of a selector that is its argument. */
static int
purpose_in(const struct expression_call *call,
           const struct expression *selector)
{
    enum function_id id = call->function->id;

    if (selector->type == VALUE_VECTOR)
        return id == FUNCTION_TIMESTAMP ? RAW : DIGEST_INSTANT;
    return call->argument_count == 1 && window_kind(id) ? (int)id : RAW;
}

static void
walk_call(struct plan *self, const struct expression_call *call,
          const struct grid *grid)
{
    for (size_t i = 0; i < call->argument_count; i++) {
        const struct expression *argument = expression_bare(call->arguments[i]);
        if (argument->kind == EXPRESSION_SELECTOR)
            add_selector(self, argument, grid, purpose_in(call, argument));
        else
            walk(self, argument, grid);
    }
}

static void
walk(struct plan *self, const struct expression *expression,
     const struct grid *grid)
{
    switch (expression->kind) {
    case EXPRESSION_NUMBER:
    case EXPRESSION_STRING:
        break;
    case EXPRESSION_SELECTOR:
        add_selector(self, expression, grid,
                     expression->type == VALUE_VECTOR ? DIGEST_INSTANT : RAW);
        break;
    case EXPRESSION_SUBQUERY:
        walk_subquery(self, &expression->subquery, grid);
        break;
    case EXPRESSION_UNARY:
        walk(self, expression->unary.inner, grid);
        break;
    case EXPRESSION_PAREN:
        walk(self, expression->paren, grid);
        break;
    case EXPRESSION_BINARY:
        walk(self, expression->binary.left, grid);
        walk(self, expression->binary.right, grid);
        break;
    case EXPRESSION_AGGREGATION:
        if (expression->aggregation.parameter)
            walk(self, expression->aggregation.parameter, grid);
        walk(self, expression->aggregation.inner, grid);
        break;
    case EXPRESSION_CALL:
        walk_call(self, &expression->call, grid);
        break;
    }
}

static int
compare_places(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t)((const struct place *)a)->selector;
    uintptr_t right = (uintptr_t)((const struct place *)b)->selector;

    return left < right ? -1 : left > right;
}

struct plan *
plan_new(const struct tree *tree, const struct moments *moments)
{
    struct plan *self = xcalloc(1, sizeof(*self));
    const struct grid grid = moments_grid(moments);

    self->moments = moments;
    walk(self, tree_root(tree), &grid);
    self->moments = NULL;
    if (self->place_count > 0)
        qsort(self->places, self->place_count, sizeof(*self->places),
              compare_places);
    return self;
}

void
plan_destroy(struct plan **self_p)
{
    struct plan *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    arena_clear(&self->arena);
    free(self->selects);
    free(self->places);
    free(self);
}

const struct weir_select *
plan_selects(const struct plan *self, size_t *ret_count)
{
    *ret_count = self->select_count;
    return self->selects;
}

size_t
plan_find(const struct plan *self, const struct expression *selector)
{
    const struct place key = {.selector = selector};
    const struct place *place = bsearch(&key, self->places, self->place_count,
                                        sizeof(key), compare_places);

    assert(place);
    return place->select;
}
