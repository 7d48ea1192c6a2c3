/* import_test.c - what is imported counts as a whole, or not at all */
#include <config.h>

#include "tsdb.c"

#include "import_spec.h"

static void
check_holds(const struct store *store, const char *want)
{
    weir_cleanup(weir_free) char *text = NULL;

    ck_assert_int_eq(
        weir_harness_select(
            store->harness,
            &(struct weir_select){.want = WEIR_SAMPLES, .until_ns = INT64_MAX},
            &text),
        0);
    ck_assert_str_eq(text, want);
}

START_TEST(what_is_imported_is_there_after_a_restart)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);

    check_imports(&store, "b 2 2\na{x=\"1\"} 1 1\na{x=\"1\"} 3 100000000\n");
    reopen(&store);
    check_holds(&store, "b 2 2000000\n"
                        "a{x=\"1\"} 1 1000000\n"
                        "a{x=\"1\"} 3 100000000000000\n");
}
END_TEST

START_TEST(what_comes_last_counts)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);

    ck_assert_int_eq(weir_harness_append(store.harness, "a 1 1000000\n"
                                                        "a 1 2000000\n"),
                     0);
    check_imports(&store, "a 2 2\na 2 3\na 5 5\na 4 5\n");
    check_holds(&store, "a 1 1000000\na 2 2000000\na 2 3000000\na 4 5000000\n");
    ck_assert_int_eq(weir_harness_append(store.harness, "a 3 3000000\n"), 0);
    check_holds(&store, "a 1 1000000\na 2 2000000\na 3 3000000\na 4 5000000\n");
    reopen(&store);
    check_holds(&store, "a 1 1000000\na 2 2000000\na 3 3000000\na 4 5000000\n");
}
END_TEST

START_TEST(what_is_imported_again_changes_nothing)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);

    check_imports(&store, "a 1 1\na 2 2\n");
    check_imports(&store, "a 1 1\na 2 2\n");
    check_holds(&store, "a 1 1000000\na 2 2000000\n");
}
END_TEST

START_TEST(a_series_that_was_imported_goes_on)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);

    check_imports(&store, "a 1 1\n");
    ck_assert_int_eq(weir_harness_append(store.harness, "b 3 3000000\n"
                                                        "a 2 2000000\n"),
                     0);
    reopen(&store);
    check_holds(&store, "a 1 1000000\na 2 2000000\nb 3 3000000\n");
}
END_TEST

/* Times of many days, far apart, and out of order. */
START_TEST(samples_may_be_of_any_days)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);
    char *text = NULL, *want = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    for (int64_t i = 99; i >= 0; i--)
        (void)fprintf(out, "a %" PRId64 " %" PRId64 "\n", i,
                      i * i * i % 1789 * 86400000 / 2 + i);
    (void)fclose(out);
    check_imports(&store, text);
    reopen(&store);
    ck_assert_int_eq(
        weir_harness_select(store.harness,
                            &(struct weir_select){.want = WEIR_SAMPLES,
                                                  .after_ns = -1,
                                                  .until_ns = INT64_MAX},
                            &want),
        0);
    size_t lines = 0;
    for (const char *at = want; (at = strchr(at, '\n')); at++)
        lines++;
    ck_assert_uint_eq(lines, 100);
    free(text);
    free(want);
}
END_TEST

static void
check_refused(const char *setting, const char *text, int want_rc,
              const char *want_why)
{
    const char *const settings[] = {setting, NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);
    weir_cleanup(weir_free) char *after = NULL;
    char why[256], now[64];
    const struct weir_select series = {.want = WEIR_SERIES};

    (void)snprintf(now, sizeof(now), "z 1 %" PRId64 "\n", clock_wall_ns());
    ck_assert_int_eq(weir_harness_append(store.harness, now), 0);
    ck_assert_int_eq(import_text(&store, text, why), want_rc);
    ck_assert_msg(strstr(why, want_why) != NULL, "%s", why);
    ck_assert_int_eq(weir_harness_select(store.harness, &series, &after), 0);
    ck_assert_str_eq(after, "z\n");
}

START_TEST(limits_refuse_all_of_it)
{
    check_refused("series = 3", "a 1 1\nb 1 1\nc 1 1\n", -EDQUOT, "series");
    check_refused("name_series = 1", "a{x=\"1\"} 1 1\na 1 1\n", -EDQUOT,
                  "name_series");
    check_refused("retention = 1d", "a 1 1\n", -ERANGE, "retention");
    check_refused("future = 1d", "a 1 9000000000000\n", -ERANGE, "future");
}
END_TEST

START_TEST(many_series_may_be_new_at_once)
{
    const char *const settings[] = {"series_rate = 1", NULL};
    weir_cleanup(store_fini) struct store store = store_new(settings);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    for (int i = 0; i < 20000; i++)
        (void)fprintf(out, "a{x=\"%d\"} %d 1\n", i, i);
    (void)fclose(out);
    check_imports(&store, text);
    reopen(&store);
    const struct tsdb *tsdb = weir_harness_self(store.harness);
    ck_assert_uint_eq(tsdb->head.known, 20000);
    free(text);
}
END_TEST

START_TEST(what_was_cut_short_is_removed)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);
    weir_cleanup(weir_free) char *folder = NULL, *path = NULL;
    struct stat found;

    ck_assert_int_gt(asprintf(&folder, "%s/import", store.path), 0);
    ck_assert_int_gt(asprintf(&path, "%s/00000001.tsp", folder), 0);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    (void)fclose(fopen(path, "w"));
    reopen(&store);
    ck_assert_int_eq(stat(folder, &found), -1);
}
END_TEST

START_TEST(a_part_that_is_damaged_is_refused)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);
    weir_cleanup(staged_fini) struct staged staged = {0};
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, "a 1 1\n");
    struct adopt adopt = {0};

    stage_file(&staged, &store, file->path);
    FILE *part = fopen(staged.path, "r+");
    (void)fseek(part, -20, SEEK_END);
    (void)fputs("?", part);
    (void)fclose(part);
    ck_assert_int_eq(
        adopt_now(&adopt, weir_harness_self(store.harness), staged.path),
        -EBADMSG);
    check_holds(&store, "");
}
END_TEST

START_TEST(what_fails_in_a_store_that_goes_on_leaves_no_series)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);
    weir_cleanup(staged_fini) struct staged staged = {0};
    weir_cleanup(weir_free) char *series = NULL;
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, "a 1 1\nb 1 1\nc 1 1\n");
    struct tsdb *tsdb = weir_harness_self(store.harness);
    struct adopt adopt = {0};

    stage_file(&staged, &store, file->path);
    ck_assert_int_eq(adopt_begin(&adopt, tsdb, staged.path), 0);
    ck_assert_int_eq(weir_harness_append(store.harness, "b 2 2000000\n"), 0);
    atomic_store(&adopt.stopping, true);
    ck_assert_int_eq(adopt_write(&adopt), -ECANCELED);
    adopt_fini(&adopt);
    ck_assert_int_eq(weir_harness_append(store.harness, "d 2 2000000\n"), 0);
    ck_assert_int_eq(
        weir_harness_select(
            store.harness, &(struct weir_select){.want = WEIR_SERIES}, &series),
        0);
    ck_assert_str_eq(series, "b\nd\n");
    check_holds(&store, "b 2 2000000\nd 2 2000000\n");
    reopen(&store);
    check_holds(&store, "b 2 2000000\nd 2 2000000\n");
}
END_TEST

SPEC("import", what_is_imported_is_there_after_a_restart,
     what_comes_last_counts, what_is_imported_again_changes_nothing,
     a_series_that_was_imported_goes_on, samples_may_be_of_any_days,
     limits_refuse_all_of_it, many_series_may_be_new_at_once,
     what_was_cut_short_is_removed, a_part_that_is_damaged_is_refused,
     what_fails_in_a_store_that_goes_on_leaves_no_series)
