/* tsdb_test.c - what storage tsdb promises of samples */
#include <config.h>

#include "tsdb.c"

#include "tsdb_spec.h"

START_TEST(gives_back_what_it_was_given)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "load 1 100\ncpu{mode=\"idle\"} 5 100\n");
    append(&store, "load 2 200\n");

    check_answer(&store, all,
                 "load 1 100\nload 2 200\ncpu{mode=\"idle\"} 5 100\n");
}
END_TEST

START_TEST(calls_durable_what_the_disk_has)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);
    uint64_t sequence = 0;

    append(&store, "load 1 100\n");
    append(&store, "load 1 200\n");

    ck_assert_int_eq(tsdb_last(self, harness_stream, &sequence), 0);
    ck_assert_uint_eq(sequence, 2);
    ck_assert_uint_eq(weir_harness_durable(store.harness), 2);
    ck_assert_int_eq(tsdb_last(self, (const uint8_t[16]){"none"}, &sequence),
                     -ENOENT);
}
END_TEST

START_TEST(has_everything_after_it_was_closed_and_opened)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    uint64_t sequence = 0;

    append(&store, "a 1 100\nb 2 100\n");
    append(&store, "a 3 200\nb 4 210\n");
    append(&store, "c{x=\"1\"} 5 300\n");
    weir_cleanup(weir_free) char *before = answer_to(&store, all);
    reopen(&store);

    check_answer(&store, all, before);
    ck_assert_int_eq(
        tsdb_last(weir_harness_self(store.harness), harness_stream, &sequence),
        0);
    ck_assert_uint_eq(sequence, 3);
}
END_TEST

START_TEST(goes_on_after_it_was_opened_again)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\n");
    reopen(&store);
    append(&store, "b 1 150\na 2 200\n");
    reopen(&store);
    append(&store, "a 3 300\n");
    reopen(&store);

    check_answer(&store, all, "a 1 100\na 2 200\na 3 300\nb 1 150\n");
}
END_TEST

START_TEST(sealed_samples_are_as_good_as_open_ones)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append_times(&store, "a", 1000, 300);

    check_times(&store, "a", 1000, 300);
    reopen(&store);
    check_times(&store, "a", 1000, 300);
}
END_TEST

START_TEST(puts_late_samples_in_their_place)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append_times(&store, "a", 1500, 200);
    append_times(&store, "a", 1000, 500);

    check_times(&store, "a", 1000, 700);
    reopen(&store);
    check_times(&store, "a", 1000, 700);
}
END_TEST

START_TEST(the_last_of_two_at_one_time_wins)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append_times(&store, "a", 1000, 200);
    append(&store, "a 7 1000\n");
    append(&store, "a 8 1199\n");
    append(&store, "a 9 1199\n");

    check_has(&store, all, "a 7 1000\na 1001 1001\n");
    check_has(&store, all, "a 1198 1198\na 9 1199\n");
    reopen(&store);
    check_has(&store, all, "a 7 1000\na 1001 1001\n");
    check_has(&store, all, "a 1198 1198\na 9 1199\n");
}
END_TEST

START_TEST(what_comes_twice_is_stored_once)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    for (int i = 0; i < 3; i++)
        append_times(&store, "a", 1000, 100);

    check_times(&store, "a", 1000, 100);
}
END_TEST

START_TEST(keeps_every_bit_of_a_nan)
{
    static const uint64_t bits[] = {
        WEIR_STALE_BITS, UINT64_C(0x7ff8000000000001),
        UINT64_C(0xfff8000000000abc), UINT64_C(0x7ff0000000000000),
        UINT64_C(0x8000000000000000)};
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct samples samples = {0};

    append(&store, "a 1 100\n");
    for (size_t i = 0; i < WEIR_COUNT(bits); i++)
        put_bits(&store, bits[i], 200 + (int64_t)i);
    for (int turn = 0; turn < 2; turn++) {
        read_head(&store, &samples);
        ck_assert_uint_eq(samples.count, 1 + WEIR_COUNT(bits));
        ck_assert_mem_eq(samples.values + 1, bits, sizeof(bits));
        reopen(&store);
    }
    samples_fini(&samples);
}
END_TEST

START_TEST(refuses_series_above_the_limit)
{
    const char *settings[] = {"series = 2", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);
    const struct weir_select status = {.want = WEIR_STATUS};

    ck_assert_int_eq(
        weir_harness_append(store.harness, "a 1 10\nb 1 10\nc 1 10\n"), 1);
    ck_assert_int_eq(
        weir_harness_append(store.harness, "a 2 20\nb 2 20\nc 2 21\n"), 1);

    check_answer(&store, all, "a 1 10\na 2 20\nb 1 10\nb 2 20\n");
    check_has(&store, status, "refused_samples=2\n");
}
END_TEST

START_TEST(refuses_what_is_older_than_the_retention_or_of_tomorrow)
{
    const char *settings[] = {"retention = 1h", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);
    int64_t now_ns = clock_wall_ns();
    char text[128];

    ck_assert_int_eq(weir_harness_append(store.harness, "a 1 10\nb 1 10\n"), 2);
    (void)snprintf(text, sizeof(text),
                   "a 1 %" PRId64 "\na 2 %" PRId64 "\na 3 10\n", now_ns,
                   now_ns + 90000 * NS_PER_S);
    ck_assert_int_eq(weir_harness_append(store.harness, text), 2);

    (void)snprintf(text, sizeof(text), "a 1 %" PRId64 "\n", now_ns);
    check_answer(&store, all, text);
}
END_TEST

SPEC("storage tsdb", gives_back_what_it_was_given,
     calls_durable_what_the_disk_has,
     has_everything_after_it_was_closed_and_opened,
     goes_on_after_it_was_opened_again, sealed_samples_are_as_good_as_open_ones,
     puts_late_samples_in_their_place, the_last_of_two_at_one_time_wins,
     what_comes_twice_is_stored_once, keeps_every_bit_of_a_nan,
     refuses_series_above_the_limit,
     refuses_what_is_older_than_the_retention_or_of_tomorrow)
