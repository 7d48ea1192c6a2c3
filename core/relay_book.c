/* relay_book.c - what a relay has taken and not yet acknowledged */
#include <config.h>

#include "relay_book.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/frame.h"
#include "link/word.h"

static struct relay_batch *
place_of(const struct relay_book *self, uint64_t ticket)
{
    return &self->batches[ticket & (self->room - 1)];
}

static void
batch_fini(struct relay_batch *batch)
{
    frame_release(&batch->frame);
    free(batch->why);
}

void
relay_book_fini(struct relay_book *self)
{
    for (uint64_t i = self->durable + 1; i <= self->last; i++)
        batch_fini(place_of(self, i));
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
        self->tickets += place_of(self, ++self->durable)->last;
}

uint64_t
relay_book_add(struct relay_book *self, struct frame **frame_p, bool last)
{
    uint64_t ticket = 1;

    if (self->last) {
        const struct relay_batch *before = place_of(self, self->last);
        ticket = before->ticket + before->last;
    }
    if (self->last - self->durable == self->room)
        make_room(self);
    struct relay_batch *batch = place_of(self, ++self->last);
    *batch = (struct relay_batch){.frame = *frame_p,
                                  .cost = word_cost(frame_look(*frame_p).size),
                                  .ticket = ticket,
                                  .last = last};
    *frame_p = NULL;
    self->cost += batch->cost;
    return self->last;
}

struct relay_batch *
relay_book_find(const struct relay_book *self, uint64_t number)
{
    if (number <= self->durable || number > self->last)
        return NULL;
    struct relay_batch *batch = place_of(self, number);
    return batch->frame ? batch : NULL;
}

/* Returns the last batch of the ticket that 'number' is one of, if all of them
 * are safe; else NULL.  Those up to 'durable' are. */
static struct relay_batch *
whole_ticket(const struct relay_book *self, uint64_t number)
{
    uint64_t ticket = place_of(self, number)->ticket;
    uint64_t next = number;

    while (next > self->durable + 1 &&
           place_of(self, next - 1)->ticket == ticket)
        next--;
    for (; next <= self->last; next++) {
        struct relay_batch *batch = place_of(self, next);
        if (batch->frame)
            return NULL;
        if (batch->last)
            return batch;
    }
    return NULL;
}

/* Notes why with the last batch of the ticket, which stays until all others are
 * safe. */
static void
note_why(struct relay_book *self, uint64_t number, const char *why)
{
    struct relay_batch *batch = place_of(self, number);

    while (!batch->last && number < self->last)
        batch = place_of(self, ++number);
    if (!batch->why)
        batch->why = x_or_die(strdup(why));
}

char *
relay_book_settle(struct relay_book *self, uint64_t number, const char *why,
                  uint64_t *ret_ticket)
{
    struct relay_batch *batch = relay_book_find(self, number);

    if (!batch)
        return NULL;
    self->cost -= batch->cost;
    self->again -= batch->again;
    frame_release(&batch->frame);
    if (why)
        note_why(self, number, why);
    struct relay_batch *last = whole_ticket(self, number);
    *ret_ticket = batch->ticket;
    advance(self);
    return last ? weir_take(last->why) : NULL;
}

void
relay_book_mark(struct relay_book *self, uint64_t number, bool again)
{
    struct relay_batch *batch = relay_book_find(self, number);

    if (!batch)
        return;
    self->again += again;
    self->again -= batch->again;
    batch->again = again;
}

uint64_t
relay_book_next(const struct relay_book *self, uint64_t from)
{
    uint64_t number = from > self->durable ? from : self->durable + 1;

    if (self->again == 0)
        return 0;
    for (; number <= self->last; number++)
        if (place_of(self, number)->frame && place_of(self, number)->again)
            return number;
    return 0;
}
