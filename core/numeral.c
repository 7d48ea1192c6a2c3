/* numeral.c - a number as the shortest text that reads back exactly
 *
 * Two notations, which differ in where an exponent, of two digits at least,
 * begins: that of Go's 'g' format, which Prometheus' clients use, below 1e-04
 * and from 1e+06 on; and that of Prometheus' API, below 1e-06 and from 1e+21
 * on.
 */
#include <config.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

enum { DIGITS_MOST = 17, DIGITS_SURE = 15, FRACTION_MOST = 19 };

/* The exponents of numbers that are written without one. */
struct notation {
    int least, most;
};

static const struct notation of_clients = {-4, 5};
static const struct notation of_api = {-6, 20};

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
    char reversed[sizeof(self->digits)];
    int count = 0;

    do
        reversed[count++] = (char)('0' + whole % 10);
    while (whole /= 10);
    for (int i = 0; i < count; i++)
        self->digits[i] = reversed[count - 1 - i];
    self->count = count;
    self->exponent = count - 1;
    trim(self);
}

/* Most of what is measured has few decimals.  Up to 15 digits and the power of
 * ten are exact as doubles, and so the quotient is rounded once, as if the text
 * were read: when that is the number, the text is found, and no shorter one
 * was. */
static bool
of_fraction(struct numeral *self, double number)
{
    static const double digits_most = 1e15;
    double power = 1;

    if (number < 1e-4 || number >= digits_most)
        return false;
    for (int decimals = 1; decimals <= FRACTION_MOST; decimals++) {
        power *= 10;
        double digits = nearbyint(number * power);
        if (digits >= digits_most)
            return false;
        double back = digits / power;
        if (back < number || back > number)
            continue;
        of_whole(self, (uint64_t)digits);
        self->exponent -= decimals;
        return true;
    }
    return false;
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
    static const char zeros[] = "0.0000000";
    int whole = self->exponent + 1; /* digits before the point */

    if (whole <= 0) {
        out = write_digits(out, zeros, 2 - whole);
        return write_digits(out, self->digits, self->count);
    }
    if (whole >= self->count) {
        out = write_digits(out, self->digits, self->count);
        return write_digits(out, "00000000000000000000", whole - self->count);
    }
    out = write_digits(out, self->digits, whole);
    *out++ = '.';
    return write_digits(out, self->digits + whole, self->count - whole);
}

static size_t
format(double number, struct notation notation, char text[WEIR_DOUBLE_SIZE])
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
    else if (!of_fraction(&numeral, size))
        find_shortest(&numeral, size);
    if (signbit(number))
        *out++ = '-';
    out = numeral.exponent < notation.least || numeral.exponent > notation.most
              ? write_scientific(out, &numeral)
              : write_plain(out, &numeral);
    *out = '\0';
    return (size_t)(out - text);
}

size_t
weir_format_double(double number, char text[WEIR_DOUBLE_SIZE])
{
    return format(number, of_clients, text);
}

size_t
weir_format_plain(double number, char text[WEIR_DOUBLE_SIZE])
{
    return format(number, of_api, text);
}
