/* bits.c - numbers of one width, packed without gaps */
#include <config.h>

#include "bits.h"

#include <string.h>

enum {
    SPARE = 16,         /* bytes that are read behind the last one */
    ONE_LOAD_MOST = 56, /* bits that 8 bytes have from any bit of a byte on */
};

static inline uint64_t
load(const unsigned char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return word;
}

static inline uint64_t
mask_of(unsigned width)
{
    return width < 64 ? (UINT64_C(1) << width) - 1 : UINT64_MAX;
}

unsigned char *
bits_pack(const uint64_t *numbers, size_t count, unsigned width,
          unsigned char *at)
{
    uint64_t mask = mask_of(width), word = 0;
    unsigned used = 0; /* bits of 'word' */
    unsigned char *end = at + (count * width + 7) / 8;

    for (size_t i = 0; i < count; i++) {
        uint64_t number = numbers[i] & mask;
        word |= number << used;
        used += width;
        if (used < 64)
            continue;
        memcpy(at, &word, sizeof(word));
        at += sizeof(word);
        used -= 64;
        word = used ? number >> (width - used) : 0;
    }
    memcpy(at, &word, sizeof(word));
    return end;
}

/* What the loops below need.  They read whole words, and BITS_MOST numbers
 * whatever the count, so that there is nothing to decide in them. */
struct packed {
    const unsigned char *bytes;
    unsigned width;
    uint64_t base;
};

/* Eight numbers take as many bytes as each has bits.  The compiler makes one of
 * these for each width, in which all but the bytes is constant. */
#define UNPACK(i) \
    ret[i] = (load(bytes + (i)*width / 8) >> (i)*width % 8 & mask) + base

static inline __attribute__((always_inline)) void
unpack_of(const struct packed *packed, unsigned width, uint64_t *ret)
{
    uint64_t mask = mask_of(width), base = packed->base;
    const unsigned char *bytes = packed->bytes;

    for (unsigned i = 0; i < BITS_MOST; i += 8, ret += 8, bytes += width) {
        UNPACK(0);
        UNPACK(1);
        UNPACK(2);
        UNPACK(3);
        UNPACK(4);
        UNPACK(5);
        UNPACK(6);
        UNPACK(7);
    }
}

#define CASE(width)                    \
    case width:                        \
        unpack_of(packed, width, ret); \
        return
#define CASES(from)   \
    CASE(from);       \
    CASE((from) + 1); \
    CASE((from) + 2); \
    CASE((from) + 3); \
    CASE((from) + 4); \
    CASE((from) + 5); \
    CASE((from) + 6); \
    CASE((from) + 7)

static void
unpack_narrow(const struct packed *packed, uint64_t *ret)
{
    switch (packed->width) {
        CASES(0);
        CASES(8);
        CASES(16);
        CASES(24);
        CASES(32);
        CASES(40);
        CASES(48);
    default:
        unpack_of(packed, ONE_LOAD_MOST, ret);
    }
}

static void
unpack_wide(const struct packed *packed, uint64_t *ret)
{
    uint64_t mask = mask_of(packed->width);

    for (unsigned i = 0; i < BITS_MOST; i++) {
        unsigned bit = i * packed->width, shift = bit % 8;
        const unsigned char *bytes = packed->bytes + bit / 8;
        uint64_t high = (uint64_t)bytes[8] << 8 << (56 - shift);
        ret[i] = ((load(bytes) >> shift | high) & mask) + packed->base;
    }
}

void
bits_read(struct wire_in *in, size_t count, unsigned width, uint64_t base,
          uint64_t *ret_numbers)
{
    unsigned char copy[BITS_MOST * 8 + SPARE];
    size_t left = in->left;
    size_t size = (count * width + 7) / 8;
    struct packed packed = {wire_take(in, size), width, base};

    if (!packed.bytes)
        return;
    if (left < (size_t)BITS_MOST * width / 8 + SPARE) {
        memset(copy, 0, sizeof(copy));
        memcpy(copy, packed.bytes, size);
        packed.bytes = copy;
    }
    if (width <= ONE_LOAD_MOST)
        unpack_narrow(&packed, ret_numbers);
    else
        unpack_wide(&packed, ret_numbers);
}
