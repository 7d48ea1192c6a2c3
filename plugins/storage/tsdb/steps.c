/* steps.c - a function's values over the steps of a select */
#include <config.h>

#include "steps.h"

#include <math.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { LANES = 2, STRIDE = 4 * LANES };

/* Numbers that are worked on side by side. */
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

bool
steps_can(const struct weir_select *what)
{
    return what->want == WEIR_SAMPLES && what->alone &&
           what->function >= WEIR_COUNT_OF && what->function <= WEIR_MAX &&
           what->until_ns > what->after_ns && what->range_ns > 0 &&
           (what->step_ns == 0 || what->range_ns <= what->step_ns);
}

static void
begin_window(struct steps *self, int64_t until_ns)
{
    self->until_ns = until_ns;
    self->from_ns = (int64_t)((uint64_t)until_ns - self->range_ns);
    self->count = 0;
    self->sum = (struct codec_summary){.min = HUGE_VAL, .max = -HUGE_VAL};
}

void
steps_begin(struct steps *self, const struct weir_select *what)
{
    uint64_t extent = (uint64_t)what->until_ns - (uint64_t)what->after_ns;

    self->function = what->function;
    self->after_ns = what->after_ns;
    self->range_ns = (uint64_t)what->range_ns;
    self->step_ns = (uint64_t)what->step_ns;
    if (self->step_ns == 0) {
        self->step_ns = extent;
        self->range_ns = self->range_ns < extent ? self->range_ns : extent;
    }
    extent -= extent % self->step_ns;
    self->last_ns = (int64_t)((uint64_t)what->after_ns + extent);
    self->values.count = 0;
    begin_window(self, what->after_ns);
}

void
steps_fini(struct steps *self)
{
    samples_fini(&self->values);
}

static double
value_of(const struct steps *self)
{
    switch (self->function) {
    case WEIR_COUNT_OF:
        return (double)self->count;
    case WEIR_MIN:
        return self->sum.min <= self->sum.max ? self->sum.min : (double)NAN;
    case WEIR_MAX:
        return self->sum.min <= self->sum.max ? self->sum.max : (double)NAN;
    default:
        break;
    }
    if (self->sum.nans)
        return (double)NAN;
    return self->function == WEIR_SUM ? self->sum.sum
                                      : self->sum.sum / (double)self->count;
}

void
steps_end(struct steps *self)
{
    if (self->count > 0)
        samples_add(&self->values, self->until_ns, value_of(self));
    self->count = 0;
}

/* Goes to the window where 'time_ns' lies, or which comes after it. */
static void
move_to(struct steps *self, int64_t time_ns)
{
    if (time_ns <= self->until_ns)
        return;
    steps_end(self);
    uint64_t offset = (uint64_t)time_ns - (uint64_t)self->after_ns;
    uint64_t step = (offset - 1) / self->step_ns + 1;
    begin_window(self,
                 (int64_t)((uint64_t)self->after_ns + step * self->step_ns));
}

static void
merge(struct steps *self, size_t count, const struct codec_summary *summary)
{
    self->count += count - summary->stales;
    self->sum.nans += summary->nans;
    if (summary->stales + summary->nans == count)
        return;
    self->sum.sum += summary->sum;
    self->sum.min = fmin(self->sum.min, summary->min);
    self->sum.max = fmax(self->sum.max, summary->max);
}

/* Returns how many of the ascending times are not after 'until_ns'. */
static size_t
count_until(const int64_t *times_ns, size_t count, int64_t until_ns)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = (low + count) / 2;
        if (times_ns[middle] <= until_ns)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* The lesser of each two numbers; 'b' where one is a NaN.  And the greater. */
#if defined(__SSE2__)
#define LESSER(a, b)  ((lanes)_mm_min_pd(a, b))
#define GREATER(a, b) ((lanes)_mm_max_pd(a, b))
#else
typedef int64_t masks __attribute__((vector_size(LANES * sizeof(int64_t))));
#define CHOOSE(mask, a, b) \
    ((lanes)(((masks)(a) & (mask)) | ((masks)(b) & ~(mask))))
#define LESSER(a, b)  CHOOSE((a) < (b), a, b)
#define GREATER(a, b) CHOOSE((a) > (b), a, b)
#endif

/* What some numbers come to, each lane by itself. */
struct lane_sums {
    lanes min, max, sum;
};

static inline void
add_lanes(struct lane_sums *self, const double *values)
{
    lanes next;

    memcpy(&next, values, sizeof(next));
    self->min = LESSER(next, self->min);
    self->max = GREATER(next, self->max);
    self->sum += next;
}

static void
merge_lanes(struct codec_summary *summary, const struct lane_sums *sums)
{
    for (size_t i = 0; i < LANES; i++) {
        summary->min = fmin(summary->min, sums->min[i]);
        summary->max = fmax(summary->max, sums->max[i]);
        summary->sum += sums->sum[i];
    }
}

/* The same as codec_summarise() but for the order in which it adds: there each
 * addition waits for the one before. */
static struct codec_summary
summarise(const double *values, size_t count)
{
    const struct lane_sums none = {
        {HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}, {0}};
    struct lane_sums a = none, b = none, c = none, d = none;
    struct codec_summary summary = {.min = HUGE_VAL, .max = -HUGE_VAL};
    size_t next = 0;

    for (; next + STRIDE <= count; next += STRIDE) {
        add_lanes(&a, values + next);
        add_lanes(&b, values + next + LANES);
        add_lanes(&c, values + next + 2 * LANES);
        add_lanes(&d, values + next + 3 * LANES);
    }
    merge_lanes(&summary, &a);
    merge_lanes(&summary, &b);
    merge_lanes(&summary, &c);
    merge_lanes(&summary, &d);
    for (; next < count; next++) {
        summary.min = fmin(summary.min, values[next]);
        summary.max = fmax(summary.max, values[next]);
        summary.sum += values[next];
    }
    /* A NaN shows in the sum; then it matters which they are. */
    return isnan(summary.sum) ? codec_summarise(values, count) : summary;
}

void
steps_add(struct steps *self, const int64_t *times_ns, const double *values,
          size_t count)
{
    size_t next = count_until(times_ns, count, self->after_ns);

    count = count_until(times_ns, count, self->last_ns);
    while (next < count) {
        move_to(self, times_ns[next]);
        size_t left = count - next;
        size_t from = count_until(times_ns + next, left, self->from_ns);
        size_t until = count_until(times_ns + next, left, self->until_ns);
        if (from < until) {
            const struct codec_summary summary =
                summarise(values + next + from, until - from);
            merge(self, until - from, &summary);
        }
        next += until;
    }
}

bool
steps_add_summary(struct steps *self, int64_t from_ns, int64_t until_ns,
                  size_t count, const struct codec_summary *summary)
{
    if (from_ns <= self->after_ns || until_ns > self->last_ns)
        return false;
    move_to(self, from_ns);
    if (from_ns <= self->from_ns || until_ns > self->until_ns)
        return false;
    merge(self, count, summary);
    return true;
}
