/* window.c - the batches that a sender keeps */
#include <config.h>

#include "link/window.h"

#include "base.h"

void
window_init(struct window *self)
{
    *self = (struct window){.next = 1};
}

void
window_fini(struct window *self)
{
    free(self->batches);
}

static struct window_batch *
place_of(const struct window *self, uint64_t sequence)
{
    return &self->batches[sequence & (self->room - 1)];
}

static void
make_room(struct window *self)
{
    struct window old = *self;

    self->room = old.room ? 2 * old.room : 16;
    self->batches = xcalloc(self->room, sizeof(*self->batches));
    for (uint64_t i = old.durable + 1; i < old.next; i++)
        *place_of(self, i) = *place_of(&old, i);
    free(old.batches);
}

void
window_push(struct window *self, const struct window_batch *batch)
{
    if (self->next - self->durable > self->room)
        make_room(self);
    struct window_batch *place = place_of(self, self->next++);
    *place = *batch;
    place->begin = self->end;
    self->end += batch->cost;
}

struct window_batch *
window_at(const struct window *self, uint64_t sequence)
{
    return place_of(self, sequence);
}

struct window_batch
window_take(struct window *self)
{
    return *place_of(self, ++self->durable);
}

void
window_skip(struct window *self, uint64_t durable)
{
    self->durable = durable;
    self->next = durable + 1;
}

uint64_t
window_begin(const struct window *self)
{
    return self->durable + 1 < self->next
               ? place_of(self, self->durable + 1)->begin
               : self->end;
}
