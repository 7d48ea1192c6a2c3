/* samples.c - times and values in memory, gathered and put in order */
#include <config.h>

#include "samples.h"

#include <stdbool.h>
#include <string.h>

#include "base.h"

enum { ROOM_LEAST = 128 };

/* A sample, and when it was added. */
struct arrival {
    int64_t time_ns;
    size_t turn;
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

static bool
is_tidy(const struct samples *self)
{
    for (size_t i = 1; i < self->count; i++)
        if (self->times_ns[i] <= self->times_ns[i - 1])
            return false;
    return true;
}

static int
compare_arrivals(const void *left, const void *right)
{
    const struct arrival *a = left;
    const struct arrival *b = right;

    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    return a->turn < b->turn ? -1 : 1;
}

void
samples_tidy(struct samples *self)
{
    size_t kept = 0;

    if (is_tidy(self))
        return;
    struct arrival *arrivals = xcalloc(self->count, sizeof(*arrivals));
    for (size_t i = 0; i < self->count; i++)
        arrivals[i] = (struct arrival){self->times_ns[i], i, self->values[i]};
    qsort(arrivals, self->count, sizeof(*arrivals), compare_arrivals);
    for (size_t i = 0; i < self->count; i++) {
        if (i + 1 < self->count &&
            arrivals[i].time_ns == arrivals[i + 1].time_ns)
            continue;
        self->times_ns[kept] = arrivals[i].time_ns;
        self->values[kept++] = arrivals[i].value;
    }
    self->count = kept;
    free(arrivals);
}
