/* link/frame.h - batches and words of the protocol as bytes
 *
 * One frame is one ZeroMQ message: a header of 32 bytes and a body, all
 * little-endian.
 *
 *      0  u32 magic "WEIR"     4  u8 type     5  u8 flags   6  u8 version
 *      7  u8 slot (which stream of the lane)  8  u64 a     16  u64 b
 *     24  u32 size of the body   28  u32 CRC-32C of the body, then of the 28
 *                                    bytes before this
 *
 * Frames come from other hosts: every length is checked against what is there
 * before it is used, and nothing is allocated by a count that a peer gave.
 * A frame's bytes never change once it is sent, so frames are counted: several
 * may hold one, on any thread.
 */
#ifndef LINK_FRAME_H
#define LINK_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

#include "layout.h"

enum {
    FRAME_HEAD_SIZE = 32,
    FRAME_VERSION = 1,
    FRAME_MOST = 1 << 20, /* bytes of a frame with its header */
    FRAME_MESSAGE_MOST = FRAME_MOST + 64,
};

enum frame_type {
    FRAME_HELLO = 1, /* sender: stream, incarnation, first unacknowledged */
    FRAME_WELCOME,   /* receiver: as FRAME_ACK, and whose HELLO it answers */
    FRAME_USE,       /* sender: the layouts that it will use, with counts */
    FRAME_WANT,      /* receiver: which of them it lacks, from which series */
    FRAME_LAYOUT,    /* sender: series of a layout, from one on */
    FRAME_FORGET,    /* sender: layouts that are gone */
    FRAME_BATCH,     /* sender: a = sequence, b = first unacknowledged */
    FRAME_ACK,       /* receiver: a = durable, b = limit: bytes beyond it;
                      * the body says what comes next and what was refused */
    FRAME_PING,      /* sender: a = first unacknowledged, b = last sent */
    FRAME_RESET,     /* receiver: unknown session, say HELLO */
    FRAME_REFUSE,    /* receiver: not permitted; the body is why, a text */
    FRAME_BYE,       /* sender */
    FRAME_SELECT,    /* asker: a = id, b = credit in bytes */
    FRAME_ANSWER,    /* store: a = id, b = part 0, 1, 2...; see answer.h */
    FRAME_CREDIT,    /* asker: a = id, b = absolute limit in bytes */
    FRAME_CANCEL,    /* asker: a = id */
};

struct frame; /* bytes, counted */

struct frame_head {
    uint8_t type, flags, slot;
    uint64_t a, b;
};

/* A frame lent by whoever received it: its header and its body. */
struct frame_view {
    struct frame_head head;
    const unsigned char *body;
    size_t size;
};

/* Returns a frame of 'size' body bytes (NULL: zeroed), for one owner. */
struct frame *frame_new(const struct frame_head *head, const void *body,
                        size_t size);

/* The same in two steps: a frame whose body is yet to be written at
 * '*ret_body', and its end, after which it is a frame like any other. */
struct frame *frame_draft(size_t size, unsigned char **ret_body);
void frame_seal(struct frame *self, const struct frame_head *head);

/* Returns a frame like 'self', for one owner. */
struct frame *frame_copy(const struct frame *self);

struct frame *frame_hold(struct frame *self); /* one owner more; returns self */
void frame_release(struct frame **self_p);    /* any thread */

/* Rewrites the header, and its checksum from the body's; before the frame is
 * shared or sent. */
void frame_set_head(struct frame *self, const struct frame_head *head);

const void *frame_bytes(const struct frame *self, size_t *ret_size);

/* The frame's own header and body; valid as long as the frame. */
struct frame_view frame_look(const struct frame *self);

/* Checks 'size' bytes as a frame.  Returns 0 with '*ret_view' into them, or
 * -EBADMSG: too short, magic, version, type, length or checksum is wrong. */
int frame_parse(const void *bytes, size_t size, struct frame_view *ret_view);

/* Layouts: series 'from' on of 'layout', as many as fit into a frame; 'from'
 * is below its count.  Returns the FRAME_LAYOUT frame and where the next one
 * goes on. */
struct frame *frame_of_layout(const struct weir_layout *layout, uint32_t number,
                              uint32_t from, uint32_t *ret_next);

/* What a FRAME_LAYOUT body holds: series 'from' up to, without, 'end'. */
struct frame_layout {
    uint32_t number, from, end;
};

/* Reads the head of a FRAME_LAYOUT body.  Returns 0, or -EBADMSG. */
int frame_layout_head(const struct frame_view *view,
                      struct frame_layout *ret_head);

/* A layout is kept for as long as somebody may ask for it again, and its names
 * and labels repeat: *stowed*, a FRAME_LAYOUT frame takes a tenth of its bytes.
 * It is never sent nor written so, and only frame_layout_head() reads it then.
 *
 * Takes a FRAME_LAYOUT frame, and returns it as it is kept: stowed, or itself
 * when that would hardly be less, or was done before. */
struct frame *frame_stow(struct frame **frame_p);

/* Returns the frame that was stowed, the same in all its bytes, for one owner
 * more: 'self' itself when it is not stowed. */
struct frame *frame_unstow(struct frame *self);

/* Appends the series of a FRAME_LAYOUT body to 'into', skipping what it has
 * already.  Returns 0, or -EBADMSG with 'into' unchanged: a bad name or label,
 * a series that comes twice, a gap, too many, bytes left over. */
int frame_layout_read(const struct frame_view *view, struct layout *into);

/* A batch as bytes: its parts, which have layouts of layout.h; empty ones are
 * left out.  Times of rows ascend strictly.  NULL when it would exceed
 * FRAME_MOST. */
struct frame *frame_of_batch(const struct weir_rows *rows, size_t row_count,
                             const struct weir_loose *loose,
                             size_t loose_count);

/* Finds the layout called 'number'; NULL when there is none. */
typedef struct layout *frame_find_layout(void *arg, uint32_t number);

/* A batch read from a frame.  Its arrays point into the frame's bytes where
 * they are aligned, else into copies that frame_batch_fini() frees; its memory
 * is kept between reads. */
struct frame_batch;
struct frame_batch *frame_batch_new(void);
void frame_batch_destroy(struct frame_batch **self_p);

struct frame_use {
    uint32_t number, width;
};

/* Reads a FRAME_BATCH body; the batch is valid as long as the view's bytes and
 * until the next read.  Returns 0, -ENOENT when 'find' knows a layout not, or
 * not that long ('*ret_number' says which), or -EBADMSG. */
int frame_batch_read(struct frame_batch *self, const struct frame_view *view,
                     frame_find_layout *find, void *arg, uint32_t *ret_number);

/* Finds the layouts that a FRAME_BATCH body uses, one after another, and how
 * many of their series at least: '*at' is 0 at first.  Returns false when there
 * is none any more, or the body is bad. */
bool frame_batch_uses(const struct frame_view *view, size_t *at,
                      struct frame_use *ret_use);

/* The parts; the layouts' resolved pointers are filled in. */
const struct weir_rows *frame_batch_rows(const struct frame_batch *self,
                                         size_t *ret_count);
const struct weir_loose *frame_batch_loose(const struct frame_batch *self,
                                           size_t *ret_count);

#endif /* LINK_FRAME_H */
