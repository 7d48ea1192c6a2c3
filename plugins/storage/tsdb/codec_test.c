/* codec_test.c - what a chunk's codec promises */
#include <config.h>

#include <errno.h>
#include <math.h>

#include <weir/batch.h>
#include <weir/cleanup.h>

#include "base.h"
#include "codec.h"
#include "spec.h"

enum { ROUNDS = 400 };

static double
from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* Returns the size; the bytes and the values lie in memory of their own size,
 * so that a sanitizer sees what goes beyond. */
static size_t
check_round_trip(const double *values, size_t count)
{
    weir_cleanup(weir_free) unsigned char *room = xcalloc(CODEC_ROOM, 1);
    size_t size = codec_encode(values, count, room);
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(size, 1);
    weir_cleanup(weir_free) double *decoded = xcalloc(count, sizeof(*decoded));

    ck_assert_uint_le(size, CODEC_ROOM);
    memcpy(bytes, room, size);
    ck_assert_int_eq(codec_decode(bytes, size, count, decoded), 0);
    ck_assert_mem_eq(decoded, values, count * sizeof(*values));
    double divisor = 0;
    ck_assert_int_eq(
        codec_decode_undivided(bytes, size, count, decoded, &divisor), 0);
    for (size_t i = 0; i < count && divisor != 1; i++)
        decoded[i] /= divisor;
    ck_assert_mem_eq(decoded, values, count * sizeof(*values));
    return size;
}

/* Kinds of values that a property test draws from. */
typedef double draw(uint64_t *chance, double before);

static double
draw_bits(uint64_t *chance, double before)
{
    (void)before;
    return from_bits(spec_random(chance));
}

static double
draw_counter(uint64_t *chance, double before)
{
    return before + (double)(spec_random(chance) % 100);
}

static double
draw_rare(uint64_t *chance, double before)
{
    return before + (spec_random(chance) % 20 == 0);
}

static double
draw_percent(uint64_t *chance, double before)
{
    (void)before;
    return (double)(spec_random(chance) % 1000) / 10;
}

static double
draw_pages(uint64_t *chance, double before)
{
    return before + 4096 * ((double)(spec_random(chance) % 64) - 32);
}

static double
draw_walk(uint64_t *chance, double before)
{
    return before + (double)spec_random(chance) / 0x1p64 - 0.5;
}

static double
draw_huge(uint64_t *chance, double before)
{
    return before + (double)(spec_random(chance) >> 8);
}

static double
draw_odd(uint64_t *chance, double before)
{
    static const uint64_t odd[] = {
        WEIR_STALE_BITS,
        UINT64_C(0x7ff8000000000001),
        UINT64_C(0xfff8000000000000),
        UINT64_C(0x7ff0000000000000),
        UINT64_C(0xfff0000000000000),
        UINT64_C(0x8000000000000000),
        UINT64_C(0x0000000000000001),
        UINT64_C(0x7fefffffffffffff),
        UINT64_C(0xffefffffffffffff),
        UINT64_C(0x4340000000000001),
    };

    (void)before;
    return from_bits(odd[spec_random(chance) % ARRAY_SIZE(odd)]);
}

static double
draw_same(uint64_t *chance, double before)
{
    (void)spec_random(chance);
    return before;
}

static draw *const draws[] = {
    draw_bits, draw_counter, draw_rare, draw_percent, draw_pages,
    draw_walk, draw_huge,    draw_odd,  draw_same,
};

/* Draws of one kind, now and then of another. */
static void
draw_values(uint64_t *chance, double *values, size_t count)
{
    size_t kind = spec_random(chance) % ARRAY_SIZE(draws);
    uint64_t rarity = 1 + spec_random(chance) % 200;
    double before = (double)(spec_random(chance) % 100000);

    for (size_t i = 0; i < count; i++) {
        size_t now = spec_random(chance) % rarity == 7
                         ? spec_random(chance) % ARRAY_SIZE(draws)
                         : kind;
        values[i] = draws[now](chance, before);
        if (isfinite(values[i]))
            before = values[i];
    }
}

START_TEST(gives_back_every_bit_of_any_values)
{
    uint64_t chance = spec_seed();
    weir_cleanup(weir_free) double *values = xcalloc(CODEC_MOST, 8);

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t most = spec_random(&chance) % 4 ? 300 : CODEC_MOST;
        size_t count = 1 + spec_random(&chance) % most;
        draw_values(&chance, values, count);
        (void)check_round_trip(values, count);
    }
}
END_TEST

START_TEST(gives_back_special_values_alone_and_among_others)
{
    uint64_t chance = 1;
    double values[100];

    for (int round = 0; round < 50; round++) {
        double one = draw_odd(&chance, 0);
        (void)check_round_trip(&one, 1);
        for (size_t i = 0; i < 100; i++)
            values[i] = i == (size_t)round ? one : (double)i / 4;
        (void)check_round_trip(values, 100);
        for (size_t i = 0; i < 100; i++)
            values[i] = i % 3 ? one : (double)i;
        (void)check_round_trip(values, 100);
    }
}
END_TEST

START_TEST(fits_the_worst_chunk_into_its_room)
{
    uint64_t chance = spec_seed();
    weir_cleanup(weir_free) double *values = xcalloc(CODEC_MOST, 8);

    for (size_t i = 0; i < CODEC_MOST; i++)
        values[i] = draw_bits(&chance, 0);
    size_t size = check_round_trip(values, CODEC_MOST);

    ck_assert_uint_le(size, CODEC_MOST * 8 + CODEC_MOST / 16 + 16);
}
END_TEST

START_TEST(keeps_equal_values_in_a_few_bytes)
{
    double values[1024];

    for (size_t i = 0; i < 1024; i++)
        values[i] = 0;
    ck_assert_uint_eq(check_round_trip(values, 1024), 1);
    for (size_t i = 0; i < 1024; i++)
        values[i] = 5;
    ck_assert_uint_eq(check_round_trip(values, 1024), 3);
    for (size_t i = 0; i < 1024; i++)
        values[i] = from_bits(WEIR_STALE_BITS);
    ck_assert_uint_eq(check_round_trip(values, 1024), 9);
}
END_TEST

START_TEST(keeps_even_growth_in_a_few_bytes)
{
    double values[1024];

    for (size_t i = 0; i < 1024; i++)
        values[i] = 123456789 + 1000 * (double)i;

    ck_assert_uint_le(check_round_trip(values, 1024), 24);
}
END_TEST

static size_t
size_of_drawn(draw *draw_one, double before)
{
    uint64_t chance = 7;
    double values[1024];

    for (size_t i = 0; i < 1024; i++)
        values[i] = before = draw_one(&chance, before);
    return check_round_trip(values, 1024);
}

START_TEST(keeps_integers_and_short_decimals_small)
{
    /* log2(100) is 6.7 bits, log2(1000) 10, log2(64) 6. */
    ck_assert_uint_le(size_of_drawn(draw_counter, 1e9), 1024 * 7 / 8 + 64);
    ck_assert_uint_le(size_of_drawn(draw_percent, 0), 1024 * 10 / 8 + 64);
    ck_assert_uint_le(size_of_drawn(draw_pages, 4096e6), 1024 * 6 / 8 + 80);
    ck_assert_uint_le(size_of_drawn(draw_rare, 1e6), 1024 / 7);
}
END_TEST

START_TEST(a_stale_marker_does_not_spoil_a_chunk)
{
    double values[1024];

    for (size_t i = 0; i < 1024; i++)
        values[i] = (double)i / 10;
    size_t size = check_round_trip(values, 1024);
    values[1023] = values[500] = from_bits(WEIR_STALE_BITS);

    ck_assert_uint_le(check_round_trip(values, 1024), size + 40);
}
END_TEST

START_TEST(full_doubles_never_grow_by_much)
{
    ck_assert_uint_le(size_of_drawn(draw_walk, 50), 1024 * 7);
    ck_assert_uint_le(size_of_drawn(draw_bits, 0), 1024 * 8 + 100);
}
END_TEST

START_TEST(refuses_bytes_that_are_cut_or_too_many)
{
    double values[200], decoded[200];
    unsigned char bytes[CODEC_ROOM];
    uint64_t chance = 3;

    for (size_t kind = 0; kind < ARRAY_SIZE(draws); kind++) {
        for (size_t i = 0; i < 200; i++)
            values[i] = draws[kind](&chance, i ? values[i - 1] : 1);
        size_t size = codec_encode(values, 200, bytes);
        for (size_t less = 0; less < size; less++)
            ck_assert_int_eq(codec_decode(bytes, less, 200, decoded), -EBADMSG);
        ck_assert_int_eq(codec_decode(bytes, size + 1, 200, decoded), -EBADMSG);
        ck_assert_int_eq(codec_decode(bytes, size, 0, decoded), -EBADMSG);
    }
}
END_TEST

START_TEST(summarises_what_is_a_number_and_counts_what_is_not)
{
    double values[] = {3, from_bits(WEIR_STALE_BITS), -1, __builtin_nan(""),
                       0.5};

    struct codec_summary summary = codec_summarise(values, 5);

    ck_assert_double_eq(summary.min, -1);
    ck_assert_double_eq(summary.max, 3);
    ck_assert_double_eq(summary.sum, 2.5);
    ck_assert_uint_eq(summary.stales, 1);
    ck_assert_uint_eq(summary.nans, 1);
    ck_assert(isnan(codec_summarise(&values[1], 1).min));
}
END_TEST

SPEC("a codec", gives_back_every_bit_of_any_values,
     gives_back_special_values_alone_and_among_others,
     fits_the_worst_chunk_into_its_room, keeps_equal_values_in_a_few_bytes,
     keeps_even_growth_in_a_few_bytes, keeps_integers_and_short_decimals_small,
     a_stale_marker_does_not_spoil_a_chunk, full_doubles_never_grow_by_much,
     refuses_bytes_that_are_cut_or_too_many,
     summarises_what_is_a_number_and_counts_what_is_not)
