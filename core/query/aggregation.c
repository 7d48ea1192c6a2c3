/* query/aggregation.c - one series for each group of series
 *
 * A group is done at a time, and in it a series at a time, over all steps: so
 * memory is read in the order in which it lies.
 */
#include <config.h>

#include "query/aggregation.h"

#include <math.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/mean.h"
#include "query/quantile.h"

/* What is known of a group at a step. */
struct tally {
    struct mean mean; /* also the sum, while it is not carried */
    double value;     /* greatest, least, or sum of squares */
    double middle;    /* Welford's mean */
    double count;
};

typedef void tally_add(struct tally *tally, double value);
typedef double tally_get(const struct tally *tally);

static void
add_sum(struct tally *tally, double value)
{
    if (tally->count > 1)
        kahan_add(&tally->mean.total, value);
    else
        tally->mean.total.sum = value;
}

static double
get_sum(const struct tally *tally)
{
    return kahan_total(&tally->mean.total);
}

static void
add_mean(struct tally *tally, double value)
{
    mean_add(&tally->mean, value);
}

static double
get_mean(const struct tally *tally)
{
    return mean_get(&tally->mean);
}

static void
add_greatest(struct tally *tally, double value)
{
    if (tally->count <= 1 || tally->value < value || isnan(tally->value))
        tally->value = value;
}

static void
add_least(struct tally *tally, double value)
{
    if (tally->count <= 1 || tally->value > value || isnan(tally->value))
        tally->value = value;
}

static double
get_value(const struct tally *tally)
{
    return tally->value;
}

static void
add_nothing(struct tally *tally, double value)
{
    (void)tally;
    (void)value;
}

static double
get_count(const struct tally *tally)
{
    return tally->count;
}

static double
get_one(const struct tally *tally)
{
    (void)tally;
    return 1;
}

static void
add_square(struct tally *tally, double value)
{
    if (tally->count <= 1) {
        tally->middle = value;
        tally->value = isfinite(value) ? 0 : (double)NAN;
        return;
    }
    double delta = value - tally->middle;
    tally->middle += delta / tally->count;
    tally->value += delta * (value - tally->middle);
}

static double
get_variance(const struct tally *tally)
{
    return tally->value / tally->count;
}

static double
get_deviation(const struct tally *tally)
{
    return sqrt(tally->value / tally->count);
}

static const struct {
    tally_add *add; /* 'count' counts the value already */
    tally_get *get;
} tallies[] = {
    [AGGREGATOR_AVG] = {add_mean, get_mean},
    [AGGREGATOR_COUNT] = {add_nothing, get_count},
    [AGGREGATOR_GROUP] = {add_nothing, get_one},
    [AGGREGATOR_MAX] = {add_greatest, get_value},
    [AGGREGATOR_MIN] = {add_least, get_value},
    [AGGREGATOR_STDDEV] = {add_square, get_deviation},
    [AGGREGATOR_STDVAR] = {add_square, get_variance},
    [AGGREGATOR_SUM] = {add_sum, get_sum},
    [AGGREGATOR_TOPK] = {NULL, NULL},
};

const struct labelset *
aggregation_labels(struct arena *arena,
                   const struct expression_aggregation *what,
                   const struct labelset *labels)
{
    if (!what->without)
        return labelset_only(arena, labels, &what->labels);
    return labelset_nameless(arena,
                             labelset_without(arena, labels, &what->labels));
}

/* Sorts the tracks by group, by counting. */
static void
group(struct aggregation *self)
{
    size_t count = self->inner.count;
    weir_cleanup(weir_free) size_t *numbers = xcalloc(count, sizeof(*numbers));

    self->members = xcalloc(count, sizeof(*self->members));
    for (size_t i = 0; i < count && evaluator_goes_on(self->evaluator, 1); i++)
        numbers[i] = labelmap_add(
            &self->groups, aggregation_labels(&self->arena, self->what,
                                              self->inner.tracks[i].labels));
    self->starts = xcalloc(self->groups.count + 2, sizeof(*self->starts));
    if (self->evaluator->rc)
        return;
    for (size_t i = 0; i < count; i++)
        self->starts[numbers[i] + 2]++;
    for (size_t i = 2; i < self->groups.count + 2; i++)
        self->starts[i] += self->starts[i - 1];
    for (size_t i = 0; i < count; i++)
        self->members[self->starts[numbers[i] + 1]++] = i;
}

static void
aggregation_fini(struct aggregation *self)
{
    evaluator_drop(self->evaluator, &self->inner, self->grid);
    evaluator_drop(self->evaluator, &self->parameter, self->grid);
    labelmap_fini(&self->groups);
    arena_clear(&self->arena);
    free(self->members);
    free(self->starts);
}

/* Adds up the members of a group. */
static void
tally_group(struct aggregation *self, size_t number, struct tally *steps,
            struct track *track)
{
    tally_add *add = tallies[self->what->aggregator].add;
    tally_get *get = tallies[self->what->aggregator].get;

    memset(steps, 0, self->grid->count * sizeof(*steps));
    for (size_t i = self->starts[number]; i < self->starts[number + 1]; i++) {
        const double *values = self->inner.tracks[self->members[i]].values;
        if (!evaluator_goes_on(self->evaluator, self->grid->count))
            return;
        for (size_t step = 0; step < self->grid->count; step++) {
            if (value_is_none(values[step]))
                continue;
            steps[step].count += 1;
            add(&steps[step], values[step]);
        }
    }
    for (size_t step = 0; step < self->grid->count; step++)
        if (steps[step].count > 0)
            track->values[step] = get(&steps[step]);
}

/* Adds a track for a group. */
static struct track *
add_group(struct aggregation *self, size_t number, struct vector *ret_vector)
{
    const struct labelset *labels = self->groups.sets[number];

    labels =
        labelset_new(&self->evaluator->arena, labels->labels, labels->count);
    return evaluator_track(self->evaluator, ret_vector, labels, self->grid);
}

static void
tally_all(struct aggregation *self, struct vector *ret_vector)
{
    weir_cleanup(weir_free) struct tally *steps =
        xcalloc(self->grid->count, sizeof(*steps));

    for (size_t i = 0; i < self->groups.count; i++) {
        struct track *track = add_group(self, i, ret_vector);
        if (!track)
            return;
        tally_group(self, i, steps, track);
    }
}

static void
check_quantile(struct aggregation *self)
{
    for (size_t step = 0; step < self->grid->count; step++) {
        double q = self->parameter.tracks[0].values[step];
        if (!(q >= 0 && q <= 1))
            evaluator_note(self->evaluator, NOTE_WARNING, self->what->parameter,
                           "quantile value should be between 0 and 1, got %g",
                           q);
    }
}

static void
quantile_group(struct aggregation *self, size_t number, double *scratch,
               struct track *track)
{
    for (size_t step = 0; step < self->grid->count; step++) {
        size_t count = 0;
        size_t end = self->starts[number + 1];
        for (size_t i = self->starts[number]; i < end; i++) {
            double value = self->inner.tracks[self->members[i]].values[step];
            if (!value_is_none(value))
                scratch[count++] = value;
        }
        if (!evaluator_goes_on(self->evaluator, count))
            return;
        if (count > 0)
            track->values[step] = quantile_of(
                self->parameter.tracks[0].values[step], scratch, count);
    }
}

static void
quantile_all(struct aggregation *self, struct vector *ret_vector)
{
    weir_cleanup(weir_free) double *scratch =
        xcalloc(self->inner.count, sizeof(*scratch));

    check_quantile(self);
    for (size_t i = 0; i < self->groups.count; i++) {
        struct track *track = add_group(self, i, ret_vector);
        if (!track)
            return;
        quantile_group(self, i, scratch, track);
    }
}

void
aggregation_evaluate(struct evaluator *self,
                     const struct expression *expression,
                     const struct grid *grid, struct vector *ret_vector)
{
    const struct expression_aggregation *what = &expression->aggregation;
    weir_cleanup(aggregation_fini) struct aggregation aggregation = {
        .evaluator = self,
        .what = what,
        .expression = expression,
        .grid = grid,
    };

    if (what->parameter && what->parameter->type == VALUE_SCALAR)
        evaluate(self, what->parameter, grid, &aggregation.parameter);
    evaluate(self, what->inner, grid, &aggregation.inner);
    evaluator_prune(self, &aggregation.inner, grid);
    group(&aggregation);
    if (self->rc)
        return;
    if (what->aggregator == AGGREGATOR_COUNT_VALUES)
        aggregation_count_values(&aggregation, ret_vector);
    else if (what->aggregator == AGGREGATOR_QUANTILE)
        quantile_all(&aggregation, ret_vector);
    else if (tallies[what->aggregator].add)
        tally_all(&aggregation, ret_vector);
    else
        aggregation_rank(&aggregation, ret_vector);
}
