/* samples.c - times and values in memory, gathered and put in order */
#include <config.h>

#include "samples.h"

#include <stdbool.h>
#include <string.h>

#include "base.h"

enum { ROOM_LEAST = 128 };

struct sample {
    int64_t time_ns;
    double value;
};

void
samples_fini(struct samples *self)
{
    free(self->times_ns);
    free(self->values);
    *self = (struct samples){0};
}

static void
make_room(struct samples *self, size_t count)
{
    if (self->room - self->count >= count)
        return;
    self->room = 2 * (self->count + count);
    if (self->room < ROOM_LEAST)
        self->room = ROOM_LEAST;
    self->times_ns =
        xrealloc(self->times_ns, self->room, sizeof(*self->times_ns));
    self->values = xrealloc(self->values, self->room, sizeof(*self->values));
}

void
samples_add(struct samples *self, int64_t time_ns, double value)
{
    make_room(self, 1);
    self->times_ns[self->count] = time_ns;
    self->values[self->count] = value;
    self->count++;
}

void
samples_add_within(struct samples *self, const int64_t *times_ns,
                   const double *values, size_t count,
                   struct samples_range range)
{
    make_room(self, count);
    for (size_t i = 0; i < count; i++) {
        self->times_ns[self->count] = times_ns[i];
        self->values[self->count] = values[i];
        self->count +=
            times_ns[i] > range.after_ns && times_ns[i] <= range.until_ns;
    }
}

/* Returns how many of the ascending times are not after 'time_ns'. */
static size_t
count_until(const int64_t *times_ns, size_t count, int64_t time_ns)
{
    size_t low = 0;

    if (count == 0 || times_ns[count - 1] <= time_ns)
        return count;
    while (low < count) {
        size_t middle = (low + count) / 2;
        if (times_ns[middle] <= time_ns)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

void
samples_add_sorted(struct samples *self, const int64_t *times_ns,
                   const double *values, size_t count,
                   struct samples_range range)
{
    size_t end = count_until(times_ns, count, range.until_ns);
    size_t from = count_until(times_ns, end, range.after_ns);

    if (from == end)
        return;
    make_room(self, end - from);
    memcpy(self->times_ns + self->count, times_ns + from,
           (end - from) * sizeof(*times_ns));
    memcpy(self->values + self->count, values + from,
           (end - from) * sizeof(*values));
    self->count += end - from;
}

static bool
is_tidy(const struct samples *self)
{
    for (size_t i = 1; i < self->count; i++)
        if (self->times_ns[i] <= self->times_ns[i - 1])
            return false;
    return true;
}

/* Returns where the samples that ascend from 'at' on end. */
static size_t
end_of_run(const struct sample *samples, size_t at, size_t count)
{
    do
        at++;
    while (at < count && samples[at - 1].time_ns <= samples[at].time_ns);
    return at;
}

/* Merges two runs that follow one another; of equal ones the first run's stand
 * before the second's. */
static void
merge(const struct sample *first, const struct sample *second,
      const struct sample *end, struct sample *into)
{
    const struct sample *middle = second;

    while (first < middle && second < end)
        *into++ = second->time_ns < first->time_ns ? *second++ : *first++;
    while (first < middle)
        *into++ = *first++;
    while (second < end)
        *into++ = *second++;
}

/* Merges each run with the one behind it.  Returns whether one run is left. */
static bool
merge_runs(const struct sample *from, size_t count, struct sample *into)
{
    size_t middle = 0, end = 0;

    for (size_t at = 0; at < count; at = end) {
        middle = end_of_run(from, at, count);
        end = middle < count ? end_of_run(from, middle, count) : count;
        merge(from + at, from + middle, from + end, into + at);
        if (at == 0 && end == count)
            return true;
    }
    return count == 0;
}

/* Takes the sorted samples; of equal times the last one. */
static void
take_sorted(struct samples *self, const struct sample *sorted)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++) {
        if (i + 1 < self->count && sorted[i].time_ns == sorted[i + 1].time_ns)
            continue;
        self->times_ns[kept] = sorted[i].time_ns;
        self->values[kept++] = sorted[i].value;
    }
    self->count = kept;
}

/* Few runs are usual, as stretches of samples are sorted. */
void
samples_tidy(struct samples *self)
{
    if (is_tidy(self))
        return;
    struct sample *from = xcalloc(2 * self->count, sizeof(*from));
    struct sample *room = from, *into = from + self->count;
    for (size_t i = 0; i < self->count; i++)
        from[i] = (struct sample){self->times_ns[i], self->values[i]};
    while (!merge_runs(from, self->count, into)) {
        struct sample *swapped = from;
        from = into;
        into = swapped;
    }
    take_sorted(self, into);
    free(room);
}
