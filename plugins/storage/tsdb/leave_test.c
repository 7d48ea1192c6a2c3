/* leave_test.c - series without samples leave storage tsdb, and may come back
 */
#include <config.h>

#include "tsdb.c"

#include <weir/harness.h>

#include "spec.h"
#include "tsdb_spec.h"

static const struct weir_select names = {
    .want = WEIR_SERIES, .after_ns = 0, .until_ns = -1};

/* Lets all samples go, and then their series. */
static void
expire(struct store *store)
{
    struct tsdb *self = weir_harness_self(store->harness);

    flush_now(store);
    self->retention.ns = 1;
    flush_now(store);
    self->retention.ns = 0;
    ck_assert_uint_eq(part_count(store), 0);
    leave_now(self);
}

static uint32_t
known(struct store *store)
{
    const struct tsdb *self = weir_harness_self(store->harness);

    return self->head.known;
}

START_TEST(a_series_without_samples_leaves)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\nb 1 100\n");
    expire(&store);

    check_answer(&store, names, "");
    ck_assert_uint_eq(known(&store), 0);
    reopen(&store);
    flush_now(&store);
    reopen(&store);
    check_answer(&store, all, "");
}
END_TEST

START_TEST(a_series_in_the_head_or_in_a_part_stays)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    append(&store, "a 1 100\nb 1 100\nc{x=\"1\"} 1 100\n");
    expire(&store);
    ck_assert_uint_eq(known(&store), 0);
    append(&store, "a 2 200\n");
    flush_now(&store);
    append(&store, "b 2 300\n");
    leave_now(self);

    check_answer(&store, names, "a\nb\n");
    check_answer(&store, all, "a 2 200\nb 2 300\n");
}
END_TEST

START_TEST(the_catalog_has_no_series_that_left)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\nb 1 100\n");
    expire(&store);
    append(&store, "b 2 200\n");
    flush_now(&store);
    reopen(&store);

    ck_assert_uint_eq(known(&store), 1);
    check_answer(&store, all, "b 2 200\n");
}
END_TEST

START_TEST(a_series_that_left_comes_back)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\nb{x=\"y\"} 1 100\n");
    expire(&store);
    append(&store, "a 2 200\nb{x=\"y\"} 2 200\n");
    append(&store, "a 3 300\n");

    check_answer(&store, all, "a 2 200\na 3 300\nb{x=\"y\"} 2 200\n");
    check_answer(&store, names, "a\nb{x=\"y\"}\n");
}
END_TEST

START_TEST(a_series_that_came_back_is_one_after_a_crash)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\nb 1 100\n");
    expire(&store);
    append(&store, "a 2 200\n");
    reopen(&store); /* no flush has told the catalog */
    append(&store, "a 3 300\n");

    check_answer(&store, all, "a 2 200\na 3 300\n");
    flush_now(&store);
    reopen(&store);
    check_answer(&store, all, "a 2 200\na 3 300\n");
    check_has(&store, names, "a\n");
}
END_TEST

START_TEST(those_that_left_make_room_below_the_limit)
{
    const char *settings[] = {"series = 2", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);

    append(&store, "a 1 100\nb 1 100\n");
    ck_assert_int_eq(weir_harness_append(store.harness, "c 1 100\n"), 1);
    expire(&store);
    append(&store, "c 1 100\nd 1 100\n");

    check_answer(&store, all, "c 1 100\nd 1 100\n");
}
END_TEST

START_TEST(nothing_leaves_while_samples_move_into_parts)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    append(&store, "a 1 100\n");
    flush_start(&self->flush);
    leave_now(self);
    ck_assert_int_eq(flush_end(&self->flush), 0);

    check_answer(&store, all, "a 1 100\n");
}
END_TEST

/* Series come, stay for a while, leave and come again, in rows and by
 * themselves; now and then the store is opened again. */
START_TEST(series_come_and_go_at_random)
{
    enum { SERIES = 30, STEPS = 150 };
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    uint64_t chance = spec_seed();
    bool lives[SERIES] = {false};

    for (int step = 1; step <= STEPS; step++) {
        char text[SERIES * 32] = "";
        size_t length = 0;
        for (int i = 0; i < SERIES; i++) {
            if (spec_random(&chance) % 5)
                continue;
            lives[i] = true;
            length += (size_t)snprintf(text + length, sizeof(text) - length,
                                       "s{i=\"%d\"} 1 %d\n", i, step);
        }
        if (length > 0)
            append(&store, text);
        if (spec_random(&chance) % 8 == 0) {
            expire(&store);
            memset(lives, 0, sizeof(lives));
        }
        if (spec_random(&chance) % 10 == 0)
            reopen(&store);
        else if (spec_random(&chance) % 6 == 0)
            flush_now(&store);
        for (int i = 0; i < SERIES; i++) {
            char value[16];
            (void)snprintf(value, sizeof(value), "%d", i);
            const struct weir_matcher matcher = {"i", WEIR_EQUAL, value, NULL};
            const struct weir_select one = {
                .want = WEIR_SAMPLES, .matchers = &matcher, .matcher_count = 1};
            weir_cleanup(weir_free) char *have = answer_to(&store, one);
            ck_assert_msg((*have != '\0') == lives[i], "step %d, series %d: %s",
                          step, i, have);
        }
    }
}
END_TEST

SPEC("series that leave storage tsdb", a_series_without_samples_leaves,
     a_series_in_the_head_or_in_a_part_stays,
     the_catalog_has_no_series_that_left, a_series_that_left_comes_back,
     a_series_that_came_back_is_one_after_a_crash,
     those_that_left_make_room_below_the_limit,
     nothing_leaves_while_samples_move_into_parts, series_come_and_go_at_random)
