/* protobuf.h - read the fields of a protobuf message, one after the other
 *
 * Only what the messages of remote write need, and nothing is copied: most of a
 * request are labels that were seen before and need not be looked at, whereas
 * protobuf-c would copy each of their texts.  It reads bytes from outside, and
 * never beyond them.  Pure.
 */
#ifndef PROTOBUF_H
#define PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some bytes of a message. */
struct protobuf {
    const uint8_t *at, *end;
};

enum protobuf_type {
    PROTOBUF_VARINT = 0,
    PROTOBUF_FIXED64 = 1,
    PROTOBUF_BYTES = 2,
    PROTOBUF_FIXED32 = 5,
};

struct protobuf_field {
    uint32_t number;
    enum protobuf_type type;
    uint64_t value;        /* of all types but bytes */
    struct protobuf bytes; /* else */
};

/* Reads a number of 1 to 10 bytes.  Returns false, at the end or when there is
 * none. */
bool protobuf_varint(struct protobuf *self, uint64_t *ret_value);

/* Reads the next field.  Returns 1, 0 at the end, or -EBADMSG for what is no
 * message. */
int protobuf_next(struct protobuf *self, struct protobuf_field *ret_field);

/* Returns a fixed64 as a double. */
double protobuf_double(uint64_t value);

static inline size_t
protobuf_size(const struct protobuf *self)
{
    return (size_t)(self->end - self->at);
}

#endif /* PROTOBUF_H */
