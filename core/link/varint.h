/* link/varint.h - whole numbers in as few bytes as they need
 *
 * Seven bits a byte, low ones first; all bytes but the last have the high bit.
 * Signed numbers are folded first, so that small ones of either sign are short.
 */
#ifndef LINK_VARINT_H
#define LINK_VARINT_H

#include <stdint.h>

#include "link/wire.h"

enum { VARINT_MOST = 10 }; /* bytes */

/* 0, -1, 1, -2... become 0, 1, 2, 3... */
static inline uint64_t
varint_fold(uint64_t number)
{
    return number << 1 ^ -(number >> 63);
}

static inline uint64_t
varint_unfold(uint64_t folded)
{
    return folded >> 1 ^ -(folded & 1);
}

/* Writes to 'at', which has VARINT_MOST bytes of room; returns where it ends.
 */
static inline unsigned char *
varint_write(unsigned char *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (unsigned char)(number | 0x80);
    *at++ = (unsigned char)number;
    return at;
}

static inline void
varint_put(struct wire_out *out, uint64_t number)
{
    unsigned char bytes[VARINT_MOST];

    wire_put(out, bytes, (size_t)(varint_write(bytes, number) - bytes));
}

/* The same as varint_read() at the end of the bytes, or of a long number. */
static inline uint64_t
varint_read_slowly(struct wire_in *in)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = wire_u8(in);
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if ((shift && !byte) || (shift == 63 && byte > 1))
            break;
        return number;
    }
    in->bad = true;
    return 0;
}

/* Takes the high bit out of each byte of a word. */
static inline uint64_t
varint_squeeze(uint64_t word)
{
    word = (word & UINT64_C(0x007f007f007f007f)) |
           (word & UINT64_C(0x7f007f007f007f00)) >> 1;
    word = (word & UINT64_C(0x00003fff00003fff)) |
           (word & UINT64_C(0x3fff00003fff0000)) >> 2;
    return (word & UINT64_C(0x000000000fffffff)) |
           (word & UINT64_C(0x0fffffff00000000)) >> 4;
}

/* Reads a number; sets 'bad' when it has no end, or is longer than need be, so
 * that each number has one form only. */
static inline uint64_t
varint_read(struct wire_in *in)
{
    uint64_t word;

    if (in->bad || in->left < sizeof(word))
        return varint_read_slowly(in);
    memcpy(&word, in->next, sizeof(word));
    uint64_t ends = ~word & UINT64_C(0x8080808080808080);
    if (!ends)
        return varint_read_slowly(in);
    uint64_t all = ends ^ (ends - 1); /* bits of the number */
    size_t size = ((size_t)__builtin_ctzll(ends) + 1) / 8;
    if (size > 1 && (word & all) >> (8 * (size - 1)) == 0)
        return varint_read_slowly(in);
    in->next += size;
    in->left -= size;
    return varint_squeeze(word & all);
}

#endif /* LINK_VARINT_H */
