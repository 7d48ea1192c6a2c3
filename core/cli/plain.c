/* cli/plain.c - texts from elsewhere, made harmless for a terminal */
#include <config.h>

#include "cli/plain.h"

#include "base.h"
#include "utf8.h"

struct span {
    uint32_t first, last;
};

/* Controls, and what changes the direction of text or takes no room. */
static const struct span hidden[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0xfeff, 0xfeff},
    {0xfff0, 0xfffb}, {0xe000, 0xf8ff}, {0xe0000, 0x10ffff}};

/* Marks above and below the letter before. */
static const struct span narrow[] = {
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
    {0x64b, 0x65f},   {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}};

/* Chinese, Japanese and Korean letters, and pictures. */
static const struct span wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff},
    {0x20000, 0x3fffd}};

static bool
is_in(const struct span spans[], size_t count, uint32_t point)
{
    for (size_t i = 0; i < count; i++)
        if (point >= spans[i].first && point <= spans[i].last)
            return true;
    return false;
}

bool
plain_is_hidden(uint32_t point)
{
    return is_in(hidden, ARRAY_SIZE(hidden), point);
}

static void
write_escape(FILE *out, uint32_t point)
{
    static const struct {
        uint32_t point;
        const char *escape;
    } known[] = {{'\n', "\\n"}, {'\t', "\\t"}, {'\r', "\\r"}};

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (known[i].point == point) {
            (void)fputs(known[i].escape, out);
            return;
        }
    (void)fprintf(out,
                  point < 0x80      ? "\\x%02x"
                  : point < 0x10000 ? "\\u%04x"
                                    : "\\U%08x",
                  point);
}

void
plain_write(FILE *out, const char *given, unsigned flags)
{
    bool quoted = flags & PLAIN_QUOTED;
    bool ascii = flags & PLAIN_ASCII;
    uint32_t point = 0;
    size_t size = 0;

    for (; *given; given += size) {
        size = utf8_read(given, &point);
        if (size == 0) {
            size = 1;
            (void)fprintf(out, "\\x%02x", (unsigned char)*given);
        } else if (plain_is_hidden(point) || (ascii && point >= 0x80)) {
            write_escape(out, point);
        } else {
            if (quoted && (point == '"' || point == '\\'))
                (void)fputc('\\', out);
            (void)fwrite(given, 1, size, out);
        }
    }
}

char *
plain_text(const char *given, unsigned flags)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    plain_write(out, given, flags);
    (void)fclose(out);
    return x_or_die(text);
}

size_t
plain_width(const char *text)
{
    size_t width = 0;
    uint32_t point = 0;
    size_t size = 0;

    for (; *text; text += size) {
        size = utf8_read(text, &point);
        if (size == 0)
            size = 1;
        if (!is_in(narrow, ARRAY_SIZE(narrow), point))
            width += is_in(wide, ARRAY_SIZE(wide), point) ? 2 : 1;
    }
    return width;
}

void
plain_blanks(FILE *out, size_t count)
{
    (void)fprintf(out, "%*s", (int)count, "");
}
