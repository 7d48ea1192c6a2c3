/* request_answer.c - the answer to one request: whole, or in parts */
#include <config.h>

#include "http/request_inner.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base.h"

enum {
    WAITING_MOST = 1 << 20, /* bytes of parts for a slow client */
    PACKED_LEAST = 1024,    /* a smaller answer is not worth packing */
    LONG_LEAST = 16 << 10,  /* a first part of so much begins a long answer */
};

static const char no_room[] =
    "the answers that wait for their clients are too large together, try "
    "again\n";

static const struct weir_label no_heads[] = {{0}};

static void
outbox_add(struct outbox *self, const void *bytes, size_t size)
{
    size_t waiting = self->size - self->start;

    if (self->room - waiting < size) {
        self->room = waiting + size;
        self->bytes = xrealloc(self->bytes, self->room, 1);
    }
    if (self->start > 0 && waiting > 0)
        memmove(self->bytes, self->bytes + self->start, waiting);
    self->start = 0;
    if (size)
        memcpy(self->bytes + waiting, bytes, size);
    self->size = waiting + size;
}

/* Says whether there is room for 'size' bytes more. */
static bool
has_room(struct weir_request *self, size_t size)
{
    return share_cover(&self->share, self->out.size - self->out.start + size);
}

void
weir_answer_head(struct weir_request *self, const char *name, const char *value)
{
    HOLD(self);
    if (self->state == REQUEST_OPEN)
        heads_add(&self->answer_heads, &self->texts, name, value);
}

/* Tells the owner, with the lock held: once it sees the end it may free the
 * request, so nothing here may touch it any more. */
static void
begin(struct weir_request *self, enum request_state state, int status,
      const char *type)
{
    if (self->state == REQUEST_OPEN) {
        self->status = status;
        self->type = type ? arena_text(&self->texts, type) : NULL;
    }
    self->state = state;
    if (self->wake)
        self->wake(self->wake_arg, self);
}

/* Returns 0, or why a part has to wait or is not wanted. */
static int
check_part(struct weir_request *self, size_t size)
{
    HOLD(self);
    if (self->left)
        return -EPIPE;
    size_t waiting = self->out.size - self->out.start;
    if ((waiting > 0 && waiting + size > WAITING_MOST) || !has_room(self, size))
        return -EAGAIN;
    return 0;
}

static bool
takes_gzip(struct weir_request *self)
{
    return gzip_is_accepted(heads_get(&self->heads, "Accept-Encoding")) &&
           !heads_get(&self->answer_heads, "Content-Encoding");
}

static void
tell_gzip(struct weir_request *self)
{
    weir_answer_head(self, "Content-Encoding", "gzip");
    weir_answer_head(self, "Vary", "Accept-Encoding");
}

static bool
is_open(struct weir_request *self)
{
    HOLD(self);
    return self->state == REQUEST_OPEN;
}

/* Packs from the first part on, when that promises a long answer. */
static void
begin_packing(struct weir_request *self, size_t size)
{
    if (size < LONG_LEAST || !is_open(self) || !takes_gzip(self))
        return;
    self->packer = packer_new();
    if (self->packer)
        tell_gzip(self);
}

int
weir_answer_part(struct weir_request *self, int status, const char *type,
                 const void *bytes, size_t size)
{
    weir_cleanup(weir_free) char *packed = NULL;

    int rc = check_part(self, size);
    if (rc < 0)
        return rc;
    begin_packing(self, size);
    if (self->packer)
        packed = packer_add(self->packer, bytes, size, false, &size);

    HOLD(self);
    if (self->left)
        return -EPIPE;
    outbox_add(&self->out, packed ? packed : bytes, size);
    begin(self, REQUEST_PARTS, status, type);
    return 0;
}

/* Packs a whole answer where the client can unpack it and it pays. */
static bool
pack(struct weir_request *self, const void *bytes, size_t size,
     struct outbox *packed)
{
    if (size < PACKED_LEAST || request_left(self) || !takes_gzip(self) ||
        !gzip_pack(bytes, size, &packed->bytes, &packed->size))
        return false;
    packed->room = packed->size;
    return true;
}

/* Adds, and frees, what was packed. */
static void
outbox_put(struct weir_request *self, struct outbox *packed)
{
    if (!self->left && self->whole)
        self->out = *packed;
    else if (!self->left)
        outbox_add(&self->out, packed->bytes, packed->size);
    if (self->left || !self->whole)
        free(packed->bytes);
}

static void
drop_heads(struct weir_request *self)
{
    free(self->answer_heads.items);
    self->answer_heads = (struct heads){0};
}

void
weir_answer(struct weir_request **request_p, int status, const char *type,
            const void *bytes, size_t size)
{
    struct weir_request *self = weir_take(*request_p);
    struct outbox packed = {0};
    bool whole = is_open(self);

    if (whole && pack(self, bytes, size, &packed))
        tell_gzip(self);
    else if (self->packer)
        packed.bytes =
            packer_add(self->packer, bytes, size, true, &packed.size);

    HOLD(self);
    assert(self->state != REQUEST_ENDED);
    self->whole = whole;
    if (whole && !has_room(self, packed.bytes ? packed.size : size)) {
        drop_heads(self);
        outbox_add(&self->out, no_room, sizeof(no_room) - 1);
        begin(self, REQUEST_ENDED, 503, "text/plain; charset=utf-8");
        free(packed.bytes);
        return;
    }
    if (packed.bytes)
        outbox_put(self, &packed);
    else if (!self->left)
        outbox_add(&self->out, bytes, size);
    begin(self, REQUEST_ENDED, status, type);
}

enum request_state
request_answer(struct weir_request *self, struct request_answer *ret_answer)
{
    HOLD(self);
    if (self->state != REQUEST_OPEN)
        *ret_answer = (struct request_answer){
            .status = self->status,
            .type = self->type,
            .heads =
                self->answer_heads.items ? self->answer_heads.items : no_heads,
            .whole = self->whole,
            .bytes = self->whole ? self->out.bytes : NULL,
            .size = self->whole ? self->out.size : 0,
        };
    return self->state;
}

bool
request_has_more(struct weir_request *self, bool begun)
{
    HOLD(self);
    if (!begun)
        return self->state != REQUEST_OPEN;
    return self->state == REQUEST_ENDED || self->out.size > self->out.start;
}

ssize_t
request_read(struct weir_request *self, void *buffer, size_t size)
{
    HOLD(self);
    struct outbox *out = &self->out;
    size_t waiting = out->size - out->start;

    if (waiting == 0)
        return self->state == REQUEST_ENDED ? 0 : -EAGAIN;
    if (size > waiting)
        size = waiting;
    memcpy(buffer, out->bytes + out->start, size);
    out->start += size;
    return (ssize_t)size;
}
