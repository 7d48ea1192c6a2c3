/* msgpack.c - one item of MessagePack after the other; see msgpack.h */
#include <config.h>

#include "msgpack.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* What a first byte from 0xc0 to 0xdf says: how many bytes of a number follow,
 * which is a value, or the length of what follows it. */
enum role {
    NEVER, /* no item begins so */
    NIL,
    BOOLEAN,
    UNSIGNED,
    SIGNED,
    FLOAT,
    TEXT,
    BYTES,
    EXTENSION, /* a byte, and so many */
    FIXED,     /* the same, of a length that is known */
    ARRAY,
    MAP,
};

static const struct {
    enum role role;
    uint8_t width; /* bytes of the number; of FIXED, of all that follows */
} forms[32] = {
    [0x00] = {NIL, 0},       [0x01] = {NEVER, 0},     [0x02] = {BOOLEAN, 0},
    [0x03] = {BOOLEAN, 0},   [0x04] = {BYTES, 1},     [0x05] = {BYTES, 2},
    [0x06] = {BYTES, 4},     [0x07] = {EXTENSION, 1}, [0x08] = {EXTENSION, 2},
    [0x09] = {EXTENSION, 4}, [0x0a] = {FLOAT, 4},     [0x0b] = {FLOAT, 8},
    [0x0c] = {UNSIGNED, 1},  [0x0d] = {UNSIGNED, 2},  [0x0e] = {UNSIGNED, 4},
    [0x0f] = {UNSIGNED, 8},  [0x10] = {SIGNED, 1},    [0x11] = {SIGNED, 2},
    [0x12] = {SIGNED, 4},    [0x13] = {SIGNED, 8},    [0x14] = {FIXED, 2},
    [0x15] = {FIXED, 3},     [0x16] = {FIXED, 5},     [0x17] = {FIXED, 9},
    [0x18] = {FIXED, 17},    [0x19] = {TEXT, 1},      [0x1a] = {TEXT, 2},
    [0x1b] = {TEXT, 4},      [0x1c] = {ARRAY, 2},     [0x1d] = {ARRAY, 4},
    [0x1e] = {MAP, 2},       [0x1f] = {MAP, 4},
};

static uint64_t
read_big_endian(const uint8_t *bytes, unsigned width)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < width; i++)
        number = number << 8 | bytes[i];
    return number;
}

static void
set_integer(struct msgpack_item *item, int64_t integer)
{
    item->kind = MSGPACK_INTEGER;
    item->integer = integer;
    item->real = (double)integer;
}

/* What no int64 holds is a real number. */
static void
set_unsigned(struct msgpack_item *item, uint64_t number)
{
    set_integer(item, (int64_t)number);
    if (number > INT64_MAX) {
        item->kind = MSGPACK_REAL;
        item->real = (double)number;
    }
}

static void
set_signed(struct msgpack_item *item, uint64_t number, unsigned width)
{
    unsigned unused = (64 - 8 * width) & 63;

    set_integer(item, (int64_t)(number << unused) >> unused);
}

static void
set_real(struct msgpack_item *item, uint64_t number, unsigned width)
{
    uint32_t half = (uint32_t)number;
    float narrow = 0;

    item->kind = MSGPACK_REAL;
    memcpy(&narrow, &half, sizeof(narrow));
    memcpy(&item->real, &number, sizeof(item->real));
    if (width == sizeof(narrow))
        item->real = (double)narrow;
}

/* Of a text or bytes, 'length' of which stand behind a head of 'head' bytes. */
static ssize_t
take_bytes(const uint8_t *bytes, size_t size, size_t head, uint64_t length,
           struct msgpack_item *item)
{
    if (length > MSGPACK_TEXT_MOST)
        return -EBADMSG;
    if (length > size - head)
        return 0;
    item->text = (const char *)bytes + head;
    item->count = (uint32_t)length;
    return (ssize_t)(head + length);
}

static void
set_children(struct msgpack_item *item, enum msgpack_kind kind, uint64_t count)
{
    item->kind = kind;
    item->count = (uint32_t)count;
}

/* Reads an item whose first byte is from 0xc0 to 0xdf; the number behind that
 * is there. */
static ssize_t
read_form(const uint8_t *bytes, size_t size, struct msgpack_item *item)
{
    unsigned width = forms[bytes[0] & 0x1f].width;
    size_t head = 1 + (size_t)width;
    uint64_t number = width <= 8 ? read_big_endian(bytes + 1, width) : 0;

    switch (forms[bytes[0] & 0x1f].role) {
    case NEVER:
        return -EBADMSG;
    case NIL:
        item->kind = MSGPACK_NIL;
        break;
    case BOOLEAN:
        set_integer(item, bytes[0] & 1);
        item->kind = MSGPACK_BOOLEAN;
        break;
    case UNSIGNED:
        set_unsigned(item, number);
        break;
    case SIGNED:
        set_signed(item, number, width);
        break;
    case FLOAT:
        set_real(item, number, width);
        break;
    case TEXT:
        item->kind = MSGPACK_TEXT;
        return take_bytes(bytes, size, head, number, item);
    case BYTES:
        return take_bytes(bytes, size, head, number, item);
    case EXTENSION:
        return take_bytes(bytes, size, head, number + 1, item);
    case FIXED:
        break;
    case ARRAY:
        set_children(item, MSGPACK_ARRAY, number);
        break;
    case MAP:
        set_children(item, MSGPACK_MAP, number);
        break;
    }
    return (ssize_t)head;
}

ssize_t
msgpack_read(const uint8_t *bytes, size_t size, struct msgpack_item *ret_item)
{
    *ret_item = (struct msgpack_item){.kind = MSGPACK_OTHER};
    if (size == 0)
        return 0;

    uint8_t first = bytes[0];
    if (first >= 0xe0 || first < 0x80) {
        set_integer(ret_item, (int8_t)first);
        return 1;
    }
    if (first >= 0xc0)
        return size > forms[first & 0x1f].width
                   ? read_form(bytes, size, ret_item)
                   : 0;
    if (first >= 0xa0) {
        ret_item->kind = MSGPACK_TEXT;
        return take_bytes(bytes, size, 1, first & 0x1f, ret_item);
    }
    set_children(ret_item, first >= 0x90 ? MSGPACK_ARRAY : MSGPACK_MAP,
                 first & 0x0f);
    return 1;
}
