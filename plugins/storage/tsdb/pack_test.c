/* pack_test.c - what is packed for memory comes back bit for bit */
#include <config.h>

#include "pack.c"

#include <weir/batch.h>

#include "spec.h"

static uint64_t
chance(void)
{
    static uint64_t state = 7;

    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return state ^ state >> 29;
}

static void
check_values(const double *values, size_t count)
{
    unsigned char bytes[PACK_ROOM];
    double again[PACK_MOST];

    size_t size = pack_values(values, count, bytes);
    ck_assert_uint_le(size, PACK_ROOM);
    unpack_values(bytes, size, count, again);
    for (size_t i = 0; i < count; i++)
        ck_assert_uint_eq(decimal_bits(again[i]), decimal_bits(values[i]));
}

static void
check_times(const int64_t *times_ns, size_t count)
{
    unsigned char bytes[PACK_ROOM];
    int64_t again[PACK_MOST];

    size_t size = pack_times(times_ns, count, bytes);
    ck_assert_uint_le(size, PACK_ROOM);
    unpack_times(bytes, size, count, again);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(again[i], times_ns[i]);
}

typedef double value_at(uint64_t bits, size_t at);

static double
whole(uint64_t bits, size_t at)
{
    return (double)at * 1000 - (double)(bits % 5000);
}

static double
tenths(uint64_t bits, size_t at)
{
    (void)at;
    return (double)(bits % 1000) / 10;
}

static double
mixed_places(uint64_t bits, size_t at)
{
    return (double)(bits % 100000) / decimal_powers[at % 7];
}

static double
any_bits(uint64_t bits, size_t at)
{
    double value;

    (void)at;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static double
special(uint64_t bits, size_t at)
{
    static const uint64_t specials[] = {
        WEIR_STALE_BITS,
        UINT64_C(0x7ff8000000000001),
        UINT64_C(0xfff8000000000abc),
        UINT64_C(0x7ff0000000000000),
        UINT64_C(0xfff0000000000000),
        UINT64_C(0x8000000000000000),
        UINT64_C(0x0000000000000001),
        UINT64_C(0x4320000000000000), /* 2^51 */
        UINT64_C(0x4340000000000000), /* 2^53 */
        UINT64_C(0xc340000000000001),
        0,
    };

    return bits % 3 ? whole(bits, at)
                    : any_bits(specials[bits / 3 % ARRAY_SIZE(specials)], at);
}

static double
same(uint64_t bits, size_t at)
{
    (void)bits;
    (void)at;
    return -0.0;
}

START_TEST(values_come_back_bit_for_bit)
{
    static value_at *const kinds[] = {whole,    tenths,  mixed_places,
                                      any_bits, special, same};
    double values[PACK_MOST] = {0};

    for (size_t count = 1; count <= PACK_MOST; count++)
        for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
            for (size_t i = 0; i < count; i++)
                values[i] = kinds[kind](chance(), i);
            check_values(values, count);
        }
}
END_TEST

START_TEST(times_come_back)
{
    int64_t times_ns[PACK_MOST] = {0};

    for (int jitter = 1; jitter <= 1000000; jitter *= 10)
        for (size_t count = 1; count <= PACK_MOST; count++) {
            for (size_t i = 0; i < count; i++)
                times_ns[i] = (int64_t)i * 1000000000 +
                              (int64_t)(chance() % (uint64_t)jitter) * 1000;
            check_times(times_ns, count);
        }
}
END_TEST

START_TEST(times_may_be_as_far_apart_as_can_be)
{
    static const int64_t times_ns[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

    for (size_t count = 1; count <= ARRAY_SIZE(times_ns); count++)
        check_times(times_ns, count);
}
END_TEST

START_TEST(regular_times_and_equal_values_take_next_to_nothing)
{
    unsigned char bytes[PACK_ROOM];
    int64_t times_ns[PACK_MOST] = {0};
    double values[PACK_MOST] = {0};

    for (int i = 0; i < PACK_MOST; i++) {
        times_ns[i] = INT64_C(1790000000000000000) + i * INT64_C(1000000000);
        values[i] = 0.1;
    }
    ck_assert_uint_le(pack_times(times_ns, PACK_MOST, bytes), 20);
    ck_assert_uint_le(pack_values(values, PACK_MOST, bytes), 9);
}
END_TEST

SPEC("samples packed for memory", values_come_back_bit_for_bit, times_come_back,
     times_may_be_as_far_apart_as_can_be,
     regular_times_and_equal_values_take_next_to_nothing)
