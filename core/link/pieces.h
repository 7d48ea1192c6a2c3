/* pieces.h - one layout as FRAME_LAYOUT frames, which follow without gaps
 *
 * They may be stowed, and mostly are.
 */
#ifndef LINK_PIECES_H
#define LINK_PIECES_H

#include "link/frame.h"

struct piece {
    struct frame *frame;
    uint32_t end; /* series up to here, with the pieces before it */
};

/* {0} at first. */
struct pieces {
    uint32_t count, room;
    uint32_t given;       /* pieces that somebody else has, too */
    bool leaving;         /* it was forgotten before any was given */
    struct piece *pieces; /* [count] */
};

void pieces_fini(struct pieces *self);

/* Takes the next frame, whose series end at 'end'. */
void pieces_add(struct pieces *self, struct frame **frame_p, uint32_t end);

/* How many series there are. */
uint32_t pieces_end(const struct pieces *self);

/* Returns the first piece with series from 'from' on; 'count' when none has. */
uint32_t pieces_from(const struct pieces *self, uint32_t from);

#endif /* LINK_PIECES_H */
