/* part_extent.c - frames of a part that were packed together */
#include <config.h>

#include <errno.h>

#include <weir/cleanup.h>

#include <zstd.h>

#include "link/crc32c.h"
#include "part_format.h"

enum { ENTRY_LEAST = 3 }; /* bytes of the table */

/* Reads the entry of the extent that follows 'before'. */
static int
read_entry(struct wire_in *in, const struct part_extent *before, uint64_t end,
           struct part_extent *ret_extent)
{
    uint64_t from = before->offset + before->size;
    uint64_t gap = varint_read(in);
    uint64_t plain_size = varint_read(in), size = varint_read(in);

    if (in->bad || plain_size == 0 || plain_size > PART_WINDOW_MOST ||
        size > PART_WINDOW_MOST || gap > end - from || size > end - from - gap)
        return -EBADMSG;
    *ret_extent = (struct part_extent){
        .offset = from + gap,
        .plain = before->plain + before->plain_size + gap,
        .size = (uint32_t)size,
        .plain_size = (uint32_t)plain_size,
    };
    return 0;
}

/* Reads the table, of which 'in' is all but the checksum. */
static int
read_table(struct part *self, struct wire_in *in)
{
    struct part_extent before = {
        .offset = sizeof(struct part_head),
        .plain = sizeof(struct part_head),
    };

    self->extents = xcalloc(in->left / ENTRY_LEAST + 1, sizeof(*self->extents));
    while (in->left) {
        int rc = read_entry(in, &before, self->foot.extents, &before);
        if (rc < 0)
            return rc;
        self->extents[self->extent_count++] = before;
    }
    return 0;
}

int
part_extents_read(struct part *self)
{
    uint64_t offset = self->foot.extents;
    size_t size = (size_t)(self->foot.times - offset);
    if (size == 0)
        return 0;
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(size, 1);

    int rc = part_bytes(self, offset, bytes, size);
    if (rc < 0)
        return rc;
    struct wire_in in = {bytes, size, false};
    uint32_t sum = wire_u32(&in);
    if (in.bad || in.left == 0 || crc32c(0, in.next, in.left) != sum)
        return -EBADMSG;
    return read_table(self, &in);
}

const struct part_extent *
part_extent_before(const struct part *self, uint64_t plain)
{
    size_t low = 0, high = self->extent_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->extents[middle].plain <= plain)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &self->extents[low - 1] : NULL;
}

uint64_t
part_plain_end(const struct part *self)
{
    if (self->extent_count == 0)
        return self->foot.extents;
    const struct part_extent *last = &self->extents[self->extent_count - 1];

    return last->plain + last->plain_size +
           (self->foot.extents - last->offset - last->size);
}

void
part_unpacked_init(struct part_unpacked *self)
{
    self->extent = NULL;
    self->unpacker = NULL;
}

void
part_unpacked_fini(struct part_unpacked *self)
{
    (void)ZSTD_freeDCtx(self->unpacker);
}

int
part_unpack(struct part_unpacked *self, struct part_window *window,
            const struct part *part, const struct part_extent *extent)
{
    const unsigned char *bytes = NULL;

    if (self->extent == extent && self->part == part)
        return 0;
    self->extent = NULL;
    int rc =
        part_window_read(window, part, extent->offset, extent->size, &bytes);
    if (rc < 0)
        return rc;
    struct wire_in in = {bytes, extent->size, false};
    uint32_t sum = wire_u32(&in);
    if (in.bad || crc32c(0, in.next, in.left) != sum || wire_u8(&in) != 0 ||
        in.bad)
        return -EBADMSG;
    if (!self->unpacker)
        self->unpacker = x_or_die(ZSTD_createDCtx());
    size_t size = ZSTD_decompressDCtx(self->unpacker, self->bytes,
                                      sizeof(self->bytes), in.next, in.left);
    if (ZSTD_isError(size) || size != extent->plain_size)
        return -EBADMSG;
    self->extent = extent;
    self->part = part;
    return 0;
}
