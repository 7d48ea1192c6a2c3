/* scanner_point.c - a text of InfluxQL, character by character; see token.h */
#include <config.h>

#include "base.h"
#include "token_inner.h"
#include "utf8.h"

static const char replacement[] = "\xef\xbf\xbd"; /* for malformed UTF-8 */

void
scanner_init(struct scanner *self, const char *text, struct arena *arena)
{
    char *copy = arena_alloc(arena, 3 * strlen(text) + 1);
    size_t size = 0;

    for (const char *at = text; *at;) {
        size_t length = utf8_length(at);
        if (*at == '\r') {
            copy[size++] = '\n';
            at += at[1] == '\n' ? 2 : 1;
            continue;
        }
        const char *from = length ? at : replacement;
        size_t count = length ? length : sizeof(replacement) - 1;
        memcpy(copy + size, from, count);
        size += count;
        at += length ? length : 1;
    }
    *self = (struct scanner){.text = copy, .size = size, .arena = arena};
}

uint32_t
scanner_read(struct scanner *self)
{
    uint32_t point = 0;

    if (self->at >= self->size) {
        self->at++;
        return 0;
    }
    self->at += utf8_read(self->text + self->at, &point);
    return point;
}

size_t
scanner_last(const struct scanner *self)
{
    size_t at = self->at;

    if (at > self->size)
        return at - 1 > self->size ? self->size + 1 : self->size;
    if (at == 0)
        return 0;
    do {
        at--;
    } while (((unsigned char)self->text[at] & 0xc0) == 0x80);
    return at;
}

void
scanner_unread(struct scanner *self)
{
    self->at = self->at > self->size ? self->at - 1 : scanner_last(self);
}

uint32_t
scanner_look(struct scanner *self)
{
    uint32_t point = scanner_read(self);

    scanner_unread(self);
    return point;
}

char
scanner_peek(struct scanner *self)
{
    if (self->at >= self->size) {
        /* InfluxDB does not put the end back. */
        self->at++;
        return '\0';
    }
    return self->text[self->at];
}

void
scanner_place(const struct scanner *self, size_t at, size_t *ret_line,
              size_t *ret_character)
{
    size_t line = 1;
    size_t character = 1;

    for (size_t i = 0; i < at && i < self->size; i++) {
        if (self->text[i] == '\n') {
            line++;
            character = 1;
        } else if (((unsigned char)self->text[i] & 0xc0) != 0x80) {
            character++;
        }
    }
    *ret_line = line;
    *ret_character = character + (at > self->size);
}
