/* query/aggregation_rank.c - topk, bottomk, limitk, limit_ratio
 *
 * They choose series of a group, anew at each step, and change none.
 */
#include <config.h>

#include "query/aggregation.h"

#include <errno.h>
#include <math.h>

#include <weir/cleanup.h>

#include "base.h"

/* A series at a step. */
struct rank {
    double value;
    size_t track;
};

/* The greatest first; what is no number last; of equals the first. */
static int
compare_down(const void *a, const void *b)
{
    const struct rank *left = a, *right = b;

    if (isnan(left->value) != isnan(right->value))
        return isnan(left->value) ? 1 : -1;
    if (left->value > right->value)
        return -1;
    if (left->value < right->value)
        return 1;
    return left->track < right->track ? -1 : left->track > right->track;
}

static int
compare_up(const void *a, const void *b)
{
    struct rank left = *(const struct rank *)a;
    struct rank right = *(const struct rank *)b;

    left.value = -left.value;
    right.value = -right.value;
    return compare_down(&left, &right);
}

/* Chooses what the series' label set alone decides, the same at all steps: a
 * share of all where 'ratio' is positive, the others where it is negative. */
static bool
is_in_ratio(const struct labelset *labels, double ratio)
{
    double place = (double)labels->hash / (double)UINT64_MAX;

    return ratio >= 0 ? place < ratio : place >= 1 + ratio;
}

static size_t
choose_ratio(const struct aggregation *self, struct rank *ranks, size_t count,
             double ratio)
{
    size_t chosen = 0;

    for (size_t i = 0; i < count; i++) {
        const struct track *track = &self->inner.tracks[ranks[i].track];
        if (ratio != 0 && is_in_ratio(track->labels, ratio))
            ranks[chosen++] = ranks[i];
    }
    return chosen;
}

/* Moves the chosen to the front and returns how many they are. */
static size_t
choose(const struct aggregation *self, struct rank *ranks, size_t count,
       double parameter)
{
    enum aggregator aggregator = self->what->aggregator;

    if (aggregator == AGGREGATOR_LIMIT_RATIO)
        return choose_ratio(self, ranks, count, parameter);
    if (parameter < 1)
        return 0;
    if (aggregator == AGGREGATOR_TOPK)
        qsort(ranks, count, sizeof(*ranks), compare_down);
    if (aggregator == AGGREGATOR_BOTTOMK)
        qsort(ranks, count, sizeof(*ranks), compare_up);
    return parameter < (double)count ? (size_t)parameter : count;
}

static size_t
list_group(const struct aggregation *self, size_t number, size_t step,
           struct rank *ranks)
{
    size_t count = 0;

    for (size_t i = self->starts[number]; i < self->starts[number + 1]; i++) {
        size_t track = self->members[i];
        double value = self->inner.tracks[track].values[step];
        if (!value_is_none(value))
            ranks[count++] = (struct rank){value, track};
    }
    return count;
}

/* With steps the chosen keep their places. */
static void
rank_steps(struct aggregation *self, size_t number, struct rank *ranks,
           struct vector *ret_vector)
{
    for (size_t step = 0; step < self->grid->count; step++) {
        size_t count = list_group(self, number, step, ranks);
        if (!evaluator_goes_on(self->evaluator, count))
            return;
        count =
            choose(self, ranks, count, self->parameter.tracks[0].values[step]);
        for (size_t i = 0; i < count; i++)
            ret_vector->tracks[ranks[i].track].values[step] = ranks[i].value;
    }
}

/* At an instant they come in the order of their rank. */
static void
rank_instant(struct aggregation *self, size_t number, struct rank *ranks,
             struct vector *ret_vector)
{
    size_t count = list_group(self, number, 0, ranks);

    count = choose(self, ranks, count, self->parameter.tracks[0].values[0]);
    for (size_t i = 0; i < count; i++) {
        struct track *track = evaluator_track(
            self->evaluator, ret_vector,
            self->inner.tracks[ranks[i].track].labels, self->grid);
        if (!track)
            return;
        track->values[0] = ranks[i].value;
    }
}

static void
check_count(struct aggregation *self, double count)
{
    if (isnan(count))
        evaluator_fail(self->evaluator, -EINVAL, "Parameter value is NaN");
    if (count >= 0x1p63)
        evaluator_fail(self->evaluator, -EINVAL,
                       "Scalar value %g overflows int64", count);
    if (count <= -0x1p63)
        evaluator_fail(self->evaluator, -EINVAL,
                       "Scalar value %g underflows int64", count);
}

static void
check_ratio(struct aggregation *self, double ratio)
{
    if (isnan(ratio))
        evaluator_fail(self->evaluator, -EINVAL, "Ratio value is NaN");
    if (fabs(ratio) > 1)
        evaluator_note(self->evaluator, NOTE_WARNING, self->what->parameter,
                       "ratio value should be between -1 and 1, got %g, "
                       "capping to %d",
                       ratio, ratio > 0 ? 1 : -1);
}

static void
check_parameter(struct aggregation *self)
{
    for (size_t step = 0; step < self->grid->count; step++) {
        double value = self->parameter.tracks[0].values[step];
        if (self->what->aggregator == AGGREGATOR_LIMIT_RATIO)
            check_ratio(self, value);
        else
            check_count(self, value);
    }
}

void
aggregation_rank(struct aggregation *self, struct vector *ret_vector)
{
    weir_cleanup(weir_free) struct rank *ranks =
        xcalloc(self->inner.count, sizeof(*ranks));

    check_parameter(self);
    for (size_t i = 0; self->grid->count > 1 && i < self->inner.count; i++)
        if (!evaluator_track(self->evaluator, ret_vector,
                             self->inner.tracks[i].labels, self->grid))
            return;
    for (size_t i = 0; i < self->groups.count && !self->evaluator->rc; i++) {
        if (self->grid->count > 1)
            rank_steps(self, i, ranks, ret_vector);
        else
            rank_instant(self, i, ranks, ret_vector);
    }
    evaluator_prune(self->evaluator, ret_vector, self->grid);
}
