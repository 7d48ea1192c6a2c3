/* pending.c - batches taken and not yet durable */
#include <config.h>

#include "link/pending.h"

#include "base.h"

static struct pending_batch *
batch_at(const struct pending *self, size_t at)
{
    return &self->batches[(self->first + at) & (self->room - 1)];
}

void
pending_fini(struct pending *self)
{
    while (self->count)
        pending_pop(self);
    free(self->batches);
}

void
pending_push(struct pending *self, const struct pending_batch *batch)
{
    if (self->count == self->room) {
        size_t room = self->room ? 2 * self->room : 16;
        struct pending_batch *batches = xcalloc(room, sizeof(*batches));
        for (size_t i = 0; i < self->count; i++)
            batches[i] = *batch_at(self, i);
        free(self->batches);
        self->batches = batches;
        self->room = room;
        self->first = 0;
    }
    *batch_at(self, self->count++) = *batch;
}

struct pending_batch *
pending_first(struct pending *self)
{
    return self->count ? batch_at(self, 0) : NULL;
}

void
pending_pop(struct pending *self)
{
    free(batch_at(self, 0)->why);
    self->first = (self->first + 1) & (self->room - 1);
    self->count--;
}

struct pending_batch *
pending_find(struct pending *self, uint64_t ticket)
{
    for (size_t i = 0; i < self->count; i++)
        if (batch_at(self, i)->appended && batch_at(self, i)->ticket == ticket)
            return batch_at(self, i);
    return NULL;
}
