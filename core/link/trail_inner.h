/* trail_inner.h - for trail*.c alone */
#ifndef LINK_TRAIL_INNER_H
#define LINK_TRAIL_INNER_H

#include "link/frame_part.h"
#include "link/trail.h"
#include "link/varint.h"

enum {
    DIGITS_MOST = 9, /* behind the point, of a decimal */
    TRIES_MOST = 4,  /* to find a column's digits, a key */
};

/* Larger numbers are not taken for decimals: sums of two stay exact. */
static const double decimal_most = 4503599627370496; /* 2^52 */

/* A changed value begins with a byte.  Is its lowest bit clear, then it is that
 * of a varint: twice the folded difference of two decimals, as integers.  One
 * that is all ones says that the column's digits follow, and then such a
 * varint.  Else it says how many bytes of the exclusive or follow (less one),
 * and how many zero bytes are below them. */
enum {
    CODE_BITS = 1,
    CODE_COUNT_SHIFT = 1,
    CODE_BELOW_SHIFT = 4,
    CODE_MOST = 0x7f, /* of the last kind */
    CODE_DIGITS = 0xff,
};

/* A column is how a value was last, also where it has been absent since. */
struct trail_row {
    uint64_t sequence; /* of the batch that had it; 0: not known */
    uint32_t pass;
    int64_t time_ns;
    uint32_t room;     /* columns, a multiple of 64 */
    uint64_t *values;  /* [room], as bits */
    uint64_t *present; /* [room / 64], the bits behind a row's width are set */
    uint8_t *digits;   /* [room], of decimals; the packer has tries above */
};

/* Returns the row at 'row_p', with room for 'width' columns. */
struct trail_row *trail_row_reserve(struct trail_row **row_p, uint32_t width);

/* Forgets all that was: what follows is a key. */
void trail_row_clear(struct trail_row *self);

/* 10 to the power of 'digits', exactly. */
double trail_scale(unsigned digits);

/* The bits of the last word of a row that are no columns. */
static inline uint64_t
trail_padding(uint32_t width, size_t word)
{
    size_t columns = width - word * WORD_BITS;

    return columns < WORD_BITS ? UINT64_MAX << columns : 0;
}

static inline double
trail_double(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof(number));
    return number;
}

static inline uint64_t
trail_bits(double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof(bits));
    return bits;
}

/* Bytes that hold a bit for each of 'count'. */
static inline size_t
trail_bitmap_size(size_t count)
{
    return (count + 7) / 8;
}

#endif /* LINK_TRAIL_INNER_H */
