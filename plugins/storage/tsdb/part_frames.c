/* part_frames.c - frames of a part on their way into the file
 *
 * Frames wait for each other, without checksums, until together they are worth
 * packing: what bit-packing leaves in one series is often what it left in its
 * neighbour.  Those that do not become much smaller go into the file as they
 * are, so that each can be read alone.
 */
#include <config.h>

#include <string.h>

#include <zstd.h>

#include "link/crc32c.h"
#include "part_format.h"

enum {
    DAY_LEVEL = 2,   /* from here on a part is of a whole day */
    WAIT_MOST = 512, /* frames */
    /* On noise zstd's level 1 takes a tenth of the time that 3 needs. */
    ZSTD_PROBE = 1,
    GAIN_LEAST = 20,       /* one in so many bytes is to be saved */
    EXTENT_HEAD_MOST = 16, /* with its entry in the table */
    NOISE = 4,             /* bytes a sample, above which none will be */
    FRAME_HEAD = 16,       /* bytes, about */
};

/* How much is done to pack. */
struct effort {
    size_t extent; /* bytes of frames; to read one all are unpacked */
    int level;     /* of zstd */
    bool thorough; /* whatever it is */
};

/* Parts of today are made while samples come in, and asked about most.  On a
 * real host's hour at 1 s, in extents of 32 KiB, zstd's level 1 saves 6 %, 3
 * saves 9, 6 saves 10, 19 saves 11. */
static const struct effort effort_today = {8192, 3, false};
static const struct effort effort_day = {16384, 6, true};

struct part_frames {
    const struct effort *effort;
    ZSTD_CCtx *packer;
    unsigned char *packed;
    size_t packed_room;
    struct wire_out plain; /* the frames that wait, without checksums */
    struct part_chunk chunks[WAIT_MOST]; /* what they are; 'offset' in 'plain'
                                          */
    uint32_t count;
    uint64_t samples;             /* of them */
    uint64_t file_end, plain_end; /* of the last extent */
    struct wire_out table;
};

struct part_frames *
part_frames_new(uint32_t level)
{
    struct part_frames *self = xcalloc(1, sizeof(*self));

    self->file_end = self->plain_end = sizeof(struct part_head);
    self->effort = level < DAY_LEVEL ? &effort_today : &effort_day;
    self->packer = x_or_die(ZSTD_createCCtx());
    self->packed_room = ZSTD_compressBound(PART_WINDOW_MOST);
    self->packed = xcalloc(self->packed_room, 1);
    return self;
}

void
part_frames_destroy(struct part_frames **self_p)
{
    struct part_frames *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    (void)ZSTD_freeCCtx(self->packer);
    free(self->packed);
    wire_out_fini(&self->plain);
    wire_out_fini(&self->table);
    free(self);
}

bool
part_frames_take(const struct part_frames *self, size_t size)
{
    return self->count == 0 ||
           (self->count < WAIT_MOST &&
            self->plain.size + size <= self->effort->extent);
}

void
part_frames_add(struct part_frames *self, const struct part_encoded *encoded,
                const struct part_chunk *chunk, bool whole)
{
    struct wire_out *out = &self->plain;
    struct part_chunk *added = &self->chunks[self->count++];

    self->samples += chunk->count;
    *added = *chunk;
    added->offset = out->size;
    varint_put(out, encoded->size);
    varint_put(out, chunk->series);
    varint_put(out, chunk->vector);
    wire_put_u8(out, whole ? PART_KIND_WHOLE : PART_KIND_STRETCH);
    if (!whole) {
        varint_put(out, chunk->skip);
        varint_put(out, chunk->count);
    }
    wire_put(out, encoded->bytes, encoded->size);
    added->size = (uint32_t)(out->size - added->offset);
}

/* Puts the checksum of what follows it at 'begin'. */
static void
put_sum(struct wire_out *out, size_t begin)
{
    const unsigned char *summed = out->bytes + begin + sizeof(uint32_t);
    uint32_t sum = crc32c(0, summed, out->size - begin - sizeof(sum));

    memcpy(out->bytes + begin, &sum, sizeof(sum));
}

/* Packs the frames.  Returns the bytes that it takes, or 0 when it does not
 * pay. */
static size_t
pack(struct part_frames *self, int level)
{
    size_t size = self->plain.size + self->count * sizeof(uint32_t);
    size_t most = size - size / GAIN_LEAST;

    if (most <= EXTENT_HEAD_MOST)
        return 0;
    most -= EXTENT_HEAD_MOST;
    if (most > self->packed_room)
        most = self->packed_room;
    size_t packed =
        ZSTD_compressCCtx(self->packer, self->packed, most, self->plain.bytes,
                          self->plain.size, level);
    return ZSTD_isError(packed) ? 0 : packed;
}

/* The same, after a look whether there is hope. */
static size_t
try_to_pack(struct part_frames *self)
{
    uint64_t noise = self->count * FRAME_HEAD + self->samples * NOISE;

    if (!self->effort->thorough &&
        (self->plain.size > noise || !pack(self, ZSTD_PROBE)))
        return 0;
    return pack(self, self->effort->level);
}

/* Appends the extent to 'out', which is to be written at 'at' of the file. */
static void
put_extent(struct part_frames *self, size_t packed, struct wire_out *out,
           uint64_t at)
{
    size_t begin = out->size;
    uint64_t offset = at + begin, gap = offset - self->file_end;

    wire_put_u32(out, 0);
    wire_put_u8(out, 0); /* no frame begins so */
    wire_put(out, self->packed, packed);
    put_sum(out, begin);
    varint_put(&self->table, gap);
    varint_put(&self->table, self->plain.size);
    varint_put(&self->table, out->size - begin);

    self->plain_end += gap;
    for (uint32_t i = 0; i < self->count; i++)
        self->chunks[i].offset += self->plain_end;
    self->plain_end += self->plain.size;
    self->file_end = at + out->size;
}

/* Appends each frame with its checksum. */
static void
put_frames(struct part_frames *self, struct wire_out *out, uint64_t at)
{
    uint64_t ahead = self->plain_end - self->file_end;

    for (uint32_t i = 0; i < self->count; i++) {
        struct part_chunk *chunk = &self->chunks[i];
        size_t begin = out->size;
        wire_put_u32(out, 0);
        wire_put(out, self->plain.bytes + chunk->offset, chunk->size);
        put_sum(out, begin);
        chunk->offset = at + begin + ahead;
        chunk->size += (uint32_t)sizeof(uint32_t);
    }
}

void
part_frames_settle(struct part_frames *self, struct wire_out *out, uint64_t at,
                   struct part_index *index, const struct part_vectors *vectors)
{
    size_t packed = self->count ? try_to_pack(self) : 0;

    if (packed)
        put_extent(self, packed, out, at);
    else
        put_frames(self, out, at);
    for (uint32_t i = 0; i < self->count; i++)
        part_index_add(index, &self->chunks[i],
                       part_vectors_at(vectors, self->chunks[i].vector));
    self->count = 0;
    self->samples = 0;
    self->plain.size = 0;
}

size_t
part_frames_size(const struct part_frames *self)
{
    return self->plain.size + self->count * sizeof(uint32_t) +
           self->table.size + sizeof(uint32_t);
}

void
part_frames_write_table(const struct part_frames *self, struct wire_out *out)
{
    size_t begin = out->size;

    if (self->table.size == 0)
        return;
    wire_put_u32(out, 0);
    wire_put(out, self->table.bytes, self->table.size);
    put_sum(out, begin);
}
