/* json.c - JSON that is being written */
#include <config.h>

#include "json.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

enum { ROOM_LEAST = 1024, NS_PER_MS = 1000000, MS_PER_S = 1000 };

static void
make_room(struct json *self, size_t size)
{
    if (self->room - self->size >= size)
        return;
    self->room = 2 * self->room + size + ROOM_LEAST;
    self->bytes = realloc(self->bytes, self->room);
    if (!self->bytes)
        abort();
}

void
json_bytes(struct json *self, const void *bytes, size_t size)
{
    make_room(self, size);
    if (size)
        memcpy(self->bytes + self->size, bytes, size);
    self->size += size;
}

void
json_raw(struct json *self, const char *text)
{
    json_bytes(self, text, strlen(text));
}

/* Returns how many bytes at 'text' are one character of UTF-8, or 0. */
static size_t
character_size(const unsigned char *text)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {
        {0x80, 0x00, 0},
        {0xe0, 0xc0, 0x80},
        {0xf0, 0xe0, 0x800},
        {0xf8, 0xf0, 0x10000},
    };

    for (size_t more = 0; more < sizeof(forms) / sizeof(forms[0]); more++) {
        if ((*text & forms[more].mask) != forms[more].lead)
            continue;
        uint32_t code = *text & (unsigned char)~forms[more].mask;
        for (size_t i = 1; i <= more; i++) {
            if ((text[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (text[i] & 0x3f);
        }
        bool surrogate = code >= 0xd800 && code < 0xe000;
        return code < forms[more].least || code > 0x10ffff || surrogate
                   ? 0
                   : more + 1;
    }
    return 0;
}

/* Adds one character that does not stand for itself. */
static void
add_escape(struct json *self, unsigned char byte)
{
    static const char letters[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char escape[8];

    if (byte == '"' || byte == '\\')
        (void)snprintf(escape, sizeof(escape), "\\%c", byte);
    else if (byte < sizeof(letters) && letters[byte])
        (void)snprintf(escape, sizeof(escape), "\\%c", letters[byte]);
    else if (byte < ' ')
        (void)snprintf(escape, sizeof(escape), "\\u%04x", byte);
    else
        (void)snprintf(escape, sizeof(escape), "\\ufffd");
    json_raw(self, escape);
}

void
json_text(struct json *self, const char *text)
{
    json_bytes(self, "\"", 1);
    while (*text) {
        size_t plain = 0;
        size_t size = 0;
        while (text[plain] && (unsigned char)text[plain] >= ' ' &&
               text[plain] != '"' && text[plain] != '\\' &&
               (size = character_size((const unsigned char *)text + plain)))
            plain += size;
        json_bytes(self, text, plain);
        text += plain;
        if (*text)
            add_escape(self, (unsigned char)*text++);
    }
    json_bytes(self, "\"", 1);
}

void
json_whole(struct json *self, int64_t number)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do
        *--at = (char)('0' + size % 10);
    while (size /= 10);
    if (number < 0)
        *--at = '-';
    json_bytes(self, at, (size_t)(digits + sizeof(digits) - at));
}

void
json_value(struct json *self, double value)
{
    make_room(self, WEIR_DOUBLE_SIZE + 2);
    char *start = self->bytes + self->size;
    *start = '"';
    size_t length = weir_format_plain(value, start + 1);
    start[length + 1] = '"';
    self->size += length + 2;
}

void
json_number(struct json *self, double value, int digits)
{
    char text[WEIR_DOUBLE_SIZE];

    if (isfinite(value))
        (void)snprintf(text, sizeof(text), "%.*g", digits, value);
    json_raw(self, isfinite(value) ? text : "null");
}

void
json_time(struct json *self, int64_t time_ns)
{
    int64_t time_ms = time_ns / NS_PER_MS;
    unsigned fraction = (unsigned)llabs(time_ms % MS_PER_S);
    const char decimals[] = {'.', (char)('0' + fraction / 100),
                             (char)('0' + fraction / 10 % 10),
                             (char)('0' + fraction % 10)};

    if (time_ms < 0 && time_ms > -MS_PER_S)
        json_bytes(self, "-", 1);
    json_whole(self, time_ms / MS_PER_S);
    if (fraction)
        json_bytes(self, decimals, sizeof(decimals));
}

void
json_short_time(struct json *self, int64_t time_ns)
{
    char text[WEIR_DOUBLE_SIZE];
    int64_t time_ms = time_ns / NS_PER_MS;
    double seconds = (double)time_ms / MS_PER_S;

    json_bytes(self, text, weir_format_plain(seconds, text));
}

void
json_fini(struct json *self)
{
    free(self->bytes);
    *self = (struct json){0};
}
