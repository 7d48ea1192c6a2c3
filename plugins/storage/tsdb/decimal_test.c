/* decimal_test.c - integers become the doubles that they stand for */
#include <config.h>

#include <weir/cleanup.h>

#include "base.h"
#include "decimal.h"
#include "spec.h"

enum { ROUNDS = 20000, COUNT = 7 };

/* An integer of any size up to 'decimal_most'. */
static int64_t
draw(uint64_t *chance)
{
    return (int64_t)spec_random(chance) >> (12 + spec_random(chance) % 51);
}

START_TEST(they_are_what_division_makes_of_them_to_the_last_bit)
{
    uint64_t chance = spec_seed();

    for (int i = 0; i < ROUNDS; i++) {
        const double power =
            decimal_powers[spec_random(&chance) % ARRAY_SIZE(decimal_powers)];
        size_t count = spec_random(&chance) % (COUNT + 1);
        int64_t numbers[COUNT] = {0};
        double values[COUNT];
        for (size_t j = 0; j < count; j++)
            numbers[j] = draw(&chance);
        memcpy(values, numbers, sizeof(values));

        decimals_to_integers(values, count);
        decimals_divide(values, count, power);

        for (size_t j = 0; j < count; j++)
            ck_assert_uint_eq(decimal_bits(values[j]),
                              decimal_bits((double)numbers[j] / power));
    }
}
END_TEST

START_TEST(integers_become_doubles_that_are_whole)
{
    static const int64_t numbers[] = {
        0, 1, -1, 1 << 30, -(INT64_C(1) << 51), INT64_C(1) << 51};
    double values[ARRAY_SIZE(numbers)];

    memcpy(values, numbers, sizeof(values));
    decimals_to_integers(values, ARRAY_SIZE(numbers));

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        ck_assert_uint_eq(decimal_bits(values[i]),
                          decimal_bits((double)numbers[i]));
}
END_TEST

SPEC("decimals", they_are_what_division_makes_of_them_to_the_last_bit,
     integers_become_doubles_that_are_whole)
