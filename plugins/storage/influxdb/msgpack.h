/* msgpack.h - one item of MessagePack after the other
 *
 * Pure: it is given bytes that came from outside, and may be anything.
 */
#ifndef INFLUXDB_MSGPACK_H
#define INFLUXDB_MSGPACK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum msgpack_kind {
    MSGPACK_NIL,
    MSGPACK_BOOLEAN,
    MSGPACK_INTEGER,
    MSGPACK_REAL,
    MSGPACK_TEXT,
    MSGPACK_OTHER, /* bytes, or what others define */
    MSGPACK_ARRAY,
    MSGPACK_MAP,
};

struct msgpack_item {
    enum msgpack_kind kind;
    uint32_t count;   /* bytes of a text; items of an array, pairs of a map,
                       * which follow */
    int64_t integer;  /* of an integer; 0 or 1 of a boolean */
    double real;      /* of each number, and of a boolean */
    const char *text; /* lent; no '\0' ends it */
};

enum { MSGPACK_TEXT_MOST = 1 << 20 }; /* bytes */

/* Reads the item that 'bytes' begin with.  Returns how many bytes it takes, 0
 * when more than 'size' are due, or -EBADMSG when nothing begins so, or a text
 * is longer than is taken. */
ssize_t msgpack_read(const uint8_t *bytes, size_t size,
                     struct msgpack_item *ret_item);

#endif /* INFLUXDB_MSGPACK_H */
