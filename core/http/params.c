/* params.c - the parameters of a query or of a form */
#include <config.h>

#include "http/params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

/* Returns the value of a hexadecimal digit, or -1. */
static int
hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';

    char letter = (char)(digit | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Reads the two digits of an escape; negative when they are none. */
static int
read_escape(const char *text, size_t length)
{
    if (length < 3)
        return -1;

    int high = hex_value(text[1]);
    int low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

ssize_t
params_unescape(char *out, const char *text, size_t length, bool form)
{
    size_t written = 0;

    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        if (byte == '%') {
            int value = read_escape(text + i, length - i);
            if (value <= 0)
                return -EBADMSG;
            byte = (char)value;
            i += 2;
        } else if (byte == '+' && form) {
            byte = ' ';
        } else if (byte == '\0') {
            return -EBADMSG;
        }
        out[written++] = byte;
    }
    return (ssize_t)written;
}

void
params_add(struct params *self, const char *name, const char *value)
{
    if (self->count == self->room) {
        self->room = self->room ? self->room * 2 : 8;
        self->items = xrealloc(self->items, self->room, sizeof(self->items[0]));
    }
    self->items[self->count++] = (struct param){name, value};
}

/* Returns the unescaped text, or NULL when an escape is bad. */
static const char *
read_text(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_bytes(arena, text, length);
    ssize_t rc = params_unescape(copy, copy, length, true);

    if (rc < 0)
        return NULL;
    copy[rc] = '\0';
    return copy;
}

static int
read_pair(struct params *self, struct arena *arena, const char *text,
          size_t length)
{
    if (length == 0)
        return 0;
    if (self->count >= PARAMS_MOST)
        return -EBADMSG;

    const char *equals = memchr(text, '=', length);
    size_t name_length = equals ? (size_t)(equals - text) : length;
    size_t value_start = equals ? name_length + 1 : length;
    const char *name = read_text(arena, text, name_length);
    const char *value =
        read_text(arena, text + value_start, length - value_start);
    if (!name || !value)
        return -EBADMSG;

    params_add(self, name, value);
    return 0;
}

int
params_read(struct params *self, struct arena *arena, const char *text,
            size_t size)
{
    const char *end = text + size;

    while (text < end) {
        const char *next = memchr(text, '&', (size_t)(end - text));
        if (!next)
            next = end;
        int rc = read_pair(self, arena, text, (size_t)(next - text));
        if (rc < 0)
            return rc;
        text = next + 1;
    }
    return 0;
}

const char *
params_get(const struct params *self, const char *name, size_t nth)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->items[i].name, name) != 0)
            continue;
        if (nth-- == 0)
            return self->items[i].value;
    }
    return NULL;
}

void
params_fini(struct params *self)
{
    free(self->items);
    *self = (struct params){0};
}
