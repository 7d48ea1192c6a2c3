/* numeral.c - a number as the shortest text that reads back exactly
 *
 * The notation is that of Go's 'g' format, which Prometheus' clients use: an
 * exponent, of two digits at least, for numbers below 1e-04 and from 1e+06 on.
 */
#include <config.h>

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

enum { DIGITS_MOST = 17, DIGITS_SURE = 15, PLAIN_LEAST = -4, PLAIN_MOST = 5 };

/* A number without its sign: d.ddd * 10^exponent. */
struct numeral {
    char digits[24];
    int count;
    int exponent;
};

static void
trim(struct numeral *self)
{
    while (self->count > 1 && self->digits[self->count - 1] == '0')
        self->count--;
}

/* Takes "d.ddde+xx" apart. */
static void
take_apart(struct numeral *self, const char *text)
{
    self->count = 0;
    for (; *text != 'e'; text++)
        if (*text != '.')
            self->digits[self->count++] = *text;
    self->exponent = (int)strtol(text + 1, NULL, 10);
    trim(self);
}

/* Fifteen digits never lose a shorter numeral, but for numbers so small that
 * they have fewer; seventeen never lose a double. */
static void
find_shortest(struct numeral *self, double number)
{
    char text[40];

    for (int digits = number < DBL_MIN ? 1 : DIGITS_SURE; digits <= DIGITS_MOST;
         digits++) {
        (void)snprintf(text, sizeof(text), "%.*e", digits - 1, number);
        double back = strtod(text, NULL);
        if (!(back < number) && !(back > number))
            break;
    }
    take_apart(self, text);
}

/* Whole numbers are most of what is measured, and quickly done. */
static void
of_whole(struct numeral *self, uint64_t whole)
{
    self->count =
        snprintf(self->digits, sizeof(self->digits), "%" PRIu64, whole);
    self->exponent = self->count - 1;
    trim(self);
}

static char *
write_digits(char *out, const char *digits, int count)
{
    memcpy(out, digits, (size_t)count);
    return out + count;
}

/* "d.ddde+xx", as digits and exponent say. */
static char *
write_scientific(char *out, const struct numeral *self)
{
    unsigned exponent = (unsigned)abs(self->exponent);

    *out++ = self->digits[0];
    if (self->count > 1) {
        *out++ = '.';
        out = write_digits(out, self->digits + 1, self->count - 1);
    }
    *out++ = 'e';
    *out++ = self->exponent < 0 ? '-' : '+';
    if (exponent >= 100)
        *out++ = (char)('0' + exponent / 100);
    *out++ = (char)('0' + exponent / 10 % 10);
    *out++ = (char)('0' + exponent % 10);
    return out;
}

/* "ddd", "dd.d" or "0.00ddd". */
static char *
write_plain(char *out, const struct numeral *self)
{
    static const char zeros[] = "0.00000";
    int whole = self->exponent + 1; /* digits before the point */

    if (whole <= 0) {
        out = write_digits(out, zeros, 2 - whole);
        return write_digits(out, self->digits, self->count);
    }
    if (whole >= self->count) {
        out = write_digits(out, self->digits, self->count);
        return write_digits(out, "000000", whole - self->count);
    }
    out = write_digits(out, self->digits, whole);
    *out++ = '.';
    return write_digits(out, self->digits + whole, self->count - whole);
}

size_t
weir_format_double(double number, char text[WEIR_DOUBLE_SIZE])
{
    static const double whole_most = 9007199254740992; /* 2^53 */
    struct numeral numeral = {0};
    double size = fabs(number);
    char *out = text;

    if (isnan(number))
        return (size_t)(stpcpy(text, "NaN") - text);
    if (isinf(number))
        return (size_t)(stpcpy(text, number < 0 ? "-Inf" : "+Inf") - text);

    if (size < whole_most && !(size < trunc(size)) && !(size > trunc(size)))
        of_whole(&numeral, (uint64_t)size);
    else
        find_shortest(&numeral, size);
    if (signbit(number))
        *out++ = '-';
    out = numeral.exponent < PLAIN_LEAST || numeral.exponent > PLAIN_MOST
              ? write_scientific(out, &numeral)
              : write_plain(out, &numeral);
    *out = '\0';
    return (size_t)(out - text);
}
