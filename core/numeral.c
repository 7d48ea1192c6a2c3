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
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

#include "shortest.h"

enum { DIGITS_MOST = 17, DIGITS_SURE = 15 };

/* The exponents of numbers that are written without one. */
struct notation {
    int least, most;
};

static const struct notation of_clients = {-4, 5};
static const struct notation of_api = {-6, 20};

/* A number without its sign: d.ddd * 10^exponent. */
struct numeral {
    char text[24];
    char *digits; /* [count], in 'text' */
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
    self->digits = self->text;
    for (; *text != 'e'; text++)
        if (*text != '.')
            self->digits[self->count++] = *text;
    self->exponent = (int)strtol(text + 1, NULL, 10);
    trim(self);
}

static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

/* Whole numbers are most of what is measured, and quickly done. */
static void
of_whole(struct numeral *self, uint64_t whole)
{
    char *at = self->text + sizeof(self->text);

    for (; whole >= 100; whole /= 100) {
        at -= 2;
        memcpy(at, &pairs[whole % 100 * 2], 2);
    }
    at -= 2;
    memcpy(at, &pairs[whole * 2], 2);
    at += whole < 10;
    self->digits = at;
    self->count = (int)(self->text + sizeof(self->text) - at);
    self->exponent = self->count - 1;
    trim(self);
}

/* Fifteen digits never lose a shorter numeral, but for numbers so small that
 * they have fewer; seventeen never lose a double. */
static void
find_slowly(struct numeral *self, double number)
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

static void
find_shortest(struct numeral *self, double number)
{
    struct shortest shortest;

    if (!shortest_decimal(number, &shortest)) {
        find_slowly(self, number);
        return;
    }
    of_whole(self, shortest.digits);
    self->exponent += shortest.exponent;
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
    struct numeral numeral = {.count = 0};
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
