/* tsdb_test.c - what storage tsdb promises */
#include <config.h>

#include "tsdb.c"

#include <sys/wait.h>

#include <weir/harness.h>

#include "clock.h"
#include "spec.h"
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

START_TEST(gives_what_lies_after_and_until)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_select middle = {
        .want = WEIR_SAMPLES, .after_ns = 10, .until_ns = 30};

    append(&store, "load 1 10\nload 2 20\nload 3 30\nload 4 40\n");

    check_answer(&store, middle, "load 2 20\nload 3 30\n");
}
END_TEST

START_TEST(gives_series_that_meet_all_conditions)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_matcher idle[] = {
        {"__name__", WEIR_EQUAL, "cpu", NULL},
        {"mode", WEIR_NOT_EQUAL, "user", NULL},
    };
    const struct weir_select what = {
        .want = WEIR_SAMPLES, .matchers = idle, .matcher_count = 2};

    append(&store, "cpu{mode=\"idle\"} 1 10\ncpu{mode=\"user\"} 2 10\n"
                   "load 3 10\n");

    check_answer(&store, what, "cpu{mode=\"idle\"} 1 10\n");
}
END_TEST

START_TEST(gives_the_last_value_when_asked_alone)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_select last = {.want = WEIR_SAMPLES,
                                     .after_ns = 5,
                                     .until_ns = 25,
                                     .function = WEIR_LAST,
                                     .range_ns = 20,
                                     .alone = true};

    append(&store, "a 1 10\nold 1 5\n");
    append(&store, "a 2 20\nold 1 3\n");
    append(&store, "a 3 30\n");

    check_answer(&store, last, "a 2 25\n");
}
END_TEST

START_TEST(lists_names_and_values_once)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "cpu{cpu=\"0\",mode=\"idle\"} 1 10\n"
                   "cpu{cpu=\"1\",mode=\"idle\"} 2 10\n");

    check_answer(&store, (struct weir_select){.want = WEIR_LABEL_NAMES},
                 "__name__\ncpu\nmode\n");
    check_answer(
        &store,
        (struct weir_select){.want = WEIR_LABEL_VALUES, .label = "mode"},
        "idle\n");
    check_answer(
        &store,
        (struct weir_select){.want = WEIR_LABEL_VALUES, .label = "__name__"},
        "cpu\n");
}
END_TEST

START_TEST(refuses_a_format_that_is_newer)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    write_format_file(&store, "weir tsdb 2 and who knows what\n");

    ck_assert_int_eq(try_reopen(&store), -ENOTSUP);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "format 2"));
}
END_TEST

START_TEST(refuses_what_is_no_store)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    write_format_file(&store, "something else\n");
    ck_assert_int_eq(try_reopen(&store), -EBADMSG);
    write_format_file(&store, "weir tsdb 1 0123\n");
    ck_assert_int_eq(try_reopen(&store), -EBADMSG);
}
END_TEST

START_TEST(refuses_a_second_holder)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct weir_harness *second = NULL;
    const char *settings[] = {store.setting, NULL};

    ck_assert_int_eq(
        weir_harness_open(&tsdb_LTX_weir_plugin, settings, &second), -EBUSY);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "another process"));
}
END_TEST

START_TEST(has_the_same_after_a_flush)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    append_times(&store, "a", 1000, 300);
    flush_now(&store);

    ck_assert_uint_eq(part_count(&store), 1);
    ck_assert_uint_eq(self->head.samples + self->head.frozen_samples, 0);
    check_times(&store, "a", 1000, 300);
    reopen(&store);
    check_times(&store, "a", 1000, 300);
}
END_TEST

START_TEST(merges_parts_and_head_by_time)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append_times(&store, "a", 1400, 100);
    flush_now(&store);
    append_times(&store, "a", 1000, 300);
    flush_now(&store);
    reopen(&store);
    append_times(&store, "a", 1250, 200);

    ck_assert_uint_eq(part_count(&store), 2);
    check_times(&store, "a", 1000, 500);
    reopen(&store);
    check_times(&store, "a", 1000, 500);
}
END_TEST

START_TEST(what_came_last_wins_over_what_is_in_a_part)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\na 2 200\nb 3 100\n");
    flush_now(&store);
    append(&store, "a 7 100\n");
    check_answer(&store, all, "a 7 100\na 2 200\nb 3 100\n");
    flush_now(&store);
    check_answer(&store, all, "a 7 100\na 2 200\nb 3 100\n");
    reopen(&store);
    check_answer(&store, all, "a 7 100\na 2 200\nb 3 100\n");
}
END_TEST

START_TEST(a_row_goes_on_after_a_flush_and_a_restart)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\nb 2 100\n");
    flush_now(&store);
    append(&store, "a 3 200\nb 4 200\n");
    reopen(&store);

    check_answer(&store, all, "a 1 100\na 3 200\nb 2 100\nb 4 200\n");
}
END_TEST

START_TEST(knows_its_streams_after_a_flush)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    uint64_t sequence = 0;

    append_times(&store, "a", 1000, 7);
    flush_now(&store);
    reopen(&store);

    ck_assert_int_eq(
        tsdb_last(weir_harness_self(store.harness), harness_stream, &sequence),
        0);
    ck_assert_uint_eq(sequence, 7);
}
END_TEST

START_TEST(lets_parts_go_that_are_older_than_the_retention)
{
    const char *settings[] = {"retention = 1h", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);
    struct tsdb *self = weir_harness_self(store.harness);
    char text[64];

    (void)snprintf(text, sizeof(text), "a 1 %" PRId64 "\n", clock_wall_ns());
    append(&store, text);
    flush_now(&store);
    check_answer(&store, all, text);
    self->retention.ns = 1;
    flush_now(&store);

    ck_assert_uint_eq(part_count(&store), 0);
    check_answer(&store, all, "");
    reopen(&store);
    check_answer(&store, all, "");
}
END_TEST

START_TEST(says_which_series_are_where_in_time)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_select late = {
        .want = WEIR_LABEL_VALUES, .label = "__name__", .after_ns = 150};
    const struct weir_select early = {.want = WEIR_LABEL_VALUES,
                                      .label = "__name__",
                                      .after_ns = 50,
                                      .until_ns = 150};

    append(&store, "a 1 100\n");
    flush_now(&store);
    append(&store, "b 1 200\n");

    check_answer(&store, early, "a\n");
    check_answer(&store, late, "b\n");
}
END_TEST

START_TEST(a_damaged_part_spoils_only_itself)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    append(&store, "a 1 100\n");
    flush_now(&store);
    append(&store, "a 2 200\n");
    flush_now(&store);
    weir_cleanup(weir_free) char *path = tsdb_part_path(self, 0, 1);
    ck_assert_int_eq(truncate(path, 100), 0);
    reopen(&store);

    check_answer(&store, all, "a 2 200\n");
    check_has(&store, (struct weir_select){.want = WEIR_STATUS},
              "damaged_parts=1\n");
}
END_TEST

SPEC("storage tsdb", gives_back_what_it_was_given,
     calls_durable_what_the_disk_has,
     has_everything_after_it_was_closed_and_opened,
     goes_on_after_it_was_opened_again, sealed_samples_are_as_good_as_open_ones,
     puts_late_samples_in_their_place, the_last_of_two_at_one_time_wins,
     what_comes_twice_is_stored_once, keeps_every_bit_of_a_nan,
     refuses_series_above_the_limit,
     refuses_what_is_older_than_the_retention_or_of_tomorrow,
     gives_what_lies_after_and_until, gives_series_that_meet_all_conditions,
     gives_the_last_value_when_asked_alone, lists_names_and_values_once,
     refuses_a_format_that_is_newer, refuses_what_is_no_store,
     refuses_a_second_holder, has_the_same_after_a_flush,
     merges_parts_and_head_by_time, what_came_last_wins_over_what_is_in_a_part,
     a_row_goes_on_after_a_flush_and_a_restart, knows_its_streams_after_a_flush,
     lets_parts_go_that_are_older_than_the_retention,
     says_which_series_are_where_in_time, a_damaged_part_spoils_only_itself)
