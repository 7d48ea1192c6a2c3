/* spool_unpack.c - the packed batches of a segment, made plain again */
#include <config.h>

#include "link/spool_unpack.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/trail.h"

/* The last row of a layout. */
struct last {
    uint32_t number;
    struct trail_row *row;
};

struct spool_unpacker {
    struct last *lasts; /* [count], by number */
    size_t count, room;
    struct trail_plain plain;
};

struct spool_unpacker *
spool_unpacker_new(void)
{
    struct spool_unpacker *self = xcalloc(1, sizeof(*self));

    self->plain.bytes = xcalloc(TRAIL_PLAIN_MOST, 1);
    return self;
}

void
spool_unpacker_destroy(struct spool_unpacker **self_p)
{
    struct spool_unpacker *self = weir_take(*self_p);

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        trail_row_destroy(&self->lasts[i].row);
    free(self->lasts);
    free(self->plain.bytes);
    free(self);
}

/* Returns where the layout is in the list, or belongs. */
static size_t
place_of(const struct spool_unpacker *self, uint32_t number)
{
    size_t low = 0;
    size_t high = self->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->lasts[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whoever uses the batch sees to its layouts: any is known here. */
static struct trail_row **
find_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct spool_unpacker *self = arg;
    size_t place = place_of(self, number);

    *ret_width = WEIR_LAYOUT_MOST;
    if (place < self->count && self->lasts[place].number == number)
        return &self->lasts[place].row;
    if (self->count == self->room) {
        self->room = self->room * 2 + 16;
        self->lasts = xrealloc(self->lasts, self->room, sizeof(*self->lasts));
    }
    memmove(&self->lasts[place + 1], &self->lasts[place],
            (self->count - place) * sizeof(*self->lasts));
    self->count++;
    self->lasts[place] = (struct last){.number = number};
    return &self->lasts[place].row;
}

int
spool_unpack(struct spool_unpacker *self, struct spool_record *record)
{
    const struct frame_view view = {
        .head = {.type = FRAME_BATCH,
                 .flags = FRAME_PACKED,
                 .a = record->sequence},
        .body = record->body,
        .size = record->size,
    };

    if (trail_unpack(find_row, self, &view, &self->plain) < 0)
        return -EBADMSG;
    record->type = FRAME_BATCH;
    record->body = self->plain.bytes;
    record->size = self->plain.size;
    return 0;
}
