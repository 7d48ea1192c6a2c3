/* query/literal_write.c - numbers, durations and strings as PromQL writes them
 *
 * See literal.h.
 */
#include <config.h>

#include "query/literal.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <weir/text.h>

#include "base.h"
#include "utf8.h"

/* Writes d.ddde+xx with its zeros instead of the exponent. */
static void
write_expanded(FILE *out, const char *text, const char *exponent_text)
{
    char digits[WEIR_DOUBLE_SIZE];
    int count = 0;
    int exponent = (int)strtol(exponent_text + 1, NULL, 10);

    for (; text < exponent_text; text++) {
        if (*text == '-')
            (void)fputc('-', out);
        else if (*text != '.')
            digits[count++] = *text;
    }
    if (exponent < 0)
        (void)fputc('0', out);
    for (int i = 0; i <= exponent; i++)
        (void)fputc(i < count ? digits[i] : '0', out);
    if (exponent + 1 < count)
        (void)fputc('.', out);
    for (int i = exponent + 1; i < count; i++)
        (void)fputc(i < 0 ? '0' : digits[i], out);
}

void
literal_write_number(FILE *out, double value)
{
    char text[WEIR_DOUBLE_SIZE];

    (void)weir_format_double(value, text);
    const char *exponent = strchr(text, 'e');
    if (exponent)
        write_expanded(out, text, exponent);
    else
        (void)fputs(text, out);
}

void
literal_write_duration(FILE *out, int64_t ns)
{
    static const struct {
        const char *text;
        uint64_t ms;
        bool just_whole;
    } units[] = {
        {"y", UINT64_C(31536000000), true},
        {"w", 604800000, true},
        {"d", 86400000, false},
        {"h", 3600000, false},
        {"m", 60000, false},
        {"s", 1000, false},
        {"ms", 1, false},
    };
    uint64_t rest = (ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns) / NS_PER_MS;

    if (ns % NS_PER_MS != 0) {
        literal_write_number(out, (double)ns / 1e9);
        return;
    }
    if (rest == 0)
        (void)fputs("0s", out);
    if (ns < 0)
        (void)fputc('-', out);
    for (size_t i = 0; i < ARRAY_SIZE(units) && rest; i++) {
        if (rest < units[i].ms || (units[i].just_whole && rest % units[i].ms))
            continue;
        (void)fprintf(out, "%" PRIu64 "%s", rest / units[i].ms, units[i].text);
        rest %= units[i].ms;
    }
}

/* What has no shape of its own: controls, odd blanks, marks of direction,
 * private use. */
static bool
has_shape(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } without[] = {
        {0, 0x1f},        {0x7f, 0xa0},     {0xad, 0xad},
        {0x61c, 0x61c},   {0x1680, 0x1680}, {0x180e, 0x180e},
        {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},
        {0x3000, 0x3000}, {0xe000, 0xf8ff}, {0xfeff, 0xfeff},
        {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0x10ffff},
    };

    for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
        if (point >= without[i].first && point <= without[i].last)
            return false;
    }
    return true;
}

/* Writes one character of 'size' bytes, 'point', within the quotes 'quote'. */
static void
write_one(FILE *out, const char *text, size_t size, uint32_t point, char quote)
{
    static const char letters[] = "abfnrtv", meanings[] = "\a\b\f\n\r\t\v";
    const char *meaning = *text ? strchr(meanings, *text) : NULL;

    if (meaning)
        (void)fprintf(out, "\\%c", letters[meaning - meanings]);
    else if (*text == '\\' || *text == quote)
        (void)fprintf(out, "\\%c", *text);
    else if (has_shape(point))
        (void)fwrite(text, 1, size, out);
    else if (point < 0x80)
        (void)fprintf(out, "\\x%02" PRIx32, point);
    else
        (void)fprintf(out, point > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32,
                      point);
}

void
literal_write_string(FILE *out, const char *text, size_t length)
{
    const char *end = text + length;

    (void)fputc('"', out);
    while (text < end) {
        uint32_t point = 0;
        size_t size = utf8_read(text, &point);
        if (size)
            write_one(out, text, size, point, '"');
        else
            (void)fprintf(out, "\\x%02x", (unsigned)(unsigned char)*text);
        text += size ? size : 1;
    }
    (void)fputc('"', out);
}

char *
literal_quoted(const char *text, size_t length)
{
    char *quoted = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&quoted, &size));

    literal_write_string(out, text, length);
    (void)fclose(out);
    return quoted;
}

void
literal_write_character(FILE *out, const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    uint32_t point = 0;
    size_t size = utf8_read(text, &point);

    (void)fputc('\'', out);
    if (size)
        write_one(out, text, size, point, '\'');
    else
        (void)fputs(replacement, out);
    (void)fputc('\'', out);
}
