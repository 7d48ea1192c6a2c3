/* relay_split.h - what came to a relay in one batch, as batches to be sent on
 *
 * They have this process' numbers of layouts.  Where layouts may be at home at
 * different stores (outlet.parts in source.h) each home gets a batch of its
 * own, so that a relay before several stores spreads as a source does; else one
 * batch stays one.  The relay's stage owns it.
 */
#ifndef RELAY_SPLIT_H
#define RELAY_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

struct frame;
struct frame_batch;
struct layout;
struct relay_part;

/* What the relay makes of a layout: the receiver's layout_resolved(). */
struct relay_layout {
    struct layout *own; /* only its number is used */
    uint64_t home;
};

/* {0} at first. */
struct relay_split {
    struct relay_part *parts; /* [count], by home */
    size_t count, room;
    size_t next; /* the first that no frame has yet */
    struct weir_rows *rows;
    struct weir_loose *loose;
    size_t row_room, loose_room;
};

void relay_split_fini(struct relay_split *self);

/* Begins with a batch whose layouts are resolved, lent until the last frame is
 * made; by homes when it is 'parted'. */
void relay_split_begin(struct relay_split *self,
                       const struct frame_batch *batch, bool parted);

/* Returns the next frame; NULL when it would be too large. */
struct frame *relay_split_frame(struct relay_split *self);

/* Says whether all have been made. */
bool relay_split_ended(const struct relay_split *self);

#endif /* RELAY_SPLIT_H */
