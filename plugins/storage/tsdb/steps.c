/* steps.c - a function's values over the steps of a select */
#include <config.h>

#include "steps.h"

#include <math.h>

static const uint32_t known = 1U << WEIR_COUNT_OF | 1U << WEIR_SUM |
                              1U << WEIR_AVG | 1U << WEIR_MIN | 1U << WEIR_MAX;

bool
steps_can(const struct weir_select *what)
{
    return what->want == WEIR_SAMPLES && what->alone &&
           (weir_functions(what) & ~known) == 0 &&
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

    self->functions = weir_functions(what);
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

/* Lies between the least and the greatest, however the sum was rounded. */
static double
average_of(const struct steps *self)
{
    double average = self->sum.sum / (double)self->count;

    if (!isfinite(average))
        return average;
    average = average < self->sum.min ? self->sum.min : average;
    return average > self->sum.max ? self->sum.max : average;
}

static double
value_of(const struct steps *self, enum weir_function function)
{
    switch (function) {
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
    return function == WEIR_SUM ? self->sum.sum : average_of(self);
}

void
steps_end(struct steps *self)
{
    if (self->count == 0)
        return;
    for (enum weir_function each = WEIR_COUNT_OF; each <= WEIR_MAX; each++)
        if (self->functions & 1U << each)
            samples_add(&self->values, self->until_ns, value_of(self, each));
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

void
steps_add(struct steps *self, const struct span *span)
{
    size_t next = span_after(span, 0, self->after_ns);
    size_t end = span_after(span, next, self->last_ns);

    while (next < end) {
        move_to(self, span_time(span, next));
        size_t from = span_after(span, next, self->from_ns);
        next = span_after(span, from, self->until_ns);
        if (from == next)
            continue;
        const struct codec_summary summary = span_summarise(span, from, next);
        merge(self, next - from, &summary);
    }
}

/* All values of a chunk are the same where the least is the greatest. */
bool
steps_need(const struct steps *self, const struct codec_summary *summary)
{
    if (summary->stales || summary->nans)
        return true;
    return self->functions != 1U << WEIR_COUNT_OF &&
           !(summary->min >= summary->max);
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
