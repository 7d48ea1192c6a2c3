/* frame.c - a frame: its header, its checksum, its owners */
#include <config.h>

#include "link/frame.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base.h"
#include "link/crc32c.h"
#include "link/wire.h"

enum { SUMMED_SIZE = FRAME_HEAD_SIZE - 4 }; /* of the header */

/* The header as it lies in memory and on the wire. */
struct head_bytes {
    uint32_t magic;
    uint8_t type, flags, version, slot;
    uint64_t a, b;
    uint32_t size;
    uint32_t sum;
};

_Static_assert(sizeof(struct head_bytes) == FRAME_HEAD_SIZE, "no gaps");

static const uint32_t magic = 0x52494557; /* "WEIR" */

struct frame {
    atomic_uint owners;
    uint32_t body_sum; /* CRC-32C of the body alone */
    size_t size;       /* with the header */
    _Alignas(16) unsigned char bytes[];
};

struct frame *
frame_new(const struct frame_head *head, const void *body, size_t size)
{
    unsigned char *at = NULL;
    struct frame *self = frame_draft(size, &at);

    if (body && size)
        memcpy(at, body, size);
    else
        memset(at, 0, size);
    frame_seal(self, head);
    return self;
}

struct frame *
frame_draft(size_t size, unsigned char **ret_body)
{
    struct frame *self =
        x_or_die(malloc(sizeof(*self) + FRAME_HEAD_SIZE + size));

    atomic_init(&self->owners, 1);
    self->size = FRAME_HEAD_SIZE + size;
    *ret_body = self->bytes + FRAME_HEAD_SIZE;
    return self;
}

void
frame_seal(struct frame *self, const struct frame_head *head)
{
    self->body_sum =
        crc32c(0, self->bytes + FRAME_HEAD_SIZE, self->size - FRAME_HEAD_SIZE);
    frame_set_head(self, head);
}

struct frame *
frame_copy(const struct frame *self)
{
    unsigned char *body = NULL;
    struct frame *copy = frame_draft(self->size - FRAME_HEAD_SIZE, &body);

    copy->body_sum = self->body_sum;
    memcpy(copy->bytes, self->bytes, self->size);
    return copy;
}

struct frame *
frame_hold(struct frame *self)
{
    atomic_fetch_add_explicit(&self->owners, 1, memory_order_relaxed);
    return self;
}

void
frame_release(struct frame **self_p)
{
    struct frame *self = *self_p;

    *self_p = NULL;
    if (self &&
        atomic_fetch_sub_explicit(&self->owners, 1, memory_order_acq_rel) == 1)
        free(self);
}

void
frame_set_head(struct frame *self, const struct frame_head *head)
{
    struct head_bytes raw = {
        .magic = magic,
        .type = head->type,
        .flags = head->flags,
        .version = FRAME_VERSION,
        .slot = head->slot,
        .a = head->a,
        .b = head->b,
        .size = (uint32_t)(self->size - FRAME_HEAD_SIZE),
    };

    raw.sum = crc32c(self->body_sum, &raw, SUMMED_SIZE);
    memcpy(self->bytes, &raw, sizeof(raw));
}

const void *
frame_bytes(const struct frame *self, size_t *ret_size)
{
    *ret_size = self->size;
    return self->bytes;
}

struct frame_view
frame_look(const struct frame *self)
{
    struct head_bytes raw;

    memcpy(&raw, self->bytes, sizeof(raw));
    return (struct frame_view){
        .head = {raw.type, raw.flags, raw.slot, raw.a, raw.b},
        .body = self->bytes + FRAME_HEAD_SIZE,
        .size = self->size - FRAME_HEAD_SIZE,
    };
}

int
frame_parse(const void *bytes, size_t size, struct frame_view *ret_view)
{
    struct head_bytes raw;

    if (size < FRAME_HEAD_SIZE || size > FRAME_MOST)
        return -EBADMSG;
    memcpy(&raw, bytes, sizeof(raw));
    if (raw.magic != magic || raw.version != FRAME_VERSION ||
        raw.type < FRAME_HELLO || raw.type > FRAME_CANCEL ||
        raw.size != size - FRAME_HEAD_SIZE)
        return -EBADMSG;

    const unsigned char *body = (const unsigned char *)bytes + FRAME_HEAD_SIZE;
    if (crc32c(crc32c(0, body, raw.size), &raw, SUMMED_SIZE) != raw.sum)
        return -EBADMSG;
    *ret_view = (struct frame_view){
        .head = {raw.type, raw.flags, raw.slot, raw.a, raw.b},
        .body = body,
        .size = raw.size,
    };
    return 0;
}
