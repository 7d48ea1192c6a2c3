/* tally.c - what is known of the points of each bucket of time */
#include <config.h>

#include "tally.h"

#include <string.h>

#include "base.h"

int64_t
tally_start(int64_t time_ns, int64_t every_ns, int64_t offset_ns)
{
    if (every_ns == 0)
        return 0;
    int64_t rest = (int64_t)(((__int128)time_ns - offset_ns) % every_ns);
    if (rest < 0)
        rest += every_ns;
    return time_ns < INT64_MIN + rest ? INT64_MIN : time_ns - rest;
}

void
tally_add(struct tally *self, int64_t time_ns, double value)
{
    const struct tally one = {.start_ns = self->start_ns,
                              .count = 1,
                              .sum = {value, 0},
                              .least = value,
                              .most = value,
                              .first = value,
                              .last = value,
                              .least_ns = time_ns,
                              .most_ns = time_ns,
                              .first_ns = time_ns,
                              .last_ns = time_ns};

    tally_merge(self, &one);
}

void
tally_merge(struct tally *self, const struct tally *other)
{
    if (self->count == 0) {
        *self = *other;
        return;
    }
    self->count += other->count;
    kahan_add(&self->sum, other->sum.sum);
    kahan_add(&self->sum, other->sum.rest);
    if (other->least < self->least ||
        (other->least == self->least && other->least_ns < self->least_ns)) {
        self->least = other->least;
        self->least_ns = other->least_ns;
    }
    if (other->most > self->most ||
        (other->most == self->most && other->most_ns < self->most_ns)) {
        self->most = other->most;
        self->most_ns = other->most_ns;
    }
    if (other->first_ns < self->first_ns ||
        (other->first_ns == self->first_ns && other->first > self->first)) {
        self->first = other->first;
        self->first_ns = other->first_ns;
    }
    if (other->last_ns > self->last_ns ||
        (other->last_ns == self->last_ns && other->last > self->last)) {
        self->last = other->last;
        self->last_ns = other->last_ns;
    }
}

struct tally *
tallies_at(struct tallies *self, int64_t start_ns)
{
    if (self->count > self->sorted &&
        self->items[self->count - 1].start_ns == start_ns)
        return &self->items[self->count - 1];
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 16;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    self->items[self->count] = (struct tally){.start_ns = start_ns};
    return &self->items[self->count++];
}

void
tallies_settle(struct tallies *self)
{
    const struct tally *left = self->items, *right = left + self->sorted;
    const struct tally *middle = right, *end = left + self->count;
    struct tallies whole = {.room = self->count};

    if (self->sorted == 0 || self->sorted == self->count) {
        self->sorted = self->count;
        return;
    }
    whole.items = xcalloc(whole.room, sizeof(*whole.items));
    while (left < middle || right < end) {
        struct tally *into = &whole.items[whole.count++];
        if (right == end ||
            (left < middle && left->start_ns <= right->start_ns)) {
            *into = *left++;
            if (right < end && right->start_ns == into->start_ns)
                tally_merge(into, right++);
        } else {
            *into = *right++;
        }
    }
    free(self->items);
    whole.sorted = whole.count;
    *self = whole;
}

void
tallies_fini(struct tallies *self)
{
    free(self->items);
    *self = (struct tallies){0};
}
