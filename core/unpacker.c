/* unpacker.c - the bytes of a file, unpacked where gzip or zstd packed them */
#include <config.h>

#include "unpacker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <weir/cleanup.h>

#include "base.h"

enum { ROOM = 1 << 17, MAGIC = 4 };

enum packing { PLAIN, GZIP, ZSTD };

struct unpacker {
    int fd;
    enum packing packing;
    uint64_t done, size;
    unsigned char in[ROOM]; /* [in_at .. in_end) is still to be unpacked */
    size_t in_at, in_end;
    bool at_end;   /* of the file */
    bool in_frame; /* of what is packed, more is to come */
    z_stream gzip;
    ZSTD_DStream *zstd;
};

void
unpacker_destroy(struct unpacker **self_p)
{
    struct unpacker *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->fd > STDIN_FILENO)
        (void)close(self->fd);
    if (self->packing == GZIP)
        (void)inflateEnd(&self->gzip);
    (void)ZSTD_freeDStream(self->zstd);
    free(self);
}

/* Reads more of the file behind what is there.  Returns 0 or -errno. */
static int
fill(struct unpacker *self)
{
    memmove(self->in, self->in + self->in_at, self->in_end - self->in_at);
    self->in_end -= self->in_at;
    self->in_at = 0;
    ssize_t got = 0;
    do
        got = read(self->fd, self->in + self->in_end, ROOM - self->in_end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -errno;
    self->at_end = got == 0;
    self->in_end += (size_t)got;
    self->done += (uint64_t)got;
    return 0;
}

static int
begin(struct unpacker *self)
{
    static const unsigned char zstd[] = {0x28, 0xb5, 0x2f, 0xfd};
    int rc = 0;

    while (rc == 0 && !self->at_end && self->in_end < MAGIC)
        rc = fill(self);
    if (rc < 0)
        return rc;
    if (self->in_end >= 2 && self->in[0] == 0x1f && self->in[1] == 0x8b) {
        if (inflateInit2(&self->gzip, 15 + 16) != Z_OK)
            return -ENOMEM;
        self->packing = GZIP;
    } else if (self->in_end >= MAGIC && memcmp(self->in, zstd, MAGIC) == 0) {
        self->packing = ZSTD;
        self->zstd = x_or_die(ZSTD_createDStream());
    }
    return 0;
}

int
unpacker_open(const char *path, struct unpacker **ret_unpacker)
{
    weir_cleanup(unpacker_destroy) struct unpacker *self =
        xcalloc(1, sizeof(*self));
    struct stat found;

    self->fd = strcmp(path, "-") == 0 ? STDIN_FILENO
                                      : open(path, O_RDONLY | O_CLOEXEC);
    if (self->fd < 0)
        return -errno;
    if (fstat(self->fd, &found) == 0 && S_ISREG(found.st_mode))
        self->size = (uint64_t)found.st_size;
    int rc = begin(self);
    if (rc < 0)
        return rc;
    *ret_unpacker = weir_take(self);
    return 0;
}

/* Each unpacks into 'bytes' what it can of what is there.  Returns how many
 * bytes, or -EBADMSG. */
static ssize_t
copy_plain(struct unpacker *self, void *bytes, size_t size)
{
    size_t count = self->in_end - self->in_at;

    if (count > size)
        count = size;
    memcpy(bytes, self->in + self->in_at, count);
    self->in_at += count;
    return (ssize_t)count;
}

static ssize_t
unpack_gzip(struct unpacker *self, void *bytes, size_t size)
{
    z_stream *stream = &self->gzip;
    size_t before = self->in_end - self->in_at;

    if (!self->in_frame && before && inflateReset(stream) != Z_OK)
        return -EBADMSG;
    stream->next_in = self->in + self->in_at;
    stream->avail_in = (uInt)before;
    stream->next_out = bytes;
    stream->avail_out = (uInt)size;
    int rc = inflate(stream, Z_NO_FLUSH);
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return -EBADMSG;
    self->in_at = self->in_end - stream->avail_in;
    self->in_frame = rc != Z_STREAM_END && (self->in_frame || before);
    return (ssize_t)(size - stream->avail_out);
}

static ssize_t
unpack_zstd(struct unpacker *self, void *bytes, size_t size)
{
    ZSTD_inBuffer in = {self->in + self->in_at, self->in_end - self->in_at, 0};
    ZSTD_outBuffer out = {bytes, size, 0};

    if (in.size == 0 && !self->in_frame)
        return 0;
    size_t rc = ZSTD_decompressStream(self->zstd, &out, &in);
    if (ZSTD_isError(rc))
        return -EBADMSG;
    self->in_at += in.pos;
    self->in_frame = rc != 0;
    return (ssize_t)out.pos;
}

ssize_t
unpacker_read(struct unpacker *self, void *bytes, size_t size)
{
    static ssize_t (*const unpacks[])(struct unpacker *, void *, size_t) = {
        [PLAIN] = copy_plain, [GZIP] = unpack_gzip, [ZSTD] = unpack_zstd};

    for (;;) {
        ssize_t got = unpacks[self->packing](self, bytes, size);
        if (got != 0)
            return got;
        if (self->at_end)
            return self->in_frame || self->in_at < self->in_end ? -EBADMSG : 0;
        int rc = fill(self);
        if (rc < 0)
            return rc;
    }
}

uint64_t
unpacker_done(const struct unpacker *self)
{
    return self->done;
}

uint64_t
unpacker_size(const struct unpacker *self)
{
    return self->size;
}
