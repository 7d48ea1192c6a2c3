/* limits_test.c - storage tsdb refuses series above its limits, and says which
 */
#include <config.h>

#include "tsdb.c"

#include <weir/harness.h>

#include "spec.h"
#include "tsdb_spec.h"

static const struct weir_select status = {.want = WEIR_STATUS};

/* Appends one sample of each of 'count' series, made of the format and their
 * number; returns how many were refused. */
static int
append_many(struct store *store, const char *before, const char *after,
            int count)
{
    int refused = 0;

    for (int i = 0; i < count; i++) {
        char line[128];
        (void)snprintf(line, sizeof(line), "%s%d%s 1 %d\n", before, i, after,
                       100 + i);
        refused += weir_harness_append(store->harness, line);
    }
    return refused;
}

START_TEST(refuses_new_series_above_the_limit_of_all)
{
    const char *settings[] = {"series = 5", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);

    ck_assert_int_eq(append_many(&store, "m", "", 8), 3);
    ck_assert_int_eq(append_many(&store, "m", "", 5), 0);
    check_has(&store, status, "refused_samples=3\n");
    check_has(&store, status, "refused_series_samples=3\n");
}
END_TEST

START_TEST(refuses_what_one_source_has_above_its_limit)
{
    const char *settings[] = {"source_series = 4", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);

    ck_assert_int_eq(append_many(&store, "m", "{instance=\"a\"}", 6), 2);
    ck_assert_int_eq(append_many(&store, "m", "{instance=\"b\"}", 4), 0);
    ck_assert_int_eq(append_many(&store, "m", "", 5), 1);
    check_has(&store, status, "refused_source_samples=3\n");
}
END_TEST

START_TEST(refuses_what_one_name_has_above_its_limit)
{
    const char *settings[] = {"name_series = 3", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);

    ck_assert_int_eq(append_many(&store, "m{user=\"", "\"}", 10), 7);
    ck_assert_int_eq(append_many(&store, "other{user=\"", "\"}", 3), 0);
    check_has(&store, status, "refused_name_samples=7\n");
}
END_TEST

START_TEST(refuses_series_that_come_too_fast)
{
    const char *settings[] = {"series_rate = 1", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);
    struct tsdb *tsdb = weir_harness_self(store.harness);

    ck_assert_int_eq(append_many(&store, "a", "", 60), 0);
    tsdb->limits.tokens = 0;
    tsdb->limits.filled_ns = clock_now_ns() + 3600 * NS_PER_S;
    ck_assert_int_eq(append_many(&store, "b", "", 3), 3);
    ck_assert_int_eq(append_many(&store, "a", "", 60), 0);
    check_has(&store, status, "refused_rate_samples=3\n");
}
END_TEST

START_TEST(series_may_come_again_when_time_has_passed)
{
    const char *settings[] = {"series_rate = 2", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);
    struct tsdb *tsdb = weir_harness_self(store.harness);

    ck_assert_int_eq(append_many(&store, "a", "", 1), 0);
    tsdb->limits.tokens = 0;
    tsdb->limits.filled_ns = clock_now_ns() - 3 * NS_PER_S / 2;
    ck_assert_int_eq(append_many(&store, "b", "", 3), 0);
}
END_TEST

START_TEST(what_the_store_had_counts_after_it_was_opened_again)
{
    const char *settings[] = {"series = 3", "name_series = 2", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);

    ck_assert_int_eq(append_many(&store, "m{user=\"", "\"}", 2), 0);
    reopen(&store);
    ck_assert_int_eq(append_many(&store, "m{user=\"x", "\"}", 1), 1);
    flush_now(&store);
    reopen(&store);
    ck_assert_int_eq(append_many(&store, "m{user=\"x", "\"}", 1), 1);
    ck_assert_int_eq(append_many(&store, "n", "", 3), 2);
    check_has(&store, status, "refused_name_samples=1\n");
    check_has(&store, status, "refused_series_samples=2\n");
}
END_TEST

START_TEST(zero_is_no_limit)
{
    const char *settings[] = {"series = 0", "source_series = 0",
                              "name_series = 0", "series_rate = 0", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);

    ck_assert_int_eq(append_many(&store, "m{user=\"", "\"}", 100), 0);
}
END_TEST

SPEC("limits of storage tsdb", refuses_new_series_above_the_limit_of_all,
     refuses_what_one_source_has_above_its_limit,
     refuses_what_one_name_has_above_its_limit,
     refuses_series_that_come_too_fast,
     series_may_come_again_when_time_has_passed,
     what_the_store_had_counts_after_it_was_opened_again, zero_is_no_limit)
