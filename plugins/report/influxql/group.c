/* group.c - the series that make one series of the answer */
#include <config.h>

#include "group.h"

#include <math.h>
#include <string.h>

#include "base.h"

/* By measurement, and the tags that are grouped by. */
static int
compare_groups(const void *left_p, const void *right_p, void *plan_p)
{
    const struct found *left = *(const struct found *const *)left_p;
    const struct found *right = *(const struct found *const *)right_p;
    const struct names *dimensions = &((const struct plan *)plan_p)->dimensions;
    int order = strcmp(left->measurement, right->measurement);

    for (size_t i = 0; order == 0 && i < dimensions->count; i++)
        order = strcmp(found_tag(left, dimensions->items[i]),
                       found_tag(right, dimensions->items[i]));
    return order;
}

static void
add_group(struct groups *self, const struct found *found)
{
    struct group *group = &self->items[self->count++];

    *group = (struct group){.found = found};
    if (self->count > 1 &&
        strcmp(group[-1].found->measurement, found->measurement) == 0)
        group->rank = group[-1].rank + 1;
    if (self->plan->tallied)
        group->tallies =
            xcalloc(self->plan->inputs.count, sizeof(*group->tallies));
}

/* Numbers what has the same measurement and tags: the survey is sorted so. */
static void
number_series(struct groups *self)
{
    size_t count = 0;

    for (size_t i = 0; i < self->survey->count; i++) {
        const struct found *found = &self->survey->found[i];
        if (i == 0 || strcmp(found[-1].measurement, found->measurement) != 0 ||
            found_compare_tags(&found[-1], found) != 0)
            self->series[count++] = found;
        self->series_of[i] = (uint32_t)count - 1;
    }
}

void
groups_init(struct groups *self, const struct plan *plan,
            const struct survey *survey)
{
    size_t count = survey->count;
    const struct found **order = xcalloc(count, sizeof(*order));

    *self = (struct groups){
        .plan = plan,
        .survey = survey,
        .items = xcalloc(count, sizeof(*self->items)),
        .group_of = xcalloc(count, sizeof(*self->group_of)),
        .series_of = xcalloc(count, sizeof(*self->series_of)),
        .series = xcalloc(count, sizeof(*self->series)),
    };
    for (size_t i = 0; i < count; i++)
        order[i] = &survey->found[i];
    if (count)
        qsort_r(order, count, sizeof(*order), compare_groups, base_own(plan));
    for (size_t i = 0; i < count; i++) {
        if (i == 0 ||
            compare_groups(&order[i - 1], &order[i], base_own(plan)) != 0)
            add_group(self, order[i]);
        self->group_of[order[i] - survey->found] = (uint32_t)self->count - 1;
    }
    free(order);
    number_series(self);
}

struct lane
groups_lane(const struct groups *self, int64_t place)
{
    int64_t input = -1;

    if (place >= 0)
        input =
            names_find(&self->plan->inputs, self->survey->found[place].field);
    if (input < 0)
        return (struct lane){0};
    return (struct lane){.group = &self->items[self->group_of[place]],
                         .input = (uint32_t)input,
                         .series = self->series_of[place]};
}

/* Samples ------------------------------------------------------------------
 */

static struct tally *
tally_of(struct groups *self, const struct lane *lane, int64_t time_ns)
{
    const struct select *what = self->plan->what;
    struct tallies *tallies = &lane->group->tallies[lane->input];
    size_t before = tallies->room;
    struct tally *tally = tallies_at(
        tallies, tally_start(time_ns, what->every_ns, what->offset_ns));

    self->bytes += (tallies->room - before) * sizeof(*tally);
    return tally;
}

void
groups_add(struct groups *self, const struct lane *lane, int64_t time_ns,
           double value)
{
    /* InfluxDB has no such values. */
    if (!isfinite(value))
        return;
    if (self->plan->tallied) {
        tally_add(tally_of(self, lane, time_ns), time_ns, value);
        return;
    }
    size_t before = lane->group->points.room;
    points_add(&lane->group->points,
               (struct point){time_ns, value, lane->series, lane->input});
    self->bytes += (lane->group->points.room - before) * sizeof(struct point);
}

void
groups_add_of(struct groups *self, const struct lane *lane,
              enum weir_function function, int64_t time_ns, double value)
{
    struct tally *tally = tally_of(self, lane, time_ns);

    if (function == WEIR_COUNT_OF)
        tally->count = value;
    else if (function == WEIR_SUM)
        tally->sum.sum = value;
    else if (function == WEIR_MIN)
        tally->least = value;
    else if (function == WEIR_MAX)
        tally->most = value;
}

void
groups_settle(struct groups *self, const struct lane *lane)
{
    if (lane->group && self->plan->tallied)
        tallies_settle(&lane->group->tallies[lane->input]);
}

void
groups_fini(struct groups *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct group *group = &self->items[i];
        points_fini(&group->points);
        for (size_t n = 0; group->tallies && n < self->plan->inputs.count; n++)
            tallies_fini(&group->tallies[n]);
        free(group->tallies);
    }
    free(self->items);
    free(self->group_of);
    free(self->series_of);
    free(self->series);
    *self = (struct groups){0};
}
