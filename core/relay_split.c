/* relay_split.c - what came to a relay in one batch, as batches to be sent on
 */
#include <config.h>

#include "relay_split.h"

#include "base.h"
#include "layout.h"
#include "link/frame.h"

/* A part of the batch: rows or loose samples. */
struct relay_part {
    uint64_t home;
    size_t place; /* among all parts, rows first */
    const struct weir_rows *rows;
    const struct weir_loose *loose;
};

void
relay_split_fini(struct relay_split *self)
{
    free(self->parts);
    free(self->rows);
    free(self->loose);
    *self = (struct relay_split){0};
}

/* Parts of one home keep their order. */
static int
compare(const void *a, const void *b)
{
    const struct relay_part *left = a;
    const struct relay_part *right = b;

    if (left->home != right->home)
        return left->home < right->home ? -1 : 1;
    return left->place < right->place ? -1 : 1;
}

static void
make_room(struct relay_split *self, size_t row_count, size_t loose_count)
{
    if (self->room < row_count + loose_count) {
        self->room = row_count + loose_count;
        self->parts = xrealloc(self->parts, self->room, sizeof(*self->parts));
    }
    if (self->row_room < row_count) {
        self->row_room = row_count;
        self->rows = xrealloc(self->rows, row_count, sizeof(*self->rows));
    }
    if (self->loose_room < loose_count) {
        self->loose_room = loose_count;
        self->loose = xrealloc(self->loose, loose_count, sizeof(*self->loose));
    }
}

/* Adds a part to the list; of one that is not parted all are at one home. */
static void
add(struct relay_split *self, const struct relay_part *part,
    const struct relay_layout *layout, bool parted)
{
    struct relay_part *added = &self->parts[self->count];

    *added = *part;
    added->home = parted ? layout->home : 0;
    added->place = self->count++;
}

void
relay_split_begin(struct relay_split *self, const struct frame_batch *batch,
                  bool parted)
{
    size_t row_count = 0;
    size_t loose_count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &row_count);
    const struct weir_loose *loose = frame_batch_loose(batch, &loose_count);

    make_room(self, row_count, loose_count);
    self->count = 0;
    self->next = 0;
    for (size_t i = 0; i < row_count; i++)
        add(self, &(struct relay_part){.rows = &rows[i]}, rows[i].resolved,
            parted);
    for (size_t i = 0; i < loose_count; i++)
        add(self, &(struct relay_part){.loose = &loose[i]}, loose[i].resolved,
            parted);
    if (parted && self->count)
        qsort(self->parts, self->count, sizeof(*self->parts), compare);
}

/* The part's layout as this process numbers it. */
static const struct weir_layout *
own_shape(const struct relay_layout *layout)
{
    return layout_shape(layout->own);
}

struct frame *
relay_split_frame(struct relay_split *self)
{
    uint64_t home = self->count ? self->parts[self->next].home : 0;
    size_t row_count = 0;
    size_t loose_count = 0;

    for (; self->next < self->count; self->next++) {
        const struct relay_part *part = &self->parts[self->next];
        if (part->home != home)
            break;
        if (part->rows) {
            self->rows[row_count] = *part->rows;
            self->rows[row_count++].layout = own_shape(part->rows->resolved);
        } else {
            self->loose[loose_count] = *part->loose;
            self->loose[loose_count++].layout =
                own_shape(part->loose->resolved);
        }
    }
    return frame_of_batch(self->rows, row_count, self->loose, loose_count);
}

bool
relay_split_ended(const struct relay_split *self)
{
    return self->next == self->count;
}
