/* numeral_test.c - numbers as the shortest text that reads back exactly */
#include <weir/text.h>

#include <float.h>
#include <math.h>

#include "spec.h"

static void
expect(double number, const char *text)
{
    char got[WEIR_DOUBLE_SIZE];

    ck_assert_uint_eq(weir_format_double(number, got), strlen(text));
    ck_assert_str_eq(got, text);
}

START_TEST(writes_whole_numbers_without_a_point)
{
    expect(0, "0");
    expect(-0.0, "-0");
    expect(7, "7");
    expect(-42, "-42");
    expect(100000, "100000");
    expect(123456, "123456");
}
END_TEST

START_TEST(writes_fractions_in_full_down_to_a_ten_thousandth)
{
    expect(0.5, "0.5");
    expect(-12.25, "-12.25");
    expect(99999.9, "99999.9");
    expect(0.0001, "0.0001");
    expect(0.1 + 0.2, "0.30000000000000004");
    expect(100.0 / 3, "33.333333333333336");
}
END_TEST

START_TEST(writes_large_and_small_numbers_with_an_exponent)
{
    expect(1e6, "1e+06");
    expect(1234567, "1.234567e+06");
    expect(1.23e9, "1.23e+09");
    expect(9007199254740993.0, "9.007199254740992e+15");
    expect(0.00001, "1e-05");
    expect(1e100, "1e+100");
    expect(DBL_MAX, "1.7976931348623157e+308");
    expect(DBL_TRUE_MIN, "5e-324");
}
END_TEST

static void
expect_plain(double number, const char *text)
{
    char got[WEIR_DOUBLE_SIZE];

    ck_assert_uint_eq(weir_format_plain(number, got), strlen(text));
    ck_assert_str_eq(got, text);
}

START_TEST(writes_numbers_of_the_api_without_an_exponent)
{
    expect_plain(1234567, "1234567");
    expect_plain(1e20, "100000000000000000000");
    expect_plain(123456789012345680000.0, "123456789012345680000");
    expect_plain(0.00000125, "0.00000125");
    expect_plain(-0.000001, "-0.000001");
    expect_plain(1700000000.123, "1700000000.123");
    expect_plain(-123456789.01234567, "-123456789.01234567");
}
END_TEST

START_TEST(gives_the_api_an_exponent_where_it_must)
{
    expect_plain(1e21, "1e+21");
    expect_plain(-1.5e300, "-1.5e+300");
    expect_plain(0.00000099, "9.9e-07");
    expect_plain(DBL_TRUE_MIN, "5e-324");
}
END_TEST

/* Writes the digits of a numeral without sign, point, exponent, and zeros at
 * its ends. */
static void
take_digits(const char *text, char digits[64])
{
    size_t count = 0;

    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (*text != '0' || count > 0))
            digits[count++] = *text;
    while (count > 0 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
}

/* Numbers between 2^-90 and 2^90, every third with few bits. */
static double
random_number(uint64_t *state, int nth)
{
    uint64_t bits = spec_random(state) >> 12;
    double number = 0;

    if (nth % 3 == 0)
        bits &= ~UINT64_C(0) << (nth % 53);
    bits |= (1023 - 90 + spec_random(state) % 180) << 52;
    memcpy(&number, &bits, sizeof(number));
    return number;
}

START_TEST(finds_the_digits_that_printf_finds)
{
    uint64_t state = spec_seed();

    for (int i = 0; i < 200000; i++) {
        double number = random_number(&state, i);
        double back = 0;
        char text[WEIR_DOUBLE_SIZE], other[64], digits[64], others[64];
        for (int count = 14; back < number || back > number; count++) {
            (void)snprintf(other, sizeof(other), "%.*e", count, number);
            back = strtod(other, NULL);
        }
        (void)weir_format_double(number, text);
        back = strtod(text, NULL);
        ck_assert_mem_eq(&back, &number, sizeof(back));
        take_digits(text, digits);
        take_digits(other, others);
        /* Next to a power of two there may be fewer than printf finds. */
        if (strlen(digits) >= strlen(others))
            ck_assert_str_eq(digits, others);
    }
}
END_TEST

START_TEST(writes_fractions_as_short_as_they_can_be)
{
    uint64_t state = spec_seed();

    for (int i = 0; i < 20000; i++) {
        double digits = (double)(spec_random(&state) % 1000000000);
        double number = digits / 100000;
        char text[WEIR_DOUBLE_SIZE];
        char most[WEIR_DOUBLE_SIZE];
        (void)weir_format_plain(number, text);
        (void)snprintf(most, sizeof(most), "%.5f", number);
        ck_assert_uint_le(strlen(text), strlen(most));
        double back = strtod(text, NULL);
        ck_assert_mem_eq(&back, &number, sizeof(back));
    }
}
END_TEST

START_TEST(writes_what_is_no_number_as_prometheus_does)
{
    expect((double)INFINITY, "+Inf");
    expect(-(double)INFINITY, "-Inf");
    expect((double)NAN, "NaN");
}
END_TEST

START_TEST(reads_back_exactly_whatever_the_bits)
{
    uint64_t state = spec_seed();
    char text[WEIR_DOUBLE_SIZE];

    for (int i = 0; i < 20000; i++) {
        uint64_t bits = spec_random(&state);
        double number = 0;
        memcpy(&number, &bits, sizeof(number));
        if (!isfinite(number))
            continue;
        ck_assert_uint_lt(weir_format_double(number, text), sizeof(text));
        double back = strtod(text, NULL);
        ck_assert_mem_eq(&back, &number, sizeof(back));
    }
}
END_TEST

SPEC("numeral", writes_whole_numbers_without_a_point,
     writes_fractions_in_full_down_to_a_ten_thousandth,
     writes_large_and_small_numbers_with_an_exponent,
     writes_numbers_of_the_api_without_an_exponent,
     gives_the_api_an_exponent_where_it_must,
     writes_fractions_as_short_as_they_can_be,
     finds_the_digits_that_printf_finds,
     writes_what_is_no_number_as_prometheus_does,
     reads_back_exactly_whatever_the_bits)
