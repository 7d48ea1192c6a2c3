/* pieces.c - one layout as frames */
#include <config.h>

#include "link/pieces.h"

#include <weir/cleanup.h>

#include "base.h"

void
pieces_fini(struct pieces *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        frame_release(&self->pieces[i].frame);
    free(self->pieces);
}

void
pieces_add(struct pieces *self, struct frame **frame_p, uint32_t end)
{
    if (self->count == self->room) {
        self->room = self->room * 2 + 1;
        self->pieces =
            xrealloc(self->pieces, self->room, sizeof(*self->pieces));
    }
    self->pieces[self->count++] = (struct piece){weir_take(*frame_p), end};
}

uint32_t
pieces_end(const struct pieces *self)
{
    return self->count ? self->pieces[self->count - 1].end : 0;
}

uint32_t
pieces_from(const struct pieces *self, uint32_t from)
{
    uint32_t piece = 0;

    while (piece < self->count && self->pieces[piece].end <= from)
        piece++;
    return piece;
}
