/* gzip.c - pack and unpack the bodies of requests and answers */
#include <config.h>

#include "http/gzip.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#define ZLIB_CONST
#include <zlib.h>

#include <weir/cleanup.h>

#include "base.h"

enum {
    WINDOW_GZIP = 14 + 16,   /* with MEMORY 7 half of what is usual */
    WINDOW_EITHER = 15 + 32, /* zlib tells gzip from zlib itself */
    LEVEL = 1,
    MEMORY = 7,
    FIRST_SIZE = 4096,
};

struct unpacked {
    char *bytes;
    size_t size, room; /* room without the last '\0' */
    size_t most;
};

/* Makes room for more, one byte above the most at last, so that too much is
 * seen. */
static void
grow(struct unpacked *self)
{
    size_t room = self->room ? self->room * 2 : FIRST_SIZE;

    self->room = room > self->most ? self->most + 1 : room;
    self->bytes = xrealloc(self->bytes, self->room + 1, 1);
}

/* Inflates one step; returns what inflate() said. */
static int
step(z_stream *stream, struct unpacked *into)
{
    if (into->size == into->room)
        grow(into);

    size_t room = into->room - into->size;
    stream->next_out = (Bytef *)into->bytes + into->size;
    stream->avail_out = room > UINT_MAX ? UINT_MAX : (uInt)room;
    uInt before = stream->avail_out;
    int rc = inflate(stream, Z_NO_FLUSH);
    into->size += before - stream->avail_out;
    return rc;
}

/* A gzip file may have several members; they follow each other. */
static int
unpack_members(z_stream *stream, struct unpacked *into)
{
    for (;;) {
        int rc = step(stream, into);
        if (into->size > into->most)
            return -EMSGSIZE;
        if (rc == Z_STREAM_END && stream->avail_in == 0)
            return 0;
        if (rc == Z_STREAM_END)
            rc = inflateReset(stream);
        if (rc != Z_OK)
            return -EBADMSG;
    }
}

int
gzip_unpack(const void *packed, size_t size, size_t most, char **ret_bytes,
            size_t *ret_size)
{
    struct unpacked into = {.most = most};
    z_stream stream = {.next_in = packed, .avail_in = (uInt)size};

    if (size > UINT_MAX)
        return -EMSGSIZE;
    if (inflateInit2(&stream, WINDOW_EITHER) != Z_OK)
        return -ENOMEM;
    int rc = unpack_members(&stream, &into);
    (void)inflateEnd(&stream);
    if (rc < 0) {
        free(into.bytes);
        return rc;
    }

    into.bytes[into.size] = '\0';
    *ret_bytes = into.bytes;
    *ret_size = into.size;
    return 0;
}

bool
gzip_pack(const void *bytes, size_t size, char **ret_packed, size_t *ret_size)
{
    z_stream stream = {.next_in = bytes, .avail_in = (uInt)size};

    if (size == 0 || size > UINT_MAX ||
        deflateInit2(&stream, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;

    /* What does not fit into the size that it had is not worth sending. */
    weir_cleanup(weir_free) char *packed = xrealloc(NULL, size, 1);
    stream.next_out = (Bytef *)packed;
    stream.avail_out = (uInt)size;
    int rc = deflate(&stream, Z_FINISH);
    *ret_size = size - stream.avail_out;
    (void)deflateEnd(&stream);
    if (rc != Z_STREAM_END)
        return false;

    *ret_packed = xrealloc(weir_take(packed), *ret_size, 1);
    return true;
}

struct packer {
    z_stream stream;
};

struct packer *
packer_new(void)
{
    struct packer *self = xcalloc(1, sizeof(*self));

    if (deflateInit2(&self->stream, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY,
                     Z_DEFAULT_STRATEGY) == Z_OK)
        return self;
    free(self);
    return NULL;
}

void
packer_destroy(struct packer **self_p)
{
    struct packer *self = weir_take(*self_p);

    if (!self)
        return;
    (void)deflateEnd(&self->stream);
    free(self);
}

char *
packer_add(struct packer *self, const void *bytes, size_t size, bool last,
           size_t *ret_size)
{
    z_stream *stream = &self->stream;
    size_t room = deflateBound(stream, size) + FIRST_SIZE;
    size_t used = 0;
    char *packed = NULL;
    int rc = Z_OK;

    stream->next_in = bytes;
    stream->avail_in = (uInt)size;
    do {
        packed = xrealloc(packed, used + room, 1);
        stream->next_out = (Bytef *)packed + used;
        stream->avail_out = (uInt)room;
        rc = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
        used += room - stream->avail_out;
    } while (rc == Z_OK && stream->avail_out == 0);
    *ret_size = used;
    return packed;
}

/* Says whether the parameters that follow a coding give it no weight: q=0. */
static bool
is_refused(const char *parameters, size_t length)
{
    const char *q = memmem(parameters, length, "q=", 2);

    if (!q)
        return false;

    size_t digits = strspn(q + 2, "0.");
    char next = q[2 + digits];
    return digits > 0 && (next < '1' || next > '9');
}

bool
gzip_is_accepted(const char *accept_encoding)
{
    const char *text = accept_encoding ? accept_encoding : "";

    while (*text) {
        text += strspn(text, " \t,");
        size_t length = strcspn(text, ",");
        size_t name = strcspn(text, "; \t,");
        if ((name == 4 && strncasecmp(text, "gzip", 4) == 0) ||
            (name == 1 && *text == '*'))
            return !is_refused(text + name, length - name);
        text += length;
    }
    return false;
}
