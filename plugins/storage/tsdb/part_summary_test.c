/* part_summary_test.c - summaries come back, and short */
#include <config.h>

#include <float.h>

#include "part_format.h"
#include "spec.h"

enum { COUNT = 300 };

/* Writes the summary, checks that it comes back bit for bit, and returns its
 * size. */
static size_t
check_summary(const struct codec_summary *summary, uint32_t count)
{
    struct part_summary written;

    part_summary_write(summary, count, &written);
    struct wire_in in = {written.bytes, written.size, false};
    ck_assert_uint_le(written.size, sizeof(written.bytes));
    struct codec_summary got = part_summary_read(&in, written.flags, count);
    ck_assert(wire_ended(&in));
    in = (struct wire_in){written.bytes, written.size, false};
    part_summary_skip(&in, written.flags);
    ck_assert(wire_ended(&in));
    ck_assert_mem_eq(&got.min, &summary->min, sizeof(got.min));
    ck_assert_mem_eq(&got.max, &summary->max, sizeof(got.max));
    ck_assert_mem_eq(&got.sum, &summary->sum, sizeof(got.sum));
    ck_assert_uint_eq(got.stales, summary->stales);
    ck_assert_uint_eq(got.nans, summary->nans);
    return written.size;
}

static size_t
check_values(const double *values, size_t count)
{
    struct codec_summary summary = codec_summarise(values, count);

    return check_summary(&summary, (uint32_t)count);
}

START_TEST(of_a_counter_takes_few_bytes)
{
    double values[COUNT];

    for (size_t i = 0; i < COUNT; i++)
        values[i] = 73384000 + (double)(i * 3 + i % 7);
    ck_assert_uint_le(check_values(values, COUNT), 5 + 2 + 3);
}
END_TEST

START_TEST(of_decimals_whose_sum_was_rounded_takes_few_bytes)
{
    double values[COUNT];

    for (size_t i = 0; i < COUNT; i++)
        values[i] = (double)(8161186 + i * 11) / 100;
    ck_assert_uint_le(check_values(values, COUNT), 5 + 2 + 4);
}
END_TEST

START_TEST(of_what_never_changes_is_its_value)
{
    double values[COUNT] = {0};

    ck_assert_uint_eq(check_values(values, COUNT), 1);
}
END_TEST

static double
any_value(uint64_t *chance)
{
    static const double some[] = {
        0,       -0.0,         1,        -1,       0.1,      1e300,     -1e300,
        DBL_MIN, 5e-324,       HUGE_VAL, 1.0 / 3,  1e18,     0x1p51,    0x1p52,
        -0x1p51, 2251799813.7, 1e-18,    0.000123, 1e15 + 1, -HUGE_VAL,
    };
    uint64_t drawn = spec_random(chance);
    double value;

    switch (drawn % 4) {
    case 0:
        return some[drawn / 4 % (sizeof(some) / sizeof(some[0]))];
    case 1:
        return (double)(drawn >> (4 + drawn / 4 % 60)) / 1000;
    case 2:
        return (double)(int64_t)drawn;
    default:
        memcpy(&value, &drawn, sizeof(value));
        return value;
    }
}

START_TEST(of_any_values_come_back)
{
    uint64_t chance = spec_seed();

    for (int round = 0; round < 20000; round++) {
        double values[8];
        size_t count = 1 + spec_random(&chance) % 8;
        for (size_t i = 0; i < count; i++)
            values[i] = any_value(&chance);
        (void)check_values(values, count);
    }
}
END_TEST

/* What damaged bytes could say. */
START_TEST(of_any_numbers_come_back)
{
    uint64_t chance = spec_seed();

    for (int round = 0; round < 20000; round++) {
        const struct codec_summary summary = {
            .min = any_value(&chance),
            .max = any_value(&chance),
            .sum = any_value(&chance),
            .stales = (uint32_t)(spec_random(&chance) % 3),
            .nans = (uint32_t)(spec_random(&chance) % 3),
        };
        (void)check_summary(&summary,
                            4 + (uint32_t)(spec_random(&chance) % CODEC_MOST));
    }
}
END_TEST

SPEC("a summary in the index", of_a_counter_takes_few_bytes,
     of_decimals_whose_sum_was_rounded_takes_few_bytes,
     of_what_never_changes_is_its_value, of_any_values_come_back,
     of_any_numbers_come_back)
