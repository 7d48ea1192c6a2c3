/* bits.c - numbers of one width, packed without gaps */
#include <config.h>

#include "bits.h"

#include <string.h>

enum {
    SPARE = 16,         /* bytes that are read behind the last one */
    ONE_LOAD_MOST = 57, /* bits that 8 bytes have from any bit of a byte on */
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

/* Both read whole words, and numbers up to BITS_MOST whatever 'count' says, so
 * that there is nothing to decide in the loop. */
static void
unpack_narrow(const unsigned char *bytes, unsigned width, uint64_t *ret_numbers)
{
    uint64_t mask = mask_of(width);

    for (unsigned i = 0; i < BITS_MOST; i++) {
        unsigned bit = i * width;
        ret_numbers[i] = load(bytes + bit / 8) >> bit % 8 & mask;
    }
}

static void
unpack_wide(const unsigned char *bytes, unsigned width, uint64_t *ret_numbers)
{
    uint64_t mask = mask_of(width);

    for (unsigned i = 0; i < BITS_MOST; i++) {
        unsigned bit = i * width, shift = bit % 8;
        uint64_t low = load(bytes + bit / 8) >> shift;
        uint64_t high = (uint64_t)bytes[bit / 8 + 8] << 8 << (56 - shift);
        ret_numbers[i] = (low | high) & mask;
    }
}

void
bits_read(struct wire_in *in, size_t count, unsigned width,
          uint64_t *ret_numbers)
{
    unsigned char copy[BITS_MOST * 8 + SPARE];
    size_t left = in->left;
    size_t size = (count * width + 7) / 8;
    const unsigned char *bytes = wire_take(in, size);

    if (!bytes)
        return;
    if (left < (size_t)BITS_MOST * width / 8 + SPARE) {
        memset(copy, 0, sizeof(copy));
        memcpy(copy, bytes, size);
        bytes = copy;
    }
    if (width <= ONE_LOAD_MOST)
        unpack_narrow(bytes, width, ret_numbers);
    else
        unpack_wide(bytes, width, ret_numbers);
}
