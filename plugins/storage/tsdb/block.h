/* block.h - up to 64 integers as bits
 *
 * What ints.c leaves of a stream of integers are mostly small numbers, often
 * zeros, now and then a large one.  A block has a form:
 *
 *     framed    u = number - reference, all of one width
 *     patched   the same, but the high bits of a few that are wider stand apart
 *     folded    patched, with u = the number folded (varint.h), no reference
 *     sparse    a bit for each that is not zero, and those framed
 *     zeros     up to 7 blocks of zeros
 *
 * and begins with a byte that says form and width.  A reference is written as
 * the difference to the last one of the stream.
 *
 * Numbers are modulo 2^64; signed ones are meant in two's complement.
 */
#ifndef TSDB_BLOCK_H
#define TSDB_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link/wire.h"

enum {
    BLOCK_MOST = 64,  /* numbers */
    BLOCK_ROOM = 640, /* bytes that any block fits in, with some to spare */
};

enum block_form {
    BLOCK_FRAMED,
    BLOCK_PATCHED,
    BLOCK_FOLDED,
    BLOCK_SPARSE,
    BLOCK_ZEROS,
};

/* How a block is best written. */
struct block_plan {
    enum block_form form;
    unsigned width;     /* bits of each number */
    unsigned high;      /* bits of each patch; 0: there are none */
    uint64_t reference; /* smallest number, or smallest that is not zero */
    uint32_t bits;      /* that the block takes */
};

/* Plans for 'count', 1 to BLOCK_MOST, numbers. */
struct block_plan block_plan(const uint64_t *numbers, size_t count);

/* What is kept between the blocks of a stream; begins as {0}. */
struct block_state {
    uint64_t reference; /* the last one */
    unsigned char
        *run; /* written: the zeros that the last block was, or NULL */
    unsigned zeros_left; /* read: blocks of zeros that are still to come */
};

/* Writes the numbers as planned to 'at', which has BLOCK_ROOM bytes of room;
 * returns where it ends. */
unsigned char *block_write(struct block_state *state,
                           const struct block_plan *plan,
                           const uint64_t *numbers, size_t count,
                           unsigned char *at);

/* Reads 'count' numbers; 'ret_numbers' has room for BLOCK_MOST.  Sets 'bad' of
 * 'in' when there is no such block.  Returns false, with nothing written, when
 * all of them are zero. */
bool block_read(struct block_state *state, struct wire_in *in, size_t count,
                uint64_t *ret_numbers);

#endif /* TSDB_BLOCK_H */
