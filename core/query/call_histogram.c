/* query/call_histogram.c - functions of classic histograms
 *
 * A histogram is the series that differ in no label but "le", the upper bound
 * of what they count.
 */
#include <config.h>

#include "query/call.h"

#include <math.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "number.h"
#include "query/labelmap.h"
#include "query/quantile.h"

static const char *const bound_name[] = {"le"};
static const struct expression_labels bound_label = {bound_name, 1};

/* A series of a histogram. */
struct part {
    size_t histogram;
    double bound;
    const double *values; /* [steps] */
};

struct histograms {
    struct evaluator *evaluator;
    const struct expression *of;
    struct vector inner;
    struct labelmap map; /* labels without the bound */
    struct part *parts;  /* [part_count], sorted by histogram */
    size_t part_count;
    struct bucket *buckets; /* [part_count], of one histogram at one step */
    struct vector scalars[2];
};

static int
compare_parts(const void *a, const void *b)
{
    size_t left = ((const struct part *)a)->histogram;
    size_t right = ((const struct part *)b)->histogram;

    return (left > right) - (left < right);
}

static bool
read_bound(struct histograms *self, const struct labelset *labels,
           double *ret_bound)
{
    const char *text = labelset_value(labels, "le");
    const char *name = labelset_value(labels, LABELSET_NAME);
    const char *end = number_scan(text, ret_bound);

    if (end && !*end)
        return true;
    evaluator_note(self->evaluator, NOTE_WARNING, self->of,
                   "bucket label \"le\" is missing or has a malformed value of "
                   "\"%s\"%s%s%s",
                   text, *name ? " for metric name \"" : "", name,
                   *name ? "\"" : "");
    return false;
}

static void
gather(struct histograms *self, const struct grid *grid)
{
    evaluate(self->evaluator, self->of, grid, &self->inner);
    evaluator_prune(self->evaluator, &self->inner, grid);
    self->parts = xcalloc(self->inner.count, sizeof(*self->parts));
    self->buckets = xcalloc(self->inner.count, sizeof(*self->buckets));
    for (size_t i = 0; i < self->inner.count; i++) {
        const struct track *track = &self->inner.tracks[i];
        double bound = 0;
        if (!evaluator_goes_on(self->evaluator, 1) ||
            !read_bound(self, track->labels, &bound))
            continue;
        const struct labelset *labels = labelset_without(
            &self->evaluator->arena, track->labels, &bound_label);
        self->parts[self->part_count++] = (struct part){
            labelmap_add(&self->map, labels), bound, track->values};
    }
    if (self->part_count > 0)
        qsort(self->parts, self->part_count, sizeof(*self->parts),
              compare_parts);
}

static void
histograms_fini(struct histograms *self, const struct grid *grid)
{
    evaluator_drop(self->evaluator, &self->inner, grid);
    evaluator_drop(self->evaluator, &self->scalars[0], grid);
    evaluator_drop(self->evaluator, &self->scalars[1], grid);
    labelmap_fini(&self->map);
    free(self->parts);
    free(self->buckets);
}

/* Returns how many of 'count' parts have a value at the step; the buckets are
 * they. */
static size_t
fill_buckets(struct histograms *self, const struct part *parts, size_t count,
             size_t step)
{
    size_t filled = 0;

    for (size_t i = 0; i < count; i++)
        if (!value_is_none(parts[i].values[step]))
            self->buckets[filled++] =
                (struct bucket){parts[i].bound, parts[i].values[step]};
    return filled;
}

/* Returns how many parts, from the first on, are of one histogram. */
static size_t
same_histogram(const struct part *parts, size_t count)
{
    size_t same = 1;

    while (same < count && parts[same].histogram == parts[0].histogram)
        same++;
    return same;
}

static double
quantile(struct histograms *self, size_t count, size_t step)
{
    bool forced = false;
    double value =
        quantile_of_buckets(call_scalar(&self->scalars[0], step, (double)NAN),
                            self->buckets, count, &forced);

    if (forced)
        evaluator_note(
            self->evaluator, NOTE_INFO, self->of,
            "input to histogram_quantile needed to be fixed for monotonicity "
            "(see https://prometheus.io/docs/prometheus/latest/querying/"
            "functions/#histogram_quantile)");
    return value;
}

static double
fraction(struct histograms *self, size_t count, size_t step)
{
    return quantile_fraction(call_scalar(&self->scalars[0], step, (double)NAN),
                             call_scalar(&self->scalars[1], step, (double)NAN),
                             self->buckets, count);
}

/* Adds a track for each histogram; 'extra' is a further label, or {0}. */
static void
compute(struct histograms *self, const struct grid *grid,
        double (*function)(struct histograms *self, size_t count, size_t step),
        const struct weir_label *extra, struct vector *ret_vector)
{
    struct arena *arena = &self->evaluator->arena;
    size_t same = 0;

    for (size_t i = 0; i < self->part_count; i += same) {
        const struct part *parts = &self->parts[i];
        same = same_histogram(parts, self->part_count - i);
        const struct labelset *labels =
            labelset_nameless(arena, self->map.sets[parts->histogram]);
        if (extra->name)
            labels = labelset_with(arena, labels, extra->name, extra->value);
        struct track *track =
            evaluator_track(self->evaluator, ret_vector, labels, grid);
        for (size_t step = 0; track && step < grid->count; step++) {
            size_t count = fill_buckets(self, parts, same, step);
            if (!evaluator_goes_on(self->evaluator, count))
                return;
            if (count > 0)
                track->values[step] = function(self, count, step);
        }
    }
}

static void
check_quantile(struct histograms *self, const struct expression *argument,
               const struct grid *grid)
{
    for (size_t step = 0; step < grid->count; step++) {
        double value = call_scalar(&self->scalars[0], step, (double)NAN);
        if (!(value >= 0 && value <= 1))
            evaluator_note(self->evaluator, NOTE_WARNING, argument,
                           "quantile value should be between 0 and 1, got %g",
                           value);
    }
}

void
call_histogram_quantile(struct evaluator *self, const struct expression *call,
                        const struct grid *grid, struct vector *ret_vector)
{
    struct histograms histograms = {.evaluator = self,
                                    .of = call->call.arguments[1]};

    call_argument(self, call, 0, grid, &histograms.scalars[0]);
    if (!self->rc)
        check_quantile(&histograms, call->call.arguments[0], grid);
    gather(&histograms, grid);
    compute(&histograms, grid, quantile, &(struct weir_label){0}, ret_vector);
    histograms_fini(&histograms, grid);
    evaluator_merge(self, ret_vector, grid);
}

void
call_histogram_fraction(struct evaluator *self, const struct expression *call,
                        const struct grid *grid, struct vector *ret_vector)
{
    struct histograms histograms = {.evaluator = self,
                                    .of = call->call.arguments[2]};

    call_argument(self, call, 0, grid, &histograms.scalars[0]);
    call_argument(self, call, 1, grid, &histograms.scalars[1]);
    gather(&histograms, grid);
    compute(&histograms, grid, fraction, &(struct weir_label){0}, ret_vector);
    histograms_fini(&histograms, grid);
    evaluator_merge(self, ret_vector, grid);
}

/* Returns the number as OpenMetrics writes it, "1.0" rather than "1". */
static const char *
quantile_text(struct evaluator *self, double value)
{
    char text[WEIR_DOUBLE_SIZE + 2];

    (void)weir_format_double(value, text);
    if (isfinite(value) && !strpbrk(text, ".e"))
        memcpy(text + strlen(text), ".0", sizeof(".0"));
    return arena_text(&self->arena, text);
}

void
call_histogram_quantiles(struct evaluator *self, const struct expression *call,
                         const struct grid *grid, struct vector *ret_vector)
{
    struct histograms histograms = {.evaluator = self,
                                    .of = call->call.arguments[0]};
    struct weir_label extra = {.name =
                                   expression_text(call->call.arguments[1])};

    gather(&histograms, grid);
    for (size_t i = 2; i < call->call.argument_count && !self->rc; i++) {
        evaluator_drop(self, &histograms.scalars[0], grid);
        call_argument(self, call, i, grid, &histograms.scalars[0]);
        if (self->rc)
            break;
        check_quantile(&histograms, call->call.arguments[i], grid);
        extra.value = quantile_text(
            self, call_scalar(&histograms.scalars[0], 0, (double)NAN));
        compute(&histograms, grid, quantile, &extra, ret_vector);
    }
    histograms_fini(&histograms, grid);
    evaluator_merge(self, ret_vector, grid);
}
