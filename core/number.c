/* number.c - read numbers from text, fast and exactly */
#include <config.h>

#include "number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "word.h"

/* What decimal notation says, but for its sign: digits * 10^exponent. */
struct decimal {
    uint64_t digits;  /* the first 19, without leading zeros */
    int64_t exponent; /* at most EXPONENT_MOST either way */
    bool cut;         /* there were more digits than fit */
};

enum { DIGITS_MOST = 19, EXPONENT_MOST = 100000 };

static inline bool
is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Reads digits into 'ret_decimal'; '*room' is how many more fit.  Those that
 * do not fit move the exponent by 1 each instead. */
static const char *
scan_digits(const char *text, int *room, struct decimal *decimal)
{
    for (; is_digit(*text); text++) {
        unsigned digit = (unsigned)(*text - '0');
        if (*room > 0) {
            decimal->digits = decimal->digits * 10 + digit;
            *room -= decimal->digits != 0;
        } else {
            decimal->exponent++;
            decimal->cut |= digit != 0;
        }
    }
    return text;
}

/* Reads "e+12", when that is what is there; a lone "e" is not. */
static const char *
scan_exponent(const char *text, struct decimal *decimal)
{
    if ((*text | 0x20) != 'e')
        return text;

    const char *at = text + 1;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    if (!is_digit(*at))
        return text;

    int64_t exponent = 0;
    for (; is_digit(*at); at++) {
        if (exponent < EXPONENT_MOST)
            exponent = exponent * 10 + (*at - '0');
    }
    decimal->exponent += negative ? -exponent : exponent;
    return at;
}

static const char *
scan_decimal(const char *text, struct decimal *decimal)
{
    int room = DIGITS_MOST;
    const char *end = scan_digits(text, &room, decimal);
    bool any = end > text;

    if (*end == '.') {
        const char *fraction = end + 1;
        end = scan_digits(fraction, &room, decimal);
        any |= end > fraction;
        decimal->exponent -= end - fraction;
    }
    return any ? scan_exponent(end, decimal) : NULL;
}

static const double powers_of_ten[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

enum { POWER_MOST = 22 };

/* When the digits and the power of ten are both exact as doubles, one
 * multiplication or division rounds once, and so rightly. */
static bool
round_double(const struct decimal *decimal, double *ret_number)
{
    if (decimal->digits > UINT64_C(1) << DBL_MANT_DIG)
        return false;

    double digits = (double)decimal->digits;
    *ret_number = decimal->exponent < 0
                      ? digits / powers_of_ten[-decimal->exponent]
                      : digits * powers_of_ten[decimal->exponent];
    return true;
}

#if LDBL_MANT_DIG == 64
/* The same with 64 bits of mantissa, which is wrong by half of the last bit at
 * most; rounding that to a double's 53 is right unless the 11 bits that go are
 * next to the middle. */
static bool
round_long_double(const struct decimal *decimal, double *ret_number)
{
    const uint64_t middle = UINT64_C(1) << 10;
    long double power = (long double)powers_of_ten[llabs(decimal->exponent)];
    long double digits = (long double)decimal->digits;
    long double number =
        decimal->exponent < 0 ? digits / power : digits * power;
    uint64_t mantissa = 0;

    memcpy(&mantissa, &number, sizeof(mantissa));
    uint64_t going = mantissa & (2 * middle - 1);
    if (going + 1 >= middle && going <= middle + 1)
        return false;
    *ret_number = (double)number;
    return true;
}
#else
static bool
round_long_double(const struct decimal *decimal, double *ret_number)
{
    (void)decimal;
    (void)ret_number;
    return false;
}
#endif

/* Whatever is too long, too large or too small for the short ways.  The "C"
 * locale object is glibc's own constant: making it costs nothing. */
static bool
round_slowly(const char *text, double *ret_number)
{
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double number = strtod_l(text, NULL, locale);

    freelocale(locale);
    *ret_number = number;
    return !isinf(number);
}

static bool
round_decimal(const char *text, const struct decimal *decimal,
              double *ret_number)
{
    bool short_way = !decimal->cut && llabs(decimal->exponent) <= POWER_MOST;

    if (decimal->digits == 0 && !decimal->cut) {
        *ret_number = 0;
        return true;
    }
    if (short_way && (round_double(decimal, ret_number) ||
                      round_long_double(decimal, ret_number)))
        return true;
    return round_slowly(text, ret_number);
}

/* In this order, since the first is the start of the second. */
static const struct {
    const char *text;
    double number;
} words[] = {{"infinity", HUGE_VAL}, {"inf", HUGE_VAL}, {"nan", (double)NAN}};

static const char *
scan_word(const char *text, double *ret_number)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *end = word_past(text, words[i].text, WORD_ANY_CASE);
        if (end) {
            *ret_number = words[i].number;
            return end;
        }
    }
    return NULL;
}

const char *
number_scan(const char *text, double *ret_number)
{
    struct decimal decimal = {0};
    bool negative = *text == '-';
    const char *start = text + (negative || *text == '+');
    double number = 0;

    const char *end = scan_decimal(start, &decimal);
    if (!end)
        end = scan_word(start, &number);
    else if (!round_decimal(start, &decimal, &number))
        return NULL;
    if (end)
        *ret_number = negative ? -number : number;
    return end;
}

/* Returns whether digits * 10^exponent, rounded, fits. */
static bool
round_whole(const struct decimal *decimal, int64_t exponent,
            uint64_t *ret_number)
{
    uint64_t number = decimal->digits;

    for (; exponent > 0 && number; exponent--)
        if (__builtin_mul_overflow(number, 10, &number))
            return false;
    for (; exponent < -1 && number; exponent++)
        number /= 10;
    if (exponent < 0)
        number = number / 10 + (number % 10 >= 5);
    *ret_number = number;
    return number <= INT64_MAX;
}

const char *
number_scan_shifted(const char *text, int places, int64_t *ret_number)
{
    struct decimal decimal = {0};
    bool negative = *text == '-';
    uint64_t size = 0;

    const char *end = scan_decimal(text + (negative || *text == '+'), &decimal);
    if (!end || !round_whole(&decimal, decimal.exponent + places, &size))
        return NULL;
    *ret_number = negative ? -(int64_t)size : (int64_t)size;
    return end;
}

/* Eight digits at a time --------------------------------------------------- */

enum { WORD = sizeof(uint64_t), BYTE_BITS = 8 };

static const uint64_t whole_powers[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
};

/* Returns the bytes less '0' of each; the first is the lowest. */
static inline uint64_t
load_digits(const char *text)
{
    uint64_t word = 0;

    memcpy(&word, text, sizeof(word));
    return word ^ UINT64_C(0x3030303030303030);
}

/* Says how many of the bytes, from the first on, are digits. */
static inline unsigned
count_digits(uint64_t word)
{
    uint64_t above_nine = word + UINT64_C(0x7676767676767676);
    uint64_t others = (above_nine | word) & UINT64_C(0x8080808080808080);

    return others ? (unsigned)__builtin_ctzll(others) / BYTE_BITS : WORD;
}

/* Puts eight digits together: by pairs, then fours, then all. */
static inline uint64_t
join_digits(uint64_t word)
{
    word = word * 10 + (word >> 8);
    word =
        (word & UINT64_C(0x00ff00ff00ff00ff)) * (1 + (UINT64_C(100) << 16)) >>
        16;
    word =
        (word & UINT64_C(0x0000ffff0000ffff)) * (1 + (UINT64_C(10000) << 32)) >>
        32;
    return word;
}

/* Adds up to eight digits, and says how many there were. */
static inline unsigned
take_word(const char *text, uint64_t *digits)
{
    uint64_t word = load_digits(text);
    unsigned count = count_digits(word);

    if (count == 0)
        return 0;
    word <<= (WORD - count) * BYTE_BITS;
    *digits = *digits * whole_powers[count] + join_digits(word);
    return count;
}

/* Takes all digits that are there, three words at most. */
static inline unsigned
take_digits(const char *text, uint64_t *digits)
{
    unsigned count = take_word(text, digits);

    if (count == WORD)
        count += take_word(text + WORD, digits);
    if (count == 2 * WORD)
        count += take_word(text + 2 * (size_t)WORD, digits);
    return count;
}

/* What no number that is read quickly is longer than, with what is looked at
 * behind it. */
enum { LENGTH_MOST = 64 };

const char *
number_scan_before(const char *text, const char *stop, double *ret_number)
{
    struct decimal decimal = {0};
    bool negative = *text == '-';
    const char *start = text + negative;
    double number = 0;

    if (stop - text < LENGTH_MOST ||
        __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ || !is_digit(*start))
        return number_scan(text, ret_number);
    unsigned count = take_digits(start, &decimal.digits);
    const char *end = start + count;
    if (*end == '.' && count <= DIGITS_MOST) {
        unsigned fraction = take_digits(end + 1, &decimal.digits);
        decimal.exponent = -(int64_t)fraction;
        count += fraction;
        end += 1 + fraction;
    }
    if (count > DIGITS_MOST)
        return number_scan(text, ret_number);
    end = scan_exponent(end, &decimal);
    if (!round_decimal(start, &decimal, &number))
        return NULL;
    *ret_number = negative ? -number : number;
    return end;
}

const char *
number_scan_u64(const char *text, uint64_t *ret_number)
{
    uint64_t number = 0;
    const char *at = text;

    for (; is_digit(*at); at++) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *at - '0', &number))
            return NULL;
    }
    if (at == text)
        return NULL;
    *ret_number = number;
    return at;
}

const char *
number_scan_i64(const char *text, int64_t *ret_number)
{
    bool negative = *text == '-';
    uint64_t size = 0;

    const char *end = number_scan_u64(text + negative, &size);
    if (!end || size > (uint64_t)INT64_MAX + negative)
        return NULL;
    *ret_number = negative ? (int64_t)(0 - size) : (int64_t)size;
    return end;
}
