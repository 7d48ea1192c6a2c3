/* link/forgets.c - layouts that are to be forgotten */
#include <config.h>

#include "link/forgets.h"

#include <string.h>

#include "base.h"

void
forgets_fini(struct forgets *self)
{
    free(self->list);
    *self = (struct forgets){0};
}

void
forgets_add(struct forgets *self, uint32_t number, uint64_t after)
{
    if (self->count == self->room) {
        self->room = self->room * 2 + 16;
        self->list = xrealloc(self->list, self->room, sizeof(*self->list));
    }
    self->list[self->count++] = (struct forgets_one){number, after};
}

void
forgets_settle(struct forgets *self, uint64_t sequence,
               void (*forget)(void *arg, uint32_t number), void *arg)
{
    size_t gone = 0;

    while (gone < self->count && self->list[gone].after <= sequence)
        forget(arg, self->list[gone++].number);
    self->count -= gone;
    if (gone)
        memmove(self->list, self->list + gone,
                self->count * sizeof(*self->list));
}
