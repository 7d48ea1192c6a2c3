/* pack.h - a few samples as bytes, soon
 *
 * What is in memory for minutes is made small in a tenth of the time that the
 * codec of files (codec.h) takes, which looks for the smallest.  Every bit
 * comes back.  The bytes never leave the process; counts are kept by whoever
 * keeps them.
 *
 * Functions are pure; any thread may call them.
 */
#ifndef TSDB_PACK_H
#define TSDB_PACK_H

#include <stddef.h>
#include <stdint.h>

enum {
    PACK_MOST = 64,  /* numbers packed at once */
    PACK_ROOM = 640, /* bytes that they fit in */
};

/* Pack 'count', 1 to PACK_MOST, times or values into 'bytes', which has
 * PACK_ROOM bytes of room.  Return the size. */
size_t pack_times(const int64_t *times_ns, size_t count, unsigned char *bytes);
size_t pack_values(const double *values, size_t count, unsigned char *bytes);

/* Unpack what was packed here; the results have room for PACK_MOST. */
void unpack_times(const unsigned char *bytes, size_t size, size_t count,
                  int64_t *ret_times_ns);
void unpack_values(const unsigned char *bytes, size_t size, size_t count,
                   double *ret_values);

#endif /* TSDB_PACK_H */
