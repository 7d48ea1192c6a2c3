/* spool_pack.c - batches are packed before they are written */
#include <config.h>

#include "link/spool_inner.h"

enum {
    HANGING_MOST = 15, /* batches that hang on one another, and so on what may
                        * be damaged; then comes a key */
    PLAIN_COUNT = 64,  /* batches that are written as they are, after one that
                        * does not get shorter */
};

/* Only batches are packed whose layouts are held. */
static struct trail_row **
find_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct spool_shape *shape = spool_find_shape(arg, number);

    *ret_width = WEIR_LAYOUT_MOST;
    return shape ? &shape->row : NULL;
}

/* Returns how many batches hang on one another, with this one.  Either all of
 * its rows are keys or none has to be: else a batch that lacks one row would be
 * no key to the others. */
static unsigned
count_hanging(const struct spool *self, const struct frame_view *batch)
{
    struct frame_use use;
    unsigned hanging = 0;
    size_t at = 0;

    while (frame_batch_uses(batch, &at, &use)) {
        const struct spool_shape *shape = spool_find_shape(self, use.number);
        if (shape && shape->hanging >= hanging)
            hanging = shape->hanging + 1;
    }
    return hanging;
}

/* Notes as much of its layouts; with 0 they begin anew. */
static void
note_hanging(const struct spool *self, const struct frame_view *batch,
             unsigned hanging)
{
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(batch, &at, &use)) {
        struct spool_shape *shape = spool_find_shape(self, use.number);
        if (shape)
            shape->hanging = hanging;
        if (shape && hanging == 0)
            trail_row_destroy(&shape->row);
    }
}

void
spool_pack(struct spool *self, const struct frame_view *batch)
{
    struct trail trail = {.find = find_row, .arg = self, .pass = self->pass};

    frame_release(&self->packed);
    if (!self->packs)
        return;
    if (self->plain_left > 0) {
        self->plain_left--;
        return;
    }
    unsigned hanging = count_hanging(self, batch);
    note_hanging(self, batch, hanging > HANGING_MOST ? 0 : hanging);
    self->packed = trail_pack(&trail, batch, &self->pack_room);
    self->pass = trail.pass;
    self->plain_left = self->packed ? 0 : PLAIN_COUNT;
}

void
spool_pack_anew(struct spool *self)
{
    self->pass++;
    frame_release(&self->packed);
}

void
spool_pack_rest(struct spool *self)
{
    spool_pack_anew(self);
    wire_out_fini(&self->pack_room);
    self->pack_room = (struct wire_out){0};
    for (size_t i = 0; i < self->shape_count; i++)
        trail_row_destroy(&self->shapes[i]->row);
}
