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
    *self = (struct part_unpacked){0};
}

void
part_unpacked_fini(struct part_unpacked *self)
{
    for (uint32_t i = 0; i < PART_UNPACKED_MOST; i++)
        free(self->ones[i].bytes);
    (void)ZSTD_freeDCtx(self->unpacker);
}

static struct part_unpacked_one *
find(struct part_unpacked *self, const struct part_extent *extent)
{
    if (self->ones[self->last].extent == extent)
        return &self->ones[self->last];
    for (uint32_t i = 0; i < PART_UNPACKED_MOST; i++)
        if (self->ones[i].extent == extent) {
            self->last = i;
            return &self->ones[i];
        }
    return NULL;
}

/* Takes the one that was unpacked longest ago, with room for the extent. */
static struct part_unpacked_one *
take_oldest(struct part_unpacked *self, const struct part_extent *extent)
{
    struct part_unpacked_one *one = &self->ones[self->next];

    self->last = self->next;
    self->next = (self->next + 1) % PART_UNPACKED_MOST;
    one->extent = NULL;
    if (one->room < extent->plain_size) {
        free(one->bytes);
        one->room = extent->plain_size;
        one->bytes = x_or_die(malloc(one->room));
    }
    return one;
}

int
part_unpack(struct part_unpacked *self, struct part_window *window,
            const struct part *part, const struct part_extent *extent,
            const unsigned char **ret_bytes)
{
    struct part_unpacked_one *one = find(self, extent);
    const unsigned char *bytes = NULL;

    if (one) {
        *ret_bytes = one->bytes;
        return 0;
    }
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
    one = take_oldest(self, extent);
    size_t size = ZSTD_decompressDCtx(self->unpacker, one->bytes,
                                      extent->plain_size, in.next, in.left);
    if (ZSTD_isError(size) || size != extent->plain_size)
        return -EBADMSG;
    one->extent = extent;
    *ret_bytes = one->bytes;
    return 0;
}
