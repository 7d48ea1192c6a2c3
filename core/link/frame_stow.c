/* frame_stow.c - layouts as they are kept, in a fraction of their bytes
 *
 * A stowed frame has the head of what it was, with a flag, and a body that
 * begins with the same numbers; all behind them is packed by zstd.
 */
#include <config.h>

#include "link/frame.h"

#include <assert.h>
#include <string.h>
#include <zstd.h>

#include <weir/cleanup.h>

#include "base.h"

enum {
    STOWED = 0x80,     /* a flag that no frame of the protocol has */
    NUMBERS_SIZE = 16, /* of the body, with what frame_layout_head() reads */
    SIZE_LEAST = 512,  /* of a body that is worth the while */
    LEVEL = 1,
};

static bool
is_stowed(const struct frame_view *view)
{
    return view->head.flags & STOWED;
}

/* Returns NULL when the body would not be a quarter shorter. */
static struct frame *
pack(const struct frame_view *view)
{
    struct frame_head head = view->head;
    size_t room = view->size / 4 * 3;
    weir_cleanup(weir_free) unsigned char *body = x_or_die(malloc(room));

    memcpy(body, view->body, NUMBERS_SIZE);
    size_t size = ZSTD_compress(body + NUMBERS_SIZE, room - NUMBERS_SIZE,
                                view->body + NUMBERS_SIZE,
                                view->size - NUMBERS_SIZE, LEVEL);
    if (ZSTD_isError(size))
        return NULL;
    head.flags |= STOWED;
    return frame_new(&head, body, NUMBERS_SIZE + size);
}

struct frame *
frame_stow(struct frame **frame_p)
{
    weir_cleanup(frame_release) struct frame *frame = weir_take(*frame_p);
    const struct frame_view view = frame_look(frame);
    struct frame *stowed = NULL;

    if (!is_stowed(&view) && view.size >= SIZE_LEAST)
        stowed = pack(&view);
    return stowed ? stowed : weir_take(frame);
}

struct frame *
frame_unstow(struct frame *self)
{
    struct frame_view view = frame_look(self);
    unsigned char *body = NULL;

    if (!is_stowed(&view))
        return frame_hold(self);
    const unsigned char *packed = view.body + NUMBERS_SIZE;
    size_t packed_size = view.size - NUMBERS_SIZE;
    size_t size = ZSTD_getFrameContentSize(packed, packed_size);
    struct frame *frame = frame_draft(NUMBERS_SIZE + size, &body);
    memcpy(body, view.body, NUMBERS_SIZE);
    size_t got =
        ZSTD_decompress(body + NUMBERS_SIZE, size, packed, packed_size);
    assert(got == size);
    (void)got;
    view.head.flags &= (uint8_t)~STOWED;
    frame_seal(frame, &view.head);
    return frame;
}
