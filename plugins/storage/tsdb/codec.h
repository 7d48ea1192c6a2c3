/* codec.h - the values of a chunk as bytes, without loss
 *
 * A chunk is some values of one series in the order of their times.  Every bit
 * comes back: NaN payloads (stale markers), infinities and -0 included.  Values
 * that were decimals with few digits become integers, and those are packed
 * by differences (ints.h); other doubles are packed by their bits taken as
 * integers.  The number of values is kept by whoever keeps the bytes.
 *
 * Functions are pure; any thread may call them.
 */
#ifndef TSDB_CODEC_H
#define TSDB_CODEC_H

#include <stddef.h>
#include <stdint.h>

enum {
    CODEC_MOST = 4096,  /* values of a chunk */
    CODEC_ROOM = 40960, /* bytes that any chunk fits in */
};

/* Encodes 'count', 1 to CODEC_MOST, values into 'bytes', which has CODEC_ROOM
 * bytes of room.  Returns the size. */
size_t codec_encode(const double *values, size_t count, unsigned char *bytes);

/* Decodes what codec_encode() made of 'count' values into 'ret_values', which
 * has room for 'count'.  Returns 0, or -EBADMSG when the bytes are no such
 * chunk; then the values are undefined.  Allocates nothing. */
int codec_decode(const unsigned char *bytes, size_t size, size_t count,
                 double *ret_values);

/* The same, but each value is still to be divided by '*ret_divisor': a sum of
 * values need be divided once. */
int codec_decode_undivided(const unsigned char *bytes, size_t size,
                           size_t count, double *ret_values,
                           double *ret_divisor);

/* What can be said of a chunk's values without decoding it. */
struct codec_summary {
    double min, max; /* of the values that are no NaN; NaN when all are */
    double sum;      /* of the same, added in order from 0 */
    uint32_t stales; /* stale markers (WEIR_STALE_BITS) */
    uint32_t nans;   /* other NaNs */
};

/* Summarises 'count' >= 1 values. */
struct codec_summary codec_summarise(const double *values, size_t count);

#endif /* TSDB_CODEC_H */
