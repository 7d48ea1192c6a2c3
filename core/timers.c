/* timers.c - what is due when */
#include <config.h>

#include "timers.h"

#include <limits.h>
#include <stdlib.h>

#include "base.h"

void
timers_fini(struct timers *self)
{
    free(self->items);
}

static struct timer *
free_timer(struct timers *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (!self->items[i].number)
            return &self->items[i];
    self->items = xrealloc(self->items, ++self->count, sizeof(*self->items));
    return &self->items[self->count - 1];
}

int
timers_add(struct timers *self, const struct timer *timer)
{
    struct timer *copy = free_timer(self);

    /* Numbers come again after two thousand million timers. */
    self->last = self->last < INT_MAX ? self->last + 1 : 1;
    *copy = *timer;
    copy->number = self->last;
    return copy->number;
}

void
timers_stop(struct timers *self, int number)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].number == number)
            self->items[i].number = 0;
}

int64_t
timers_next_ns(const struct timers *self)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].number && self->items[i].due_ns < next)
            next = self->items[i].due_ns;
    return next;
}

static void
set_next(struct timer *timer, int64_t now_ns)
{
    if (!timer->every_ns) {
        timer->number = 0;
        return;
    }
    int64_t late = now_ns - timer->due_ns;
    timer->due_ns += (late / timer->every_ns + 1) * timer->every_ns;
}

bool
timers_take(struct timers *self, int64_t now_ns, size_t *at_p,
            struct timer *ret_timer)
{
    while (*at_p < self->count) {
        struct timer *timer = &self->items[(*at_p)++];
        if (!timer->number || timer->due_ns > now_ns)
            continue;
        *ret_timer = *timer;
        set_next(timer, now_ns);
        return true;
    }
    return false;
}
