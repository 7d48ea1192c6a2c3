/* spool_segment.c - a file of a spool */
#include <config.h>

#include "link/spool_segment.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/crc32c.h"

enum {
    FORMAT = 1,
    FORMAT_PACKED = 2,
    RECORD_MOST = SPOOL_RECORD_SIZE + FRAME_MOST,
    ALIGNMENT = 8,
};

static const uint32_t magic = 0x4c505357; /* "WSPL" */

struct head_bytes {
    uint32_t magic, version;
    uint64_t salt;
    uint8_t stream[16];
    uint64_t incarnation, first;
    int64_t made_ns;
    uint32_t zero;
    uint32_t sum;
};

struct record_bytes {
    uint32_t sum;
    uint32_t size, type, zero;
    uint64_t sequence;
    int64_t time_ns;
};

_Static_assert(sizeof(struct head_bytes) == SPOOL_HEAD_SIZE, "no gaps");
_Static_assert(sizeof(struct record_bytes) == SPOOL_RECORD_SIZE, "no gaps");

struct spool_cursor {
    struct files *files;
    int fd;
    struct spool_head head;
    uint64_t at;
    unsigned char *bytes; /* [RECORD_MOST], of the file from 'from' on */
    uint64_t from;
    size_t filled;
    uint64_t damaged;
    bool astray; /* what is at 'at' is no record, and counted */
    bool ended;
};

void
spool_head_write(const struct spool_head *head,
                 unsigned char bytes[SPOOL_HEAD_SIZE])
{
    struct head_bytes raw = {
        .magic = magic,
        .version = head->packs ? FORMAT_PACKED : FORMAT,
        .salt = head->salt,
        .incarnation = head->incarnation,
        .first = head->first,
        .made_ns = head->made_ns,
    };

    memcpy(raw.stream, head->stream, sizeof(raw.stream));
    raw.sum = crc32c(0, &raw, sizeof(raw) - sizeof(raw.sum));
    memcpy(bytes, &raw, sizeof(raw));
}

int
spool_head_read(const unsigned char bytes[SPOOL_HEAD_SIZE],
                struct spool_head *ret_head)
{
    struct head_bytes raw;

    memcpy(&raw, bytes, sizeof(raw));
    if (raw.magic != magic || raw.first == 0 ||
        (raw.version != FORMAT && raw.version != FORMAT_PACKED) ||
        raw.sum != crc32c(0, &raw, sizeof(raw) - sizeof(raw.sum)))
        return -EBADMSG;
    *ret_head = (struct spool_head){
        .salt = raw.salt,
        .incarnation = raw.incarnation,
        .first = raw.first,
        .made_ns = raw.made_ns,
        .packs = raw.version == FORMAT_PACKED,
    };
    memcpy(ret_head->stream, raw.stream, sizeof(raw.stream));
    return 0;
}

/* 'rest' [size] is what follows the sum. */
static uint32_t
sum_of(uint64_t salt, const void *rest, size_t size)
{
    return crc32c(crc32c(0, &salt, sizeof(salt)), rest, size);
}

void
spool_record_put(struct wire_out *out, uint64_t salt,
                 const struct spool_record *record)
{
    static const unsigned char zeros[ALIGNMENT];
    size_t room = spool_record_room(record->size);
    size_t begin = out->size;
    struct record_bytes raw = {
        .size = (uint32_t)record->size,
        .type = record->type,
        .sequence = record->sequence,
        .time_ns = record->time_ns,
    };

    wire_put(out, &raw, sizeof(raw));
    wire_put(out, record->body, record->size);
    wire_put(out, zeros, room - sizeof(raw) - record->size);
    uint32_t sum = sum_of(salt, out->bytes + begin + sizeof(raw.sum),
                          room - sizeof(raw.sum));
    memcpy(out->bytes + begin, &sum, sizeof(sum));
}

/* Reading ------------------------------------------------------------------ */

int
spool_cursor_open(struct files *files, int *fd,
                  struct spool_cursor **ret_cursor)
{
    unsigned char bytes[SPOOL_HEAD_SIZE];
    struct spool_head head;

    int rc = file_read(files, *fd, bytes, sizeof(bytes), 0);
    if (rc == 0)
        rc = spool_head_read(bytes, &head);
    if (rc < 0)
        return rc == -ENODATA ? -EBADMSG : rc;
    struct spool_cursor *self = xcalloc(1, sizeof(*self));
    self->files = files;
    self->fd = *fd;
    self->head = head;
    self->at = SPOOL_HEAD_SIZE;
    self->bytes = xcalloc(RECORD_MOST, 1);
    *fd = -1;
    *ret_cursor = self;
    return 0;
}

void
spool_cursor_destroy(struct spool_cursor **self_p)
{
    struct spool_cursor *self = *self_p;

    if (!self)
        return;
    (void)file_close(self->files, self->fd);
    free(self->bytes);
    free(self);
    *self_p = NULL;
}

const struct spool_head *
spool_cursor_head(const struct spool_cursor *self)
{
    return &self->head;
}

/* Returns 0 with the 'size' bytes at 'at', which are before 'end', or -errno.
 */
static int
look(struct spool_cursor *self, size_t size, uint64_t end,
     const unsigned char **ret_bytes)
{
    uint64_t have = self->from + self->filled;

    if (self->at < self->from || self->at + size > have) {
        uint64_t left = end - self->at;
        size_t want = left < RECORD_MOST ? (size_t)left : RECORD_MOST;
        self->filled = 0;
        int rc = file_read(self->files, self->fd, self->bytes, want, self->at);
        if (rc < 0)
            return rc == -ENODATA ? -EIO : rc;
        self->from = self->at;
        self->filled = want;
    }
    *ret_bytes = self->bytes + (self->at - self->from);
    return 0;
}

static bool
is_plausible(const struct record_bytes *raw, uint64_t left)
{
    bool type = raw->type == FRAME_LAYOUT || raw->type == FRAME_BATCH ||
                (raw->type >= SPOOL_PACKED && raw->type <= SPOOL_END);

    return type && raw->zero == 0 && raw->size <= FRAME_MOST &&
           spool_record_room(raw->size) <= left;
}

/* Returns 1 when there is a record at 'at', 0 when not, or -errno. */
static int
try_record(struct spool_cursor *self, uint64_t end,
           struct spool_record *ret_record)
{
    const unsigned char *bytes = NULL;
    struct record_bytes raw;

    int rc = look(self, sizeof(raw), end, &bytes);
    if (rc < 0)
        return rc;
    memcpy(&raw, bytes, sizeof(raw));
    if (!is_plausible(&raw, end - self->at))
        return 0;
    size_t room = spool_record_room(raw.size);
    rc = look(self, room, end, &bytes);
    if (rc < 0)
        return rc;
    if (sum_of(self->head.salt, bytes + sizeof(raw.sum),
               room - sizeof(raw.sum)) != raw.sum)
        return 0;
    *ret_record = (struct spool_record){
        .type = raw.type,
        .sequence = raw.sequence,
        .time_ns = raw.time_ns,
        .body = bytes + sizeof(raw),
        .size = raw.size,
    };
    return 1;
}

/* What is astray at the end is no damage: it may be a record that was being
 * written, or what the file was used for before. */
int
spool_cursor_next(struct spool_cursor *self, uint64_t end,
                  struct spool_record *ret_record)
{
    while (!self->ended && self->at + SPOOL_RECORD_SIZE <= end) {
        int rc = try_record(self, end, ret_record);
        if (rc < 0)
            return rc;
        if (rc == 0) {
            self->astray = true;
            self->at += ALIGNMENT;
            continue;
        }
        self->damaged += self->astray;
        self->astray = false;
        self->at += spool_record_room(ret_record->size);
        self->ended = ret_record->type == SPOOL_END;
        if (!self->ended)
            return 1;
    }
    return 0;
}

uint64_t
spool_cursor_at(const struct spool_cursor *self)
{
    return self->at;
}

void
spool_cursor_skip(struct spool_cursor *self, uint64_t size)
{
    self->at += size;
    self->astray = true;
}

uint64_t
spool_cursor_damaged(const struct spool_cursor *self)
{
    return self->damaged;
}

bool
spool_cursor_ended(const struct spool_cursor *self)
{
    return self->ended;
}
