/* times.h - the times of a chunk as bytes
 *
 * Times are int64 nanoseconds that ascend strictly.  Regular ones cost nothing,
 * those rounded to the millisecond a few bits each.
 *
 * Functions are pure; any thread may call them.
 */
#ifndef TSDB_TIMES_H
#define TSDB_TIMES_H

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

#endif /* TSDB_TIMES_H */
