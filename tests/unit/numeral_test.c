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
     writes_what_is_no_number_as_prometheus_does,
     reads_back_exactly_whatever_the_bits)
