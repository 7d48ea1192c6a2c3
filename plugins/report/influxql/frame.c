/* frame.c - computes what a SELECT asks of one group */
#include <config.h>

#include "frame.h"

#include <math.h>

#include "base.h"
#include "frame_inner.h"

void
frame_init(struct frame *self, const struct groups *groups, struct group *group)
{
    self->plan = groups->plan;
    self->groups = groups;
    self->group = group;
    if (self->plan->tallied)
        return;
    grid_init(&self->grid, &group->points, self->plan->inputs.count);
    points_fini(&group->points);
    frame_filter(self);
}

/* The time of the first point, or INT64_MAX. */
static int64_t
first_time(const struct frame *self)
{
    int64_t first_ns = INT64_MAX;

    if (!self->plan->tallied)
        return self->grid.count ? self->grid.times_ns[0] : first_ns;
    for (size_t i = 0; i < self->plan->inputs.count; i++) {
        const struct tallies *tallies = &self->group->tallies[i];
        if (tallies->count && tallies->items[0].start_ns < first_ns)
            first_ns = tallies->items[0].start_ns;
    }
    return first_ns;
}

size_t
frame_buckets(const struct frame *self)
{
    const struct select *what = self->plan->what;
    int64_t first_ns = first_time(self);

    if (what->every_ns == 0 || what->fill == FILL_NONE ||
        first_ns > self->last_ns)
        return 1;
    if (self->first_ns != INT64_MIN && self->first_ns < first_ns)
        first_ns = self->first_ns;
    uint64_t span_ns = (uint64_t)self->last_ns - (uint64_t)first_ns;
    size_t count = (size_t)(span_ns / (uint64_t)what->every_ns) + 1;
    return self->most && self->most < count ? self->most : count;
}

void
frame_fini(struct frame *self)
{
    grid_fini(&self->grid);
}

/* Expressions --------------------------------------------------------------
 */

/* The value at a time, and past it; NAN where there is none. */
static double
take_at(const struct track *track, size_t *at_p, int64_t time_ns)
{
    if (track->is_number)
        return track->number;
    if (*at_p >= track->run.count || track->run.times_ns[*at_p] != time_ns)
        return (double)NAN;
    return track->run.values[(*at_p)++];
}

/* The time of a track's next point; false when there is none. */
static bool
next_time(const struct track *track, size_t at, int64_t *least_ns_p)
{
    if (track->is_number || at >= track->run.count)
        return false;
    if (track->run.times_ns[at] < *least_ns_p)
        *least_ns_p = track->run.times_ns[at];
    return true;
}

static void
operate(enum op op, const struct track *left, const struct track *right,
        struct track *out)
{
    size_t l = 0, r = 0;

    if (left->is_number && right->is_number) {
        out->is_number = true;
        out->number = frame_operate(op, left->number, right->number);
        return;
    }
    for (;;) {
        int64_t time_ns = INT64_MAX;
        bool more = next_time(left, l, &time_ns);
        more |= next_time(right, r, &time_ns);
        if (!more)
            return;
        double before = take_at(left, &l, time_ns);
        double after = take_at(right, &r, time_ns);
        run_add(&out->run, time_ns, frame_operate(op, before, after),
                UINT32_MAX);
    }
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

void
frame_compute(const struct frame *self, const struct node *node,
              struct track *ret_track)
{
    *ret_track = (struct track){0};
    if (node->kind == NODE_GROUP) {
        frame_compute(self, node->left, ret_track);
    } else if (node->kind == NODE_NUMBER) {
        ret_track->is_number = true;
        ret_track->number = node->number;
    } else if (node->kind == NODE_CALL) {
        frame_call(self, node, &ret_track->run);
    } else if (node->kind == NODE_BINARY) {
        struct track left, right;
        frame_compute(self, node->left, &left);
        frame_compute(self, node->right, &right);
        operate(node->op, &left, &right, ret_track);
        track_fini(&left);
        track_fini(&right);
    }
}

/* NOLINTEND(misc-no-recursion) */

void
track_fini(struct track *self)
{
    run_fini(&self->run);
}
