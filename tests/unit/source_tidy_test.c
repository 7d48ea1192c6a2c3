/* source_tidy_test.c - a source lets go of series that are long gone */
#include <config.h>

#include "source_store.h"

#define LABELS(...) ((const struct weir_label[]){__VA_ARGS__, {0}})

static const struct weir_metric load = {"load", WEIR_GAUGE, "", "Load."};
static const struct weir_label none[] = {{0}};
static const int64_t hour_ns = 3600 * NS_PER_S;
static const int64_t minute_ns = 60 * NS_PER_S;

static struct store store;
static struct weir_source *source;
static int64_t now_ns;

static void
begin(uint32_t limit)
{
    store_init(&store);
    source =
        store_source(&store, &(struct source_settings){.series_limit = limit});
    now_ns = 1000 * hour_ns;
}

static void
end(void)
{
    source_abandon(&source);
    store_fini(&store);
    ck_assert_uint_eq(store.figures.series, 0);
}

/* A cycle in which the series from 'first' to 'last' are there. */
static void
cycle(int first, int last)
{
    struct weir_batch *batch = weir_batch_begin(source, now_ns);

    for (int i = first; i <= last; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%d", i);
        weir_add(batch, &load, LABELS({"n", text}), i);
    }
    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);
}

START_TEST(what_is_absent_for_an_hour_leaves_when_it_is_much)
{
    begin(0);
    cycle(1, 100);
    now_ns += NS_PER_S;
    cycle(51, 100);

    now_ns += hour_ns;
    cycle(51, 100);
    ck_assert_uint_eq(store.figures.series, 100);
    now_ns += hour_ns;
    store_clear(&store);
    cycle(51, 100);

    ck_assert_uint_eq(store.figures.series, 50);
    ck_assert_uint_eq(store.forgotten, 1);
    store_clear(&store);
    now_ns += NS_PER_S;
    cycle(51, 52);
    ck_assert_uint_eq(store.samples, 50); /* of it 48 markers */
    ck_assert_uint_eq(store_layout_count(&store), 1);
    end();
}
END_TEST

START_TEST(what_is_absent_stays_when_it_is_little)
{
    begin(0);
    for (int i = 0; i < 4; i++) {
        cycle(i ? 11 : 1, 100);
        now_ns += hour_ns;
    }

    ck_assert_uint_eq(store.figures.series, 100);
    ck_assert_uint_eq(store.forgotten, 0);
    end();
}
END_TEST

START_TEST(what_is_absent_leaves_within_minutes_when_the_limit_is_reached)
{
    begin(10);
    for (int i = 0; i < 5; i++) {
        cycle(i ? 9 : 1, i ? 18 : 10);
        now_ns += minute_ns;
    }

    store_clear(&store);
    cycle(9, 18);
    ck_assert_uint_eq(store.samples, 10);
    ck_assert_uint_eq(store.figures.series, 10);
    end();
}
END_TEST

START_TEST(series_that_come_and_go_do_not_fill_the_source)
{
    begin(100);
    for (int i = 0; i < 600; i++) {
        cycle(i * 20, i * 20 + 19);
        now_ns += minute_ns;
        ck_assert_uint_le(store.figures.series, 100);
    }

    ck_assert_uint_le(source->entry_count, 400);
    ck_assert_uint_le(source->by_series.mask, 4095);
    ck_assert_uint_le(store_layout_count(&store), 1);
    end();
}
END_TEST

START_TEST(a_clock_that_was_set_back_does_not_stop_it)
{
    begin(0);
    cycle(1, 100);
    now_ns -= 500 * hour_ns;
    for (int i = 0; i < 3; i++) {
        cycle(51, 100);
        now_ns += hour_ns + 1;
    }

    ck_assert_uint_eq(store.figures.series, 50);
    end();
}
END_TEST

START_TEST(a_pinned_reference_lasts_until_each_of_its_owners_dropped_it)
{
    const struct weir_series pinned = {&load, "_pinned", none};
    uint32_t first = 0;
    uint32_t second = 0;
    begin(0);
    struct weir_batch *batch = weir_batch_begin(source, now_ns);
    ck_assert_int_eq(weir_series_refer(batch, &pinned, NULL, 0, &first), 0);
    ck_assert_int_eq(weir_series_refer(batch, &pinned, NULL, 0, &second), 0);
    weir_series_drop(batch, first);
    weir_batch_destroy(&batch);

    cycle(1, 100);
    for (int i = 0; i < 3; i++) {
        now_ns += hour_ns;
        cycle(101, 110);
    }
    ck_assert_uint_eq(store.figures.series, 11);
    (void)store_text(&store);
    batch = weir_batch_begin(source, now_ns);
    weir_set(batch, second, 7);
    weir_series_drop(batch, second);
    weir_batch_fail(&batch);
    for (int i = 0; i < 3; i++) {
        now_ns += hour_ns;
        cycle(1, 1);
    }

    ck_assert_uint_eq(store.figures.series, 1);
    end();
}
END_TEST

static uint32_t
find_or_refer(struct weir_batch *batch, const char *key, int *found)
{
    const struct weir_series series = {&load, "", LABELS({"key", key})};
    uint32_t reference = 0;

    if (weir_series_find(batch, key, strlen(key), &reference) == 0)
        ++*found;
    else
        (void)weir_series_refer(batch, &series, key, strlen(key), &reference);
    return reference;
}

/* The key "a" each time, others each once. */
static int
keys_cycle(int number, bool loose)
{
    struct weir_batch *batch = weir_batch_begin(source, now_ns);
    int found = 0;
    char key[16];

    (void)snprintf(key, sizeof(key), "k%d", number);
    if (loose)
        weir_set_at(batch, find_or_refer(batch, "a", &found), now_ns, 1);
    else
        weir_set(batch, find_or_refer(batch, "a", &found), 1);
    weir_set(batch, find_or_refer(batch, key, &found), number);
    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);
    return found;
}

START_TEST(keys_outlast_a_rebuild_where_their_series_do)
{
    begin(0);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(keys_cycle(i, false), i > 0);
        now_ns += hour_ns;
    }

    ck_assert_uint_gt(store.forgotten, 0);
    ck_assert_uint_le(source->key_count, 4);
    end();
}
END_TEST

START_TEST(loose_samples_count_as_being_there)
{
    begin(0);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(keys_cycle(i, true), i > 0);
        now_ns += hour_ns;
    }

    ck_assert_uint_gt(store.forgotten, 0);
    end();
}
END_TEST

START_TEST(one_series_given_in_two_ways_stays_one_over_a_rebuild)
{
    begin(0);
    cycle(1, 100);
    for (int i = 0; i < 4; i++) {
        struct weir_batch *batch = weir_batch_begin(source, now_ns);
        weir_add(batch, &load, LABELS({"a", "1"}, {"b", "2"}), 1);
        weir_add(batch, &load, LABELS({"b", "2"}, {"a", "1"}), 2);
        weir_batch_end(&batch, NULL, NULL);
        now_ns += hour_ns;
    }

    ck_assert_uint_eq(store.figures.series, 1);
    (void)store_text(&store);
    struct weir_batch *batch = weir_batch_begin(source, now_ns);
    weir_batch_fail(&batch);
    ck_assert_str_eq(store_text(&store), "load{a=\"1\",b=\"2\"} stale\n");
    end();
}
END_TEST

SPEC("tidy sources", what_is_absent_for_an_hour_leaves_when_it_is_much,
     what_is_absent_stays_when_it_is_little,
     what_is_absent_leaves_within_minutes_when_the_limit_is_reached,
     series_that_come_and_go_do_not_fill_the_source,
     a_clock_that_was_set_back_does_not_stop_it,
     a_pinned_reference_lasts_until_each_of_its_owners_dropped_it,
     keys_outlast_a_rebuild_where_their_series_do,
     loose_samples_count_as_being_there,
     one_series_given_in_two_ways_stays_one_over_a_rebuild)
