/* times.h - the times of a chunk as bytes
 *
 * Times are int64 nanoseconds that ascend strictly.  Regular ones cost nothing,
 * those rounded to the millisecond a few bits each.
 *
 * Functions are pure; any thread may call them.
 */
#ifndef TSDB_TIMES_H
#define TSDB_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TIMES_MOST = 4096,  /* times of a vector */
    TIMES_ROOM = 40960, /* bytes that any vector fits in */
};

/* Encodes 'count', 1 to TIMES_MOST, strictly ascending times into 'bytes',
 * which has TIMES_ROOM bytes of room.  Returns the size. */
size_t times_encode(const int64_t *times_ns, size_t count,
                    unsigned char *bytes);

/* Decodes what times_encode() made of 'count' times into 'ret_times_ns', which
 * has room for 'count'.  Returns 0, or -EBADMSG when the bytes are no such
 * vector or the times do not ascend.  Allocates nothing. */
int times_decode(const unsigned char *bytes, size_t size, size_t count,
                 int64_t *ret_times_ns);

/* Says whether such times are all equally far apart, without decoding them; if
 * so, gives the first and how far that is, 1 for one time.  What is damaged may
 * be said not to be. */
bool times_even(const unsigned char *bytes, size_t size, size_t count,
                int64_t *ret_from_ns, uint64_t *ret_every_ns);

#endif /* TSDB_TIMES_H */
