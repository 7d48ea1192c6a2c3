/* ints.h - a stream of integers as bytes
 *
 * Integers that come one after another are mostly near each other, or grow
 * evenly, and are often multiples of a larger number.  What is left when that
 * is taken out goes into blocks (block.h).  A stream is
 *
 *     u8      order: 0 the numbers, 1 their differences, 2 the differences of
 *             these; and 4 when a common divisor follows
 *     varint  first number, folded; less the first difference if order > 0
 *     varint  common divisor of all differences
 *     varint  first difference, folded, if order is 2
 *     blocks
 *
 * Numbers are modulo 2^64, so that any differences will do.
 */
#ifndef TSDB_INTS_H
#define TSDB_INTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link/wire.h"

enum {
    INTS_MOST = 4096,
    INTS_ROOM = INTS_MOST / 64 * 530 + 640, /* bytes that any stream fits in */
};

/* Encodes 'count', 1 to INTS_MOST, numbers to 'at', which has INTS_ROOM bytes
 * of room.  Returns where the bytes end. */
unsigned char *ints_encode(const uint64_t *numbers, size_t count,
                           unsigned char *at);

/* Decodes 'count' numbers, which must use up 'in', into 'ret_numbers', 8 bytes
 * each.  Returns 0 or -EBADMSG. */
int ints_decode(struct wire_in *in, size_t count, void *ret_numbers);

/* Says whether the 'count' numbers of such a stream grow evenly, all of them
 * being in 'in'; if so, gives the first and how much each is above the one
 * before. */
bool ints_even(const struct wire_in *in, size_t count, uint64_t *ret_first,
               uint64_t *ret_step);

#endif /* TSDB_INTS_H */
