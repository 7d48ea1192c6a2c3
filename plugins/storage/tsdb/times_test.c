/* times_test.c - what the codec of times promises */
#include <config.h>

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "spec.h"
#include "times.h"

static const int64_t begin_ns = INT64_C(1790000000) * NS_PER_S;

/* They are said to be even if they are. */
static void
check_even(const unsigned char *bytes, size_t size, const int64_t *times_ns,
           size_t count)
{
    uint64_t first_ns = (uint64_t)times_ns[0];
    uint64_t every_ns = count > 1 ? (uint64_t)times_ns[1] - first_ns : 1;
    int64_t from_ns = 0;
    uint64_t said_ns = 0;
    bool even = true;

    for (size_t i = 1; i < count; i++)
        even &= (uint64_t)times_ns[i] == first_ns + i * every_ns;
    ck_assert(times_even(bytes, size, count, &from_ns, &said_ns) == even);
    if (!even)
        return;
    ck_assert_int_eq(from_ns, times_ns[0]);
    ck_assert_uint_eq(said_ns, every_ns);
}

static size_t
check_round_trip(const int64_t *times_ns, size_t count)
{
    weir_cleanup(weir_free) unsigned char *room = xcalloc(TIMES_ROOM, 1);
    size_t size = times_encode(times_ns, count, room);
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(size, 1);
    weir_cleanup(weir_free) int64_t *decoded = xcalloc(count, 8);

    memcpy(bytes, room, size);
    ck_assert_int_eq(times_decode(bytes, size, count, decoded), 0);
    ck_assert_mem_eq(decoded, times_ns, count * sizeof(*times_ns));
    check_even(bytes, size, times_ns, count);
    return size;
}

/* Each time after its turn by up to 'jitter_ns'. */
static size_t
size_of_jittered(size_t count, int64_t jitter_ns, int64_t unit_ns)
{
    uint64_t chance = 5;
    weir_cleanup(weir_free) int64_t *times_ns = xcalloc(count, 8);

    for (size_t i = 0; i < count; i++)
        times_ns[i] = begin_ns + (int64_t)i * NS_PER_S +
                      (int64_t)(spec_random(&chance) %
                                (uint64_t)(jitter_ns / unit_ns + 1)) *
                          unit_ns;
    return check_round_trip(times_ns, count);
}

START_TEST(gives_back_any_ascending_times)
{
    uint64_t chance = spec_seed();
    weir_cleanup(weir_free) int64_t *times_ns = xcalloc(TIMES_MOST, 8);

    for (int round = 0; round < 300; round++) {
        size_t count = 1 + spec_random(&chance) % TIMES_MOST;
        uint64_t spread = UINT64_C(1) << spec_random(&chance) % 50;
        times_ns[0] = (int64_t)(spec_random(&chance) % INT64_MAX) / 8;
        for (size_t i = 1; i < count; i++)
            times_ns[i] =
                times_ns[i - 1] + 1 + (int64_t)(spec_random(&chance) % spread);
        (void)check_round_trip(times_ns, count);
    }
}
END_TEST

START_TEST(gives_back_the_first_and_last_time_of_all)
{
    const int64_t times_ns[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

    (void)check_round_trip(times_ns, 5);
    (void)check_round_trip(times_ns, 1);
    (void)check_round_trip(times_ns + 4, 1);
}
END_TEST

START_TEST(regular_times_cost_nothing)
{
    ck_assert_uint_le(size_of_jittered(TIMES_MOST, 0, 1), 40);
}
END_TEST

START_TEST(jitter_of_milliseconds_costs_a_few_bits)
{
    /* 5 milliseconds more or less are differences of 21 kinds: 4.4 bits. */
    size_t size = size_of_jittered(1024, 10 * NS_PER_MS, NS_PER_MS);

    ck_assert_uint_le(size, 1024 * 5 / 8 + 60);
}
END_TEST

START_TEST(refuses_times_that_do_not_ascend)
{
    const int64_t level[] = {1, 2, 2, 3};
    const int64_t falling[] = {1, 3, 2, 4};
    unsigned char bytes[TIMES_ROOM];
    int64_t decoded[4];

    size_t size = times_encode(level, 4, bytes);
    ck_assert_int_eq(times_decode(bytes, size, 4, decoded), -EBADMSG);
    size = times_encode(falling, 4, bytes);
    ck_assert_int_eq(times_decode(bytes, size, 4, decoded), -EBADMSG);
}
END_TEST

START_TEST(refuses_bytes_that_are_cut_or_too_many)
{
    const int64_t times_ns[] = {10, 20, 35, 40};
    unsigned char bytes[TIMES_ROOM] = {0};
    int64_t decoded[5];

    size_t size = times_encode(times_ns, 4, bytes);
    for (size_t less = 0; less < size; less++)
        ck_assert_int_eq(times_decode(bytes, less, 4, decoded), -EBADMSG);
    ck_assert_int_eq(times_decode(bytes, size + 1, 4, decoded), -EBADMSG);
}
END_TEST

SPEC("a codec of times", gives_back_any_ascending_times,
     gives_back_the_first_and_last_time_of_all, regular_times_cost_nothing,
     jitter_of_milliseconds_costs_a_few_bits, refuses_times_that_do_not_ascend,
     refuses_bytes_that_are_cut_or_too_many)
