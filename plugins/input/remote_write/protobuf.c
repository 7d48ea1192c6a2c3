/* protobuf.c - read the fields of a protobuf message */
#include <config.h>

#include "protobuf.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

enum { VARINT_MOST = 10 };

bool
protobuf_varint(struct protobuf *self, uint64_t *ret_value)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < VARINT_MOST && self->at < self->end; i++) {
        uint8_t byte = *self->at++;
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *ret_value = value;
            return i < VARINT_MOST - 1 || byte < 2;
        }
    }
    return false;
}

/* Reads 'size' bytes, the lowest first. */
static bool
read_fixed(struct protobuf *self, size_t size, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (protobuf_size(self) < size)
        return false;
    memcpy(&value, self->at, size);
    self->at += size;
    *ret_value = le64toh(value);
    return true;
}

static bool
read_bytes(struct protobuf *self, struct protobuf *ret_bytes)
{
    uint64_t size = 0;

    if (!protobuf_varint(self, &size) || size > protobuf_size(self))
        return false;
    *ret_bytes = (struct protobuf){self->at, self->at + size};
    self->at += size;
    return true;
}

int
protobuf_next(struct protobuf *self, struct protobuf_field *ret_field)
{
    uint64_t tag = 0;
    bool whole = false;

    if (self->at == self->end)
        return 0;
    if (!protobuf_varint(self, &tag) || tag >> 3 == 0 || tag > UINT32_MAX)
        return -EBADMSG;
    ret_field->number = (uint32_t)(tag >> 3);
    ret_field->type = (enum protobuf_type)(tag & 7);
    switch (ret_field->type) {
    case PROTOBUF_VARINT:
        whole = protobuf_varint(self, &ret_field->value);
        break;
    case PROTOBUF_FIXED64:
        whole = read_fixed(self, sizeof(uint64_t), &ret_field->value);
        break;
    case PROTOBUF_FIXED32:
        whole = read_fixed(self, sizeof(uint32_t), &ret_field->value);
        break;
    case PROTOBUF_BYTES:
        whole = read_bytes(self, &ret_field->bytes);
        break;
    }
    return whole ? 1 : -EBADMSG;
}

double
protobuf_double(uint64_t value)
{
    double number = 0;

    memcpy(&number, &value, sizeof(number));
    return number;
}
