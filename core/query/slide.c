/* query/slide.c - a function of windows that slide over one series */
#include <config.h>

#include "query/slide.h"

#include <math.h>

#include "base.h"

static void
make_room(struct slide *self, size_t count)
{
    if (count <= self->room)
        return;
    self->scratch = xrealloc(self->scratch, count, sizeof(*self->scratch));
    self->resets = xrealloc(self->resets, count, sizeof(*self->resets));
    self->reset_at = xrealloc(self->reset_at, count, sizeof(*self->reset_at));
    self->queue = xrealloc(self->queue, count, sizeof(*self->queue));
    self->room = count;
}

static void
find_resets(struct slide *self)
{
    for (size_t i = 1; i < self->count; i++) {
        if (!(self->values[i] < self->values[i - 1]))
            continue;
        self->resets[self->reset_count] = self->values[i - 1];
        self->reset_at[self->reset_count++] = i;
    }
}

void
slide_begin(struct slide *self, const int64_t *times_ns, const double *values,
            size_t count)
{
    make_room(self, count);
    self->times_ns = times_ns;
    self->values = values;
    self->count = count;
    self->first = self->end = 0;
    self->first_stride = self->end_stride = 0;
    self->queue_first = self->queue_end = self->queued = 0;
    self->first_reset = self->end_reset = self->reset_count = 0;
    if (self->kind->needs_resets)
        find_resets(self);
}

size_t
slide_find_after(const int64_t *times_ns, size_t low, size_t high,
                 int64_t until_ns)
{
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (times_ns[middle] <= until_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The same with steps that grow, from 'at' on.  As samples are mostly regular
 * it is mostly as far away as the last time, '*stride_p'. */
static size_t
pass(const int64_t *times_ns, size_t at, size_t count, int64_t until_ns,
     size_t *stride_p)
{
    size_t guess = at + *stride_p;
    size_t from = at;
    size_t step = 1;

    if (guess > at && guess < count && times_ns[guess - 1] <= until_ns &&
        times_ns[guess] > until_ns)
        return guess;
    for (; at + step < count && times_ns[at + step - 1] <= until_ns; step *= 2)
        at += step;
    at = slide_find_after(times_ns, at, at + step < count ? at + step : count,
                          until_ns);
    *stride_p = at - from;
    return at;
}

/* Returns the window's first extreme value, or NULL when all are no numbers:
 * only those can become it that no later one exceeds, so each sample is looked
 * at twice, however many windows it is in. */
static const double *
find_extreme(struct slide *self)
{
    const double *values = self->values;

    for (; self->queued < self->end; self->queued++) {
        double value = values[self->queued] * self->kind->extreme;
        if (isnan(value))
            continue;
        while (self->queue_end > self->queue_first &&
               value > values[self->queue[self->queue_end - 1]] *
                           self->kind->extreme)
            self->queue_end--;
        self->queue[self->queue_end++] = self->queued;
    }
    while (self->queue_first < self->queue_end &&
           self->queue[self->queue_first] < self->first)
        self->queue_first++;
    return self->queue_first < self->queue_end
               ? &values[self->queue[self->queue_first]]
               : NULL;
}

bool
slide_move(struct slide *self, struct window *window)
{
    self->end = pass(self->times_ns, self->end, self->count, window->end_ns,
                     &self->end_stride);
    self->first = pass(self->times_ns, self->first, self->end, window->start_ns,
                       &self->first_stride);
    while (self->end_reset < self->reset_count &&
           self->reset_at[self->end_reset] < self->end)
        self->end_reset++;
    while (self->first_reset < self->end_reset &&
           self->reset_at[self->first_reset] <= self->first)
        self->first_reset++;
    if (self->first == self->end)
        return false;
    window->times_ns = self->times_ns + self->first;
    window->values = self->values + self->first;
    window->count = self->end - self->first;
    window->resets = self->resets + self->first_reset;
    window->reset_count = self->end_reset - self->first_reset;
    window->scratch = self->scratch;
    window->extreme =
        self->kind->extreme && self->overlaps ? find_extreme(self) : NULL;
    return true;
}

void
slide_fini(struct slide *self)
{
    free(self->scratch);
    free(self->resets);
    free(self->reset_at);
    free(self->queue);
}
