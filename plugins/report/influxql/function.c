/* function.c - the functions of InfluxQL */
#include <config.h>

#include "function.h"

#include <math.h>
#include <string.h>

#include <weir/storage.h>

#include "base.h"

static const struct pick no_pick = {(double)NAN, 0, 0};

/* Of tallies ---------------------------------------------------------------
 */

static struct pick
tally_count(const struct tally *tally)
{
    return (struct pick){tally->count, tally->start_ns, 0};
}

static struct pick
tally_sum(const struct tally *tally)
{
    return (struct pick){kahan_total(&tally->sum), tally->start_ns, 0};
}

static struct pick
tally_mean(const struct tally *tally)
{
    return (struct pick){kahan_total(&tally->sum) / tally->count,
                         tally->start_ns, 0};
}

static struct pick
tally_spread(const struct tally *tally)
{
    return (struct pick){tally->most - tally->least, tally->start_ns, 0};
}

static struct pick
tally_min(const struct tally *tally)
{
    return (struct pick){tally->least, tally->least_ns, 0};
}

static struct pick
tally_max(const struct tally *tally)
{
    return (struct pick){tally->most, tally->most_ns, 0};
}

static struct pick
tally_first(const struct tally *tally)
{
    return (struct pick){tally->first, tally->first_ns, 0};
}

static struct pick
tally_last(const struct tally *tally)
{
    return (struct pick){tally->last, tally->last_ns, 0};
}

/* Of points ----------------------------------------------------------------
 */

static int
compare_values(const void *left_p, const void *right_p)
{
    double left = *(const double *)left_p, right = *(const double *)right_p;

    return (left > right) - (left < right);
}

/* The values sorted, in place of the run's. */
static const double *
sorted_values(struct run *run)
{
    qsort(run->values, run->count, sizeof(*run->values), compare_values);
    return run->values;
}

static struct pick
run_median(struct run *run, double argument)
{
    const double *values = sorted_values(run);
    size_t middle = run->count / 2;

    (void)argument;
    double median =
        run->count % 2
            ? values[middle]
            : values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
    return (struct pick){median, 0, 0};
}

static struct pick
run_stddev(struct run *run, double argument)
{
    double mean = 0, squares = 0;

    (void)argument;
    if (run->count < 2)
        return no_pick;
    for (size_t i = 0; i < run->count; i++)
        mean += (run->values[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < run->count; i++)
        squares += (run->values[i] - mean) * (run->values[i] - mean);
    return (struct pick){sqrt(squares / (double)(run->count - 1)), 0, 0};
}

/* The most frequent value, and of several the least. */
static struct pick
run_mode(struct run *run, double argument)
{
    const double *values = sorted_values(run);
    size_t most = 0;
    double mode = (double)NAN;

    (void)argument;
    for (size_t i = 0, begin = 0; i < run->count; i++) {
        if (values[i] != values[begin])
            begin = i;
        if (i - begin + 1 > most) {
            most = i - begin + 1;
            mode = values[i];
        }
    }
    return (struct pick){mode, 0, 0};
}

/* The point that so many percent are not above. */
static struct pick
run_percentile(struct run *run, double argument)
{
    double place = floor((double)run->count * argument / 100 + 0.5) - 1;

    if (!(place >= 0) || place >= (double)run->count)
        return no_pick;
    double *values = xcalloc(run->count, sizeof(*values));
    memcpy(values, run->values, run->count * sizeof(*values));
    qsort(values, run->count, sizeof(*values), compare_values);
    struct pick pick = {values[(size_t)place], 0, 0};
    free(values);
    for (size_t i = 0; i < run->count; i++)
        if (run->values[i] == pick.value) {
            pick.time_ns = run->times_ns[i];
            pick.row = run->rows ? run->rows[i] : 0;
            break;
        }
    return pick;
}

/* NOLINTBEGIN(readability-non-const-parameter): all are of one type. */

/* Transformations ----------------------------------------------------------
 */

static double
next_derivative(const struct run *run, size_t at, double argument,
                double *carried)
{
    (void)carried;
    if (at == 0)
        return (double)NAN;
    double elapsed = fabs((double)(run->times_ns[at] - run->times_ns[at - 1]));
    return (run->values[at] - run->values[at - 1]) / (elapsed / argument);
}

static double
next_positive_derivative(const struct run *run, size_t at, double argument,
                         double *carried)
{
    double slope = next_derivative(run, at, argument, carried);

    return slope < 0 ? (double)NAN : slope;
}

static double
next_difference(const struct run *run, size_t at, double argument,
                double *carried)
{
    (void)argument;
    (void)carried;
    if (at == 0)
        return (double)NAN;
    return run->values[at] - run->values[at - 1];
}

static double
next_positive_difference(const struct run *run, size_t at, double argument,
                         double *carried)
{
    double difference = next_difference(run, at, argument, carried);

    return difference < 0 ? (double)NAN : difference;
}

/* The sum is carried along, as InfluxDB does it, digit for digit. */
static double
next_moving_average(const struct run *run, size_t at, double argument,
                    double *carried)
{
    if (!(argument >= 1))
        return (double)NAN;
    if ((double)at >= argument)
        *carried -= run->values[at - (size_t)argument];
    *carried += run->values[at];
    return (double)at + 1 < argument ? (double)NAN : *carried / argument;
}

static double
next_cumulative_sum(const struct run *run, size_t at, double argument,
                    double *carried)
{
    (void)argument;
    *carried += run->values[at];
    return *carried;
}

static double
next_elapsed(const struct run *run, size_t at, double argument, double *carried)
{
    (void)carried;
    if (at == 0)
        return (double)NAN;
    return trunc((double)(run->times_ns[at] - run->times_ns[at - 1]) /
                 argument);
}

/* NOLINTEND(readability-non-const-parameter) */

/* The table ----------------------------------------------------------------
 */

#define COUNT UINT32_C(1) << WEIR_COUNT_OF
#define SUM   UINT32_C(1) << WEIR_SUM
#define LEAST UINT32_C(1) << WEIR_MIN
#define MOST  UINT32_C(1) << WEIR_MAX

#define TALLY(name_, kind_, set)                         \
    {                                                    \
        .name = #name_, .kind = kind_, .functions = set, \
        .of_tally = tally_##name_,                       \
    }
#define RUN(name_, kind_)                                     \
    {                                                         \
        .name = #name_, .kind = kind_, .of_run = run_##name_, \
    }
#define NEXT(name_, next_, once_, extra_)                         \
    {                                                             \
        .name = name_, .kind = FUNCTION_TRANSFORM, .next = next_, \
        .once = once_, .extra = extra_,                           \
    }

static const struct function functions[] = {
    TALLY(count, FUNCTION_AGGREGATE, COUNT),
    TALLY(sum, FUNCTION_AGGREGATE, COUNT | SUM),
    TALLY(mean, FUNCTION_AGGREGATE, COUNT | SUM),
    TALLY(spread, FUNCTION_AGGREGATE, COUNT | LEAST | MOST),
    TALLY(min, FUNCTION_SELECTOR, COUNT | LEAST),
    TALLY(max, FUNCTION_SELECTOR, COUNT | MOST),
    TALLY(first, FUNCTION_SELECTOR, 0),
    TALLY(last, FUNCTION_SELECTOR, 0),
    RUN(median, FUNCTION_AGGREGATE),
    RUN(stddev, FUNCTION_AGGREGATE),
    RUN(mode, FUNCTION_AGGREGATE),
    RUN(percentile, FUNCTION_SELECTOR),
    NEXT("derivative", next_derivative, true, 1),
    NEXT("non_negative_derivative", next_positive_derivative, true, 1),
    NEXT("difference", next_difference, true, 1),
    NEXT("non_negative_difference", next_positive_difference, true, 1),
    NEXT("moving_average", next_moving_average, false, 1),
    NEXT("cumulative_sum", next_cumulative_sum, false, 0),
    NEXT("elapsed", next_elapsed, false, 1),
};

const struct function *
function_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

double
function_argument(const struct function *self, const struct node *call,
                  int64_t every_ns)
{
    const struct node *second = call->left ? call->left->next : NULL;

    if (second && second->kind == NODE_DURATION)
        return (double)second->time_ns;
    if (second)
        return second->number;
    if (self->next == next_elapsed)
        return 1;
    return (double)(every_ns ? every_ns : NS_PER_S);
}

void
run_add(struct run *self, int64_t time_ns, double value, uint32_t row)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->times_ns =
            xrealloc(self->times_ns, self->room, sizeof(*self->times_ns));
        self->values =
            xrealloc(self->values, self->room, sizeof(*self->values));
        self->rows = xrealloc(self->rows, self->room, sizeof(*self->rows));
    }
    self->times_ns[self->count] = time_ns;
    self->values[self->count] = value;
    self->rows[self->count++] = row;
}

void
run_fini(struct run *self)
{
    free(self->times_ns);
    free(self->values);
    free(self->rows);
    *self = (struct run){0};
}
