/* span.c - samples of one series as they are read, to be summed up */
#include <config.h>

#include "span.h"

#include <math.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { LANES = 2, STRIDE = 4 * LANES };

/* Numbers that are worked on side by side. */
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

/* Returns how many of the even times are not after 'time_ns'. */
static size_t
count_even(const struct span *self, int64_t time_ns)
{
    if (time_ns < self->from_ns)
        return 0;
    uint64_t extent = (uint64_t)time_ns - (uint64_t)self->from_ns;
    uint64_t steps = extent / self->every_ns;

    return steps < self->count ? (size_t)steps + 1 : self->count;
}

size_t
span_after(const struct span *self, size_t first, int64_t time_ns)
{
    size_t low = first, high = self->count;

    if (!self->times_ns) {
        size_t count = count_even(self, time_ns);
        return count > first ? count : first;
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->times_ns[middle] <= time_ns)
            low = middle + 1;
        else
            high = middle;
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

/* What codec_summarise() says but for the order in which it adds: there each
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

struct codec_summary
span_summarise(const struct span *self, size_t first, size_t end)
{
    size_t count = end - first;

    if (!self->values)
        return (struct codec_summary){.min = self->level,
                                      .max = self->level,
                                      .sum = self->level * (double)count};
    struct codec_summary summary = summarise(self->values + first, count);
    summary.min /= self->divisor;
    summary.max /= self->divisor;
    summary.sum /= self->divisor;
    return summary;
}
