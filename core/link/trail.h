/* link/trail.h - batches packed: rows as what differs from those before them
 *
 * Both ends of a stream remember the last row of each layout.  A packed batch
 * names, for each of its rows, the batch of the stream with the row before, and
 * says what has changed since; a *key* hangs on no other row.  What is unpacked
 * is the plain body again, byte for byte.
 *
 * A *pass* is batches that were packed one after another.  Of one batch there
 * may be several that hang on different things, under way at once; so a row
 * hangs on one of its own pass alone, and one that the reader has not is always
 * noticed.  core/link/README.md has the bytes.  A trail belongs to one thread.
 */
#ifndef LINK_TRAIL_H
#define LINK_TRAIL_H

#include "link/frame.h"
#include "link/wire.h"

enum { FRAME_PACKED = 1 }; /* a flag of FRAME_BATCH */

/* The last row of a layout. */
struct trail_row;

void trail_row_destroy(struct trail_row **self_p);

/* Finds where a layout's last row is kept, NULL at first, and how many series
 * the layout has; NULL when there is no such layout. */
typedef struct trail_row **trail_find(void *arg, uint32_t number,
                                      uint32_t *ret_width);

/* Packs for a reader who has what was packed since the pass began. */
struct trail {
    trail_find *find;
    void *arg;
    uint32_t pass; /* begins by chance, and is another one when the reader may
                    * lack what was packed before */
};

/* Packs the plain FRAME_BATCH 'batch', which was numbered.  Returns the frame,
 * or NULL when it would be no shorter, though no row in it is a key, or a
 * layout is not known: it is to go as it is, and the pass is another one then.
 */
struct frame *trail_pack(struct trail *self, const struct frame_view *batch,
                         struct wire_out *room);

enum { TRAIL_PLAIN_MOST = FRAME_MOST - FRAME_HEAD_SIZE };

/* Where a plain body is made. */
struct trail_plain {
    unsigned char *bytes; /* [TRAIL_PLAIN_MOST], 8-aligned */
    size_t size;          /* of the body */
    uint32_t missing;     /* the layout that is not known, after -ENOENT */
};

/* Unpacks a FRAME_BATCH that says FRAME_PACKED.  Returns 0, -EBADMSG, -ENOENT
 * when a layout is not known, or not that long, or -ESTALE when a row hangs on
 * one that is not there. */
int trail_unpack(trail_find *find, void *arg, const struct frame_view *batch,
                 struct trail_plain *plain);

#endif /* LINK_TRAIL_H */
