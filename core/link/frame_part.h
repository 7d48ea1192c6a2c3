/* link/frame_part.h - the head of each part of a batch, for frame_batch.c and
 * trail*.c alone
 *
 * A batch's body is u32 count of parts, u32 zero; then each part, 8-aligned:
 * this head, and as many bytes as it says.  Rows are their times, values and,
 * when flagged, presence bits; loose samples are times, values, and indexes
 * padded to 8 bytes.
 */
#ifndef LINK_FRAME_PART_H
#define LINK_FRAME_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PART_ROWS = 1, PART_LOOSE = 2 };
enum { VALUES_DOUBLE = 0 };
enum { PART_HAS_PRESENT = 1 };
enum { BODY_HEAD_SIZE = 8, WORD_BITS = 64 };

struct part_head {
    uint8_t kind, values, version, flags;
    uint32_t layout, width, count;
    uint64_t size;
};

_Static_assert(sizeof(struct part_head) == 24, "no gaps");

/* Words of presence bits of a row. */
static inline size_t
part_words(uint32_t width)
{
    return (width + WORD_BITS - 1) / WORD_BITS;
}

/* Bytes behind the head. */
static inline size_t
part_rows_size(uint32_t width, uint32_t count, bool has_present)
{
    size_t row = sizeof(int64_t) + width * sizeof(double);

    if (has_present)
        row += part_words(width) * sizeof(uint64_t);
    return row * count;
}

static inline size_t
part_loose_size(uint32_t count)
{
    size_t size = (sizeof(int64_t) + sizeof(double) + sizeof(uint32_t)) * count;

    return (size + 7) & ~(size_t)7;
}

#endif /* LINK_FRAME_PART_H */
