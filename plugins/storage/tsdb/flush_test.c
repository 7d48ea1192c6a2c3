/* flush_test.c - what storage tsdb moves into parts */
#include <config.h>

#include "tsdb.c"

#include "tsdb_spec.h"

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

/* More than a change of the catalog takes. */
START_TEST(knows_very_many_series_after_a_flush)
{
    enum { LINES = 3000, BATCHES = 6, LINE_MOST = 16 };
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    weir_cleanup(weir_free) char *text = xcalloc(LINES, LINE_MOST);
    struct tsdb *self = NULL;

    for (int batch = 0; batch < BATCHES; batch++) {
        size_t length = 0;
        for (int i = 0; i < LINES; i++)
            length += (size_t)snprintf(text + length, LINE_MOST, "s%d 1 1\n",
                                       batch * LINES + i);
        append(&store, text);
    }
    flush_now(&store);
    reopen(&store);

    self = weir_harness_self(store.harness);
    ck_assert_uint_eq(self->head.known, LINES * BATCHES);
    check_has(&store, all, "\ns17999 1 1\n");
}
END_TEST

SPEC("a flush of storage tsdb", has_the_same_after_a_flush,
     merges_parts_and_head_by_time, what_came_last_wins_over_what_is_in_a_part,
     a_row_goes_on_after_a_flush_and_a_restart, knows_its_streams_after_a_flush,
     lets_parts_go_that_are_older_than_the_retention,
     a_damaged_part_spoils_only_itself, knows_very_many_series_after_a_flush)
