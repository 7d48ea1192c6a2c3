/* part_cursor.c - a place in a part, and memory to decode into */
#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "decimal.h"
#include "link/crc32c.h"
#include "part_format.h"
#include "times.h"

struct part_cursor {
    const struct part *part;
    struct part_trail *trail; /* of the part; NULL at its beginning */
    uint32_t first, last;     /* series sought */
    int64_t after_ns, until_ns;
    double values[CODEC_MOST];
    struct part_trails trails;
    struct part_times times;
    struct part_window frames;
    struct part_unpacked unpacked;
};

struct part_cursor *
part_cursor_new(const struct part *part)
{
    struct part_cursor *self = x_or_die(malloc(sizeof(*self)));

    self->part = part;
    self->frames.part = NULL;
    part_trails_init(&self->trails);
    part_times_init(&self->times);
    part_unpacked_init(&self->unpacked);
    part_cursor_rewind(self);
    return self;
}

void
part_cursor_turn(struct part_cursor *self, const struct part *part)
{
    self->part = part;
    part_cursor_rewind(self);
}

void
part_cursor_destroy(struct part_cursor **self_p)
{
    struct part_cursor *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    part_unpacked_fini(&self->unpacked);
    free(self);
}

void
part_cursor_seek(struct part_cursor *self, uint32_t id, int64_t after_ns,
                 int64_t until_ns)
{
    self->trail = part_trails_find(&self->trails, self->part);
    part_trail_seek(self->trail, id);
    self->first = self->last = id;
    self->after_ns = after_ns;
    self->until_ns = until_ns;
}

void
part_cursor_rewind(struct part_cursor *self)
{
    self->trail = NULL;
    self->first = 0;
    self->last = UINT32_MAX;
    self->after_ns = INT64_MIN;
    self->until_ns = INT64_MAX;
}

/* Says whether no chunk from this one on can be sought. */
static bool
is_beyond(const struct part_cursor *self, const struct part_chunk *chunk)
{
    return chunk->series > self->last ||
           (chunk->series == self->last && chunk->from_ns > self->until_ns);
}

int
part_cursor_next(struct part_cursor *self, struct part_chunk *ret_chunk)
{
    if (!self->trail) {
        self->trail = part_trails_find(&self->trails, self->part);
        part_trail_rewind(self->trail);
    }
    do {
        int rc = part_trail_next(self->trail, self->first, ret_chunk);
        if (rc < 0)
            return rc;
        if (is_beyond(self, ret_chunk)) {
            part_trail_back(self->trail);
            return -ENODATA;
        }
    } while (ret_chunk->series < self->first ||
             ret_chunk->until_ns <= self->after_ns);
    return 0;
}

/* Lends the chunk's frame without its checksum, out of an extent. */
static int
lend_packed(struct part_cursor *self, const struct part_chunk *chunk,
            const struct part_extent *extent, struct wire_in *ret_frame)
{
    uint64_t skip = chunk->offset - extent->plain;
    const unsigned char *bytes = NULL;

    if (chunk->size > extent->plain_size - skip)
        return -EBADMSG;
    int rc =
        part_unpack(&self->unpacked, &self->frames, self->part, extent, &bytes);
    if (rc < 0)
        return rc;
    *ret_frame = (struct wire_in){bytes + skip, chunk->size, false};
    return 0;
}

/* The same of a frame that lies alone, at 'offset' of the file. */
static int
lend_alone(struct part_cursor *self, const struct part_chunk *chunk,
           uint64_t offset, struct wire_in *ret_frame)
{
    const unsigned char *bytes = NULL;
    uint64_t end = self->part->foot.extents;

    if (offset > end || chunk->size > end - offset)
        return -EBADMSG;
    int rc = part_window_read(&self->frames, self->part, offset, chunk->size,
                              &bytes);
    if (rc < 0)
        return rc;
    struct wire_in in = {bytes, chunk->size, false};
    uint32_t sum = wire_u32(&in);
    if (in.bad || crc32c(0, in.next, in.left) != sum)
        return -EBADMSG;
    *ret_frame = in;
    return 0;
}

static int
lend_frame(struct part_cursor *self, const struct part_chunk *chunk,
           struct wire_in *ret_frame)
{
    const struct part_extent *extent =
        part_extent_before(self->part, chunk->offset);
    if (!extent)
        return lend_alone(self, chunk, chunk->offset, ret_frame);
    uint64_t skip = chunk->offset - extent->plain;
    if (skip < extent->plain_size)
        return lend_packed(self, chunk, extent, ret_frame);
    uint64_t behind = extent->offset + extent->size - extent->plain_size;

    return lend_alone(self, chunk, behind + skip, ret_frame);
}

/* Finds the payload of a chunk's frame, and checks that it is the chunk's. */
static int
read_frame(struct part_cursor *self, const struct part_chunk *chunk,
           struct wire_in *ret_payload)
{
    struct wire_in in;

    int rc = lend_frame(self, chunk, &in);
    if (rc < 0)
        return rc;
    uint64_t size = varint_read(&in);
    uint64_t series = varint_read(&in), vector = varint_read(&in);
    uint8_t kind = wire_u8(&in);
    bool whole = kind == PART_KIND_WHOLE;
    uint64_t skip = whole ? 0 : varint_read(&in);
    uint64_t count =
        whole ? self->part->vectors[chunk->vector].count : varint_read(&in);
    if (in.bad || size != in.left || series != chunk->series ||
        vector != chunk->vector || skip != chunk->skip ||
        count != chunk->count || kind > PART_KIND_WHOLE)
        return -EBADMSG;
    *ret_payload = in;
    return 0;
}

int
part_cursor_load_times(struct part_cursor *self, const struct part_chunk *chunk,
                       const int64_t **ret_times_ns)
{
    return part_times_load(&self->times, self->part, chunk, ret_times_ns);
}

int
part_cursor_load_level(struct part_cursor *self, const struct part_chunk *chunk,
                       struct span *ret_span)
{
    *ret_span =
        (struct span){.count = chunk->count, .level = chunk->summary.min};
    int rc = part_times_look(&self->times, self->part, chunk, ret_span);
    if (rc == 0)
        rc = part_cursor_load_times(self, chunk, &ret_span->times_ns);
    return rc < 0 ? rc : 0;
}

int
part_cursor_load_span(struct part_cursor *self, const struct part_chunk *chunk,
                      struct span *ret_span)
{
    struct wire_in payload;
    double divisor = 1;

    int rc = read_frame(self, chunk, &payload);
    if (rc == 0)
        rc = codec_decode_undivided(payload.next, payload.left, chunk->count,
                                    self->values, &divisor);
    if (rc == 0)
        rc = part_cursor_load_level(self, chunk, ret_span);
    if (rc < 0)
        return rc;
    ret_span->values = self->values;
    ret_span->divisor = divisor;
    return 0;
}

void
part_cursor_spell(struct part_cursor *self, struct span *span, size_t first,
                  size_t end)
{
    double *values = self->values + first;
    size_t count = end - first;

    span->times_ns = span->times_ns
                         ? span->times_ns + first
                         : part_times_make(&self->times, span, first, end);
    if (span->divisor != 1)
        decimals_divide(values, count, span->divisor);
    span->values = values;
    span->divisor = 1;
    span->count = count;
}

int
part_cursor_load(struct part_cursor *self, const struct part_chunk *chunk,
                 const int64_t **ret_times_ns, const double **ret_values)
{
    const int64_t *times_ns = NULL;
    struct wire_in payload;

    int rc = read_frame(self, chunk, &payload);
    if (rc == 0)
        rc = codec_decode(payload.next, payload.left, chunk->count,
                          self->values);
    if (rc == 0)
        rc = part_cursor_load_times(self, chunk, &times_ns);
    if (rc < 0)
        return rc;
    *ret_times_ns = times_ns;
    *ret_values = self->values;
    return 0;
}

int
part_cursor_lend(struct part_cursor *self, const struct part_chunk *chunk,
                 struct part_encoded *ret_encoded)
{
    const int64_t *times_ns = NULL;
    struct wire_in payload;

    int rc = read_frame(self, chunk, &payload);
    if (rc == 0)
        rc = part_cursor_load_times(self, chunk, &times_ns);
    if (rc < 0)
        return rc;
    *ret_encoded = (struct part_encoded){
        .times_ns = times_ns,
        .count = chunk->count,
        .bytes = payload.next,
        .size = payload.left,
        .summary = chunk->summary,
    };
    return 0;
}
