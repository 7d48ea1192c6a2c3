/* utf8.c - texts that people read are UTF-8, or are made so */
#include <config.h>

#include "utf8.h"

#include <stdbool.h>

#include "base.h"

/* Returns how many bytes follow the first one of a UTF-8 sequence, or -1; and
 * the smallest code point that needs so many. */
static int
follow_count(unsigned char first, uint32_t *ret_bits, uint32_t *ret_least)
{
    static const struct {
        unsigned char mask, want;
        int follow;
        uint32_t least;
    } shapes[] = {{0xe0, 0xc0, 1, 0x80},
                  {0xf0, 0xe0, 2, 0x800},
                  {0xf8, 0xf0, 3, 0x10000}};

    for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
        if ((first & shapes[i].mask) != shapes[i].want)
            continue;
        *ret_bits = first & (unsigned char)~shapes[i].mask;
        *ret_least = shapes[i].least;
        return shapes[i].follow;
    }
    return -1;
}

size_t
utf8_read(const char *given, uint32_t *ret_point)
{
    const unsigned char *text = (const unsigned char *)given;
    uint32_t point = text[0];
    uint32_t least = 0;
    int follow = point < 0x80 ? 0 : follow_count(text[0], &point, &least);

    for (int i = 1; i <= follow; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (text[i] & 0x3f);
    }
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    if (follow < 0 || point < least || point > 0x10ffff || surrogate)
        return 0;
    *ret_point = point;
    return (size_t)follow + 1;
}

size_t
utf8_length(const char *given)
{
    uint32_t point = 0;

    return utf8_read(given, &point);
}
