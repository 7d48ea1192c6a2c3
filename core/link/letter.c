/* letter.c - a batch that was refused, with its layouts */
#include <config.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/dead.h"
#include "link/pieces.h"

static void
add_layouts(struct letter *self, const struct pieces *pieces)
{
    size_t count = self->layout_count + pieces->count;

    self->layouts = xrealloc(self->layouts, count, sizeof(struct frame *));
    for (uint32_t i = 0; i < pieces->count; i++)
        self->layouts[self->layout_count++] =
            frame_hold(pieces->pieces[i].frame);
}

struct letter *
letter_new(const struct sender *sender, struct frame *batch, const char *why)
{
    struct letter *self = xcalloc(1, sizeof(*self));
    struct frame_view view = frame_look(batch);
    struct frame_use use;
    size_t at = 0;

    sender_stream(sender, self->origin);
    self->batch = frame_hold(batch);
    self->why = x_or_die(strdup(why ? why : "no reason was given"));
    while (frame_batch_uses(&view, &at, &use)) {
        const struct pieces *pieces = sender_layout(sender, use.number);
        if (pieces)
            add_layouts(self, pieces);
    }
    return self;
}

void
letter_destroy(struct letter **self_p)
{
    struct letter *self = weir_take(*self_p);

    if (!self)
        return;
    frame_release(&self->batch);
    for (size_t i = 0; i < self->layout_count; i++)
        frame_release(&self->layouts[i]);
    free(self->layouts);
    free(self->why);
    free(self);
}
