/* wire.h - numbers and texts as bytes, one after another
 *
 * Little-endian, which is also what every machine has that weir runs on.  A
 * text is a u16 length, its bytes and a '\0', so that a reader can lend it as
 * it lies.  A reader never goes beyond its end: what is not there is 0 or "",
 * and 'bad' stays set.
 */
#ifndef LINK_WIRE_H
#define LINK_WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "frames lend their arrays as they lie in memory");

struct wire_in {
    const unsigned char *next;
    size_t left;
    bool bad;
};

/* Returns the next 'size' bytes, or NULL. */
static inline const unsigned char *
wire_take(struct wire_in *self, size_t size)
{
    if (self->bad || size > self->left) {
        self->bad = true;
        return NULL;
    }
    const unsigned char *taken = self->next;
    self->next += size;
    self->left -= size;
    return taken;
}

static inline uint64_t
wire_number(struct wire_in *self, size_t size)
{
    uint64_t number = 0;
    const unsigned char *bytes = wire_take(self, size);

    if (bytes)
        memcpy(&number, bytes, size);
    return number;
}

static inline uint8_t
wire_u8(struct wire_in *self)
{
    return (uint8_t)wire_number(self, 1);
}

static inline uint16_t
wire_u16(struct wire_in *self)
{
    return (uint16_t)wire_number(self, 2);
}

static inline uint32_t
wire_u32(struct wire_in *self)
{
    return (uint32_t)wire_number(self, 4);
}

static inline uint64_t
wire_u64(struct wire_in *self)
{
    return wire_number(self, 8);
}

/* Returns a text of at most 'most' bytes, valid as long as the bytes are; one
 * with a '\0' inside is bad. */
static inline const char *
wire_text(struct wire_in *self, size_t most)
{
    size_t length = wire_u16(self);
    const unsigned char *text = wire_take(self, length + 1);

    if (!text)
        return "";
    if (length > most || memchr(text, '\0', length + 1) != text + length) {
        self->bad = true;
        return "";
    }
    return (const char *)text;
}

/* Says whether all was well and nothing is left over. */
static inline bool
wire_ended(const struct wire_in *self)
{
    return !self->bad && self->left == 0;
}

/* Bytes that grow; {0} at first, free 'bytes' at last. */
struct wire_out {
    unsigned char *bytes;
    size_t size, room;
};

static inline void
wire_put(struct wire_out *self, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    if (self->room - self->size < size) {
        self->room = (self->size + size) * 2;
        self->bytes = xrealloc(self->bytes, self->room, 1);
    }
    memcpy(self->bytes + self->size, bytes, size);
    self->size += size;
}

static inline void
wire_put_u8(struct wire_out *self, uint8_t number)
{
    wire_put(self, &number, sizeof(number));
}

static inline void
wire_put_u16(struct wire_out *self, uint16_t number)
{
    wire_put(self, &number, sizeof(number));
}

static inline void
wire_put_u32(struct wire_out *self, uint32_t number)
{
    wire_put(self, &number, sizeof(number));
}

static inline void
wire_put_u64(struct wire_out *self, uint64_t number)
{
    wire_put(self, &number, sizeof(number));
}

/* 'text' is shorter than 65,536. */
static inline void
wire_put_text(struct wire_out *self, const char *text)
{
    size_t length = strlen(text);

    wire_put_u16(self, (uint16_t)length);
    wire_put(self, text, length + 1);
}

static inline void
wire_out_fini(struct wire_out *self)
{
    free(self->bytes);
}

#endif /* LINK_WIRE_H */
