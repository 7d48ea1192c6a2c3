/* quoted.c - a text in quotes; see quoted.h */
#include <config.h>

#include "quoted.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { UNKNOWN = 0xfffd }; /* U+FFFD, the replacement character */

struct quoted {
    const char *at, *end;
    char *to;
};

static int
digit_of(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

/* Reads 'count' hexadecimal digits. */
static bool
take_digits(struct quoted *self, int count, uint32_t *ret_point)
{
    uint32_t point = 0;

    for (int i = 0; i < count; i++) {
        int digit = self->at < self->end ? digit_of(*self->at) : -1;
        if (digit < 0)
            return false;
        point = point << 4 | (uint32_t)digit;
        self->at++;
    }
    *ret_point = point;
    return true;
}

/* Each escape is longer than what it stands for. */
static void
put(struct quoted *self, uint32_t point)
{
    bool is_surrogate = point >= 0xd800 && point <= 0xdfff;

    if (point == 0 || point > 0x10ffff || is_surrogate)
        point = UNKNOWN;
    if (point < 0x80) {
        *self->to++ = (char)point;
        return;
    }
    int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const uint32_t heads[] = {0, 0xc0, 0xe0, 0xf0};
    *self->to++ = (char)(heads[more] | point >> (6 * more));
    while (more-- > 0)
        *self->to++ = (char)(0x80 | (point >> (6 * more) & 0x3f));
}

/* JSON writes what is beyond the first plane as two halves. */
static bool
take_second_half(struct quoted *self, uint32_t *point)
{
    uint32_t second = 0;

    if (*point < 0xd800 || *point > 0xdbff || self->end - self->at < 2 ||
        self->at[0] != '\\' || self->at[1] != 'u')
        return true;
    struct quoted ahead = *self;
    ahead.at += 2;
    if (!take_digits(&ahead, 4, &second))
        return false;
    if (second < 0xdc00 || second > 0xdfff)
        return true;
    self->at = ahead.at;
    *point = 0x10000 + ((*point - 0xd800) << 10) + (second - 0xdc00);
    return true;
}

/* Takes what is behind a '\'.  Go writes a byte that is no UTF-8 as \xHH. */
static bool
take_escape(struct quoted *self)
{
    static const char letters[] = "\"\\/bfnrtav";
    static const char meant[] = "\"\\/\b\f\n\r\t\a\v";
    uint32_t point = 0;

    if (self->at >= self->end)
        return false;
    char letter = *self->at++;
    const char *known = letter ? strchr(letters, letter) : NULL;
    if (known) {
        *self->to++ = meant[known - letters];
        return true;
    }
    int digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (!digits || !take_digits(self, digits, &point))
        return false;
    if (letter == 'u' && !take_second_half(self, &point))
        return false;
    put(self, letter == 'x' && point >= 0x80 ? UNKNOWN : point);
    return true;
}

const char *
quoted_read(const char *from, const char *end, char *to, size_t *ret_length)
{
    struct quoted self = {from + 1, end, to};

    while (self.at < end && *self.at != '"') {
        if ((unsigned char)*self.at < ' ')
            return NULL;
        if (*self.at != '\\') {
            *self.to++ = *self.at++;
            continue;
        }
        self.at++;
        if (!take_escape(&self))
            return NULL;
    }
    if (self.at >= end)
        return NULL;
    *ret_length = (size_t)(self.to - to);
    to[*ret_length] = '\0';
    return self.at + 1;
}
