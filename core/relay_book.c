/* relay_book.c - what a relay has taken and not yet acknowledged */
#include <config.h>

#include "relay_book.h"

#include "base.h"
#include "link/frame.h"
#include "link/word.h"

static struct relay_batch *
place_of(const struct relay_book *self, uint64_t ticket)
{
    return &self->batches[ticket & (self->room - 1)];
}

void
relay_book_fini(struct relay_book *self)
{
    for (uint64_t i = self->durable + 1; i <= self->last; i++)
        frame_release(&place_of(self, i)->frame);
    free(self->batches);
    *self = (struct relay_book){0};
}

static void
make_room(struct relay_book *self)
{
    struct relay_book old = *self;

    self->room = old.room ? 2 * old.room : 16;
    self->batches = xcalloc(self->room, sizeof(*self->batches));
    for (uint64_t i = old.durable + 1; i <= old.last; i++)
        *place_of(self, i) = *place_of(&old, i);
    free(old.batches);
}

static void
advance(struct relay_book *self)
{
    while (self->durable < self->last &&
           !place_of(self, self->durable + 1)->frame)
        self->durable++;
}

uint64_t
relay_book_add(struct relay_book *self, struct frame **frame_p)
{
    if (self->last - self->durable == self->room)
        make_room(self);
    struct relay_batch *batch = place_of(self, ++self->last);
    *batch = (struct relay_batch){.frame = *frame_p};
    *frame_p = NULL;
    if (batch->frame)
        batch->cost = word_cost(frame_look(batch->frame).size);
    self->cost += batch->cost;
    advance(self);
    return self->last;
}

struct relay_batch *
relay_book_find(const struct relay_book *self, uint64_t ticket)
{
    if (ticket <= self->durable || ticket > self->last)
        return NULL;
    struct relay_batch *batch = place_of(self, ticket);
    return batch->frame ? batch : NULL;
}

void
relay_book_settle(struct relay_book *self, uint64_t ticket)
{
    struct relay_batch *batch = relay_book_find(self, ticket);

    if (!batch)
        return;
    self->cost -= batch->cost;
    self->again -= batch->again;
    frame_release(&batch->frame);
    advance(self);
}

void
relay_book_mark(struct relay_book *self, uint64_t ticket, bool again)
{
    struct relay_batch *batch = relay_book_find(self, ticket);

    if (!batch)
        return;
    self->again += again;
    self->again -= batch->again;
    batch->again = again;
}

uint64_t
relay_book_next(const struct relay_book *self, uint64_t from)
{
    uint64_t ticket = from > self->durable ? from : self->durable + 1;

    if (self->again == 0)
        return 0;
    for (; ticket <= self->last; ticket++)
        if (place_of(self, ticket)->frame && place_of(self, ticket)->again)
            return ticket;
    return 0;
}
