/* query/literal.c - numbers, durations and strings as PromQL reads them
 *
 * How they are written is in literal_write.c.
 */
#include <config.h>

#include "query/literal.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <weir/cleanup.h>

#include "base.h"

/* Underscores stand between digits, and behind 0x; as a whole they mean
 * nothing.  Copies the rest; returns false when one stands elsewhere. */
static bool
drop_underscores(const char *text, size_t length, char *out)
{
    bool hexadecimal = length > 1 && text[0] == '0' && (text[1] | 0x20) == 'x';
    bool digit = false;

    for (size_t i = 0; i < length; i++) {
        bool is_digit = hexadecimal ? isxdigit((unsigned char)text[i]) != 0
                                    : isdigit((unsigned char)text[i]) != 0;
        if (text[i] == '_' && !digit)
            return false;
        if (digit && text[i] == '_' && i + 1 == length)
            return false;
        if (i > 0 && text[i - 1] == '_' && !is_digit)
            return false;
        digit = is_digit || (hexadecimal && i == 1);
        if (text[i] != '_')
            *out++ = text[i];
    }
    *out = '\0';
    return true;
}

/* Reads what C and Go agree on; 'base' is 8 or 16. */
static int
read_whole(const char *digits, int base, double *ret_value)
{
    char *end = NULL;

    errno = 0;
    long long value = strtoll(digits, &end, base);
    if (end == digits || *end != '\0')
        return -EINVAL;
    if (errno == ERANGE)
        return -ERANGE;
    *ret_value = (double)value;
    return 0;
}

static int
read_plain(const char *text, double *ret_value)
{
    char *end = NULL;

    /* What begins with 0 is octal, unless a digit, or its size, forbids it. */
    if (text[0] == '0' && text[1] != '\0' &&
        read_whole(text, 8, ret_value) == 0)
        return 0;
    if (text[0] == '0' && (text[1] | 0x20) == 'x')
        return isxdigit((unsigned char)text[2])
                   ? read_whole(text, 16, ret_value)
                   : -EINVAL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0')
        return -EINVAL;
    if (isinf(value))
        return -ERANGE;
    *ret_value = value;
    return 0;
}

int
literal_number(const char *text, size_t length, double *ret_value)
{
    if (length == 3 && strncasecmp(text, "inf", 3) == 0) {
        *ret_value = HUGE_VAL;
        return 0;
    }
    if (length == 3 && strncasecmp(text, "nan", 3) == 0) {
        *ret_value = (double)NAN;
        return 0;
    }

    weir_cleanup(weir_free) char *plain = xcalloc(length + 1, 1);
    if (!drop_underscores(text, length, plain))
        return -EINVAL;
    return read_plain(plain, ret_value);
}

/* From the largest; a duration has them in this order. */
static const struct {
    const char *text;
    int64_t ns;
} units[] = {
    {"y", 365 * 24 * 3600 * NS_PER_S},
    {"w", 7 * 24 * 3600 * NS_PER_S},
    {"d", 24 * 3600 * NS_PER_S},
    {"h", 3600 * NS_PER_S},
    {"m", 60 * NS_PER_S},
    {"s", NS_PER_S},
    {"ms", NS_PER_MS},
};

/* Returns the first unit of 'from' and those after it that the letters are, or
 * the count of units. */
static size_t
find_unit(size_t from, const char *letters, size_t length)
{
    while (from < ARRAY_SIZE(units) &&
           (strlen(units[from].text) != length ||
            strncmp(units[from].text, letters, length) != 0))
        from++;
    return from;
}

int
literal_duration(const char *text, size_t length, int64_t *ret_ns)
{
    const char *end = text + length;
    size_t unit = 0;
    int64_t sum = 0;

    if (length == 0)
        return -EINVAL;
    while (text < end) {
        const char *letters = text;
        int64_t number = 0;
        bool fits = true;

        for (; letters < end && isdigit((unsigned char)*letters); letters++) {
            fits &= !__builtin_mul_overflow(number, 10, &number) &&
                    !__builtin_add_overflow(number, *letters - '0', &number);
        }
        const char *next = letters;
        while (next < end && isalpha((unsigned char)*next))
            next++;
        unit = find_unit(unit, letters, (size_t)(next - letters));
        if (letters == text || unit == ARRAY_SIZE(units))
            return -EINVAL;
        fits &= !__builtin_mul_overflow(number, units[unit].ns, &number) &&
                !__builtin_add_overflow(sum, number, &sum);
        if (!fits)
            return -ERANGE;
        unit++;
        text = next;
    }
    *ret_ns = sum;
    return 0;
}

int
literal_seconds(double seconds, int64_t *ret_ns)
{
    double ns = round(seconds * 1e9);

    /* 2^63 itself does not fit, and nothing compares with NaN. */
    if (!(ns > -0x1p63 && ns < 0x1p63))
        return -ERANGE;
    *ret_ns = (int64_t)ns;
    return 0;
}

/* Writes a code point as UTF-8; returns the bytes. */
static size_t
write_point(uint32_t point, char *out)
{
    static const unsigned char firsts[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t size = 1;

    if (point < 0x80) {
        *out = (char)point;
        return 1;
    }
    size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(firsts[size] | point);
    return size;
}

/* Reads the escape behind a backslash; octal and \x are bytes, \u and \U code
 * points.  Returns where it ends. */
static const char *
read_escape(const char *text, char **out_p)
{
    static const char letters[] = "abfnrtv", meanings[] = "\a\b\f\n\r\t\v";
    const char *letter = strchr(letters, *text);
    int count = *text == 'x' ? 2 : *text == 'u' ? 4 : *text == 'U' ? 8 : 0;
    char digits[9] = "";

    if (letter) {
        *(*out_p)++ = meanings[letter - letters];
        return text + 1;
    }
    if (*text >= '0' && *text <= '7') {
        memcpy(digits, text, 3);
        *(*out_p)++ = (char)strtoul(digits, NULL, 8);
        return text + 3;
    }
    if (count == 0) { /* a quote or a backslash */
        *(*out_p)++ = *text;
        return text + 1;
    }
    memcpy(digits, text + 1, (size_t)count);
    uint32_t point = (uint32_t)strtoul(digits, NULL, 16);
    if (count == 2)
        *(*out_p)++ = (char)point;
    else
        *out_p += write_point(point, *out_p);
    return text + 1 + count;
}

size_t
literal_string(const char *text, size_t length, char *out)
{
    const char *end = text + length - 1;
    char *start = out;
    bool raw = *text == '`';

    for (text++; text < end;) {
        if (*text == '\\' && !raw)
            text = read_escape(text + 1, &out);
        else
            *out++ = *text++;
    }
    *out = '\0';
    return (size_t)(out - start);
}
