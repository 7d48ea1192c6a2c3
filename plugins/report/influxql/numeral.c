/* numeral.c - numbers as Go writes them in JSON and CSV */
#include <config.h>

#include "numeral.h"

#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

size_t
numeral_json(double number, char text[NUMERAL_SIZE])
{
    size_t length = weir_format_plain(number, text);

    /* Prometheus' "1e-07" is Go's "1e-7" in JSON; above 1e+21 both have at
     * least two digits. */
    if (length > 4 && strncmp(text + length - 4, "e-0", 3) == 0) {
        text[length - 2] = text[length - 1];
        text[--length] = '\0';
    }
    return length;
}

static char *
put(char *at, const char *digits, size_t count)
{
    memcpy(at, digits, count);
    return at + count;
}

static char *
put_zeros(char *at, size_t count)
{
    memset(at, '0', count);
    return at + count;
}

/* Writes 0.digits * 10^point, above 0. */
static char *
put_decimal(char *at, const char *digits, size_t count, int point)
{
    if (point <= 0) {
        at = put(at, "0.", 2);
        at = put_zeros(at, (size_t)-point);
        return put(at, digits, count);
    }
    if ((size_t)point >= count)
        return put_zeros(put(at, digits, count), (size_t)point - count);
    at = put(at, digits, (size_t)point);
    *at++ = '.';
    return put(at, digits + point, count - (size_t)point);
}

size_t
numeral_plain(double number, char text[NUMERAL_SIZE])
{
    char short_text[WEIR_DOUBLE_SIZE], digits[WEIR_DOUBLE_SIZE];
    size_t length = weir_format_plain(number, short_text), count = 0;
    const char *exponent = strchr(short_text, 'e');
    char *at = text;

    if (!exponent) {
        memcpy(text, short_text, length + 1);
        return length;
    }
    for (const char *from = short_text; from < exponent; from++)
        if (*from >= '0' && *from <= '9')
            digits[count++] = *from;
    if (number < 0)
        *at++ = '-';
    at =
        put_decimal(at, digits, count, 1 + (int)strtol(exponent + 1, NULL, 10));
    *at = '\0';
    return (size_t)(at - text);
}
