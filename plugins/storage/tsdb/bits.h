/* bits.h - numbers of one width, packed without gaps, low bits first */
#ifndef TSDB_BITS_H
#define TSDB_BITS_H

#include <stddef.h>
#include <stdint.h>

#include "link/wire.h"

enum { BITS_MOST = 64 }; /* numbers packed at once */

/* Returns how many bits 'number' has; 0 for 0. */
static inline unsigned
bits_width(uint64_t number)
{
    return number ? 64U - (unsigned)__builtin_clzll(number) : 0U;
}

/* Writes the low 'width', 0 to 64, bits of 'count' <= BITS_MOST numbers to
 * 'at', and up to 8 zeros behind; returns where the bits end, in whole bytes.
 */
unsigned char *bits_pack(const uint64_t *numbers, size_t count, unsigned width,
                         unsigned char *at);

/* Reads 'count' <= BITS_MOST numbers and adds 'base' to each; 'ret_numbers' has
 * room for BITS_MOST, and what lies behind 'count' is undefined.  Sets 'bad'
 * when the bytes end. */
void bits_read(struct wire_in *in, size_t count, unsigned width, uint64_t base,
               uint64_t *ret_numbers);

#endif /* TSDB_BITS_H */
