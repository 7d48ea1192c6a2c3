/* import_test.c - what is imported counts as a whole, or not at all; what is
 * exported is what there is */
#include <config.h>

#include "tsdb.c"
#include "tsdb_spec.h"

#include <weir/text.h>

#include "adopt.h"
#include "day.h"
#include "dialect.h"
#include "errand.h"
#include "extract.h"
#include "reader.h"
#include "staging.h"
#include "timetext.h"

static const char *const no_settings[] = {NULL};

/* What a text says, read and staged beside a store. */
struct staged {
    struct reader *reader;
    struct staging *staging;
    char *folder;
    const char *path; /* of the part */
};

static const struct weir_series *
find_series(void *arg, uint32_t number)
{
    return reader_series(((struct staged *)arg)->reader, number);
}

static int
take_sample(void *arg, uint32_t series, int64_t time_ns, double value)
{
    return staging_add(((struct staged *)arg)->staging, series, time_ns, value);
}

static int
pass_progress(void *arg, uint64_t done, uint64_t size)
{
    (void)arg;
    (void)done;
    (void)size;
    return 0;
}

static void
stage_file(struct staged *self, const struct store *store, const char *path)
{
    const struct reader_settings settings = {
        .arg = self, .sample = take_sample, .progress = pass_progress};
    int length = asprintf(&self->folder, "%s/import", store->path);

    ck_assert_int_gt(length, 0);
    self->reader = reader_new(&settings);
    ck_assert_int_eq(staging_open(files_real(), self->folder, find_series, self,
                                  &self->staging),
                     0);
    ck_assert_msg(reader_read(self->reader, path) == 0, "%s",
                  reader_why(self->reader));
    ck_assert_int_eq(staging_end(self->staging, &self->path), 0);
}

static void
staged_fini(struct staged *self)
{
    staging_destroy(&self->staging);
    reader_destroy(&self->reader);
    free(self->folder);
}

/* Imports a file; returns how that went, with the reason in 'why'. */
static int
import_file(const struct store *store, const char *path, char why[256])
{
    weir_cleanup(staged_fini) struct staged staged = {0};
    struct adopt adopt;

    stage_file(&staged, store, path);
    int rc = adopt_now(&adopt, weir_harness_self(store->harness), staged.path);
    (void)snprintf(why, 256, "%s", adopt.why);
    return rc;
}

static int
import_text(const struct store *store, const char *text, char why[256])
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, text);

    return import_file(store, file->path, why);
}

static void
check_imports(const struct store *store, const char *text)
{
    char why[256];

    ck_assert_msg(import_text(store, text, why) == 0, "%s", why);
}

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
    const struct tsdb *tsdb = weir_harness_self(store.harness);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    for (int i = 0; i < 20000; i++)
        (void)fprintf(out, "a{x=\"%d\"} %d 1\n", i, i);
    (void)fclose(out);
    check_imports(&store, text);
    reopen(&store);
    tsdb = weir_harness_self(store.harness);
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
    struct adopt adopt;

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

/* Export ------------------------------------------------------------------- */

struct written {
    struct dialect *dialect;
    FILE *out;
};

static int
write_text(void *arg, const char *text, size_t size)
{
    return fwrite(text, 1, size, arg) == size ? 0 : -EIO;
}

static int
take_names(void *arg, const char *const *names, size_t count)
{
    return dialect_names(((struct written *)arg)->dialect, names, count);
}

static int
take_series(void *arg, const struct weir_series *series)
{
    return dialect_series(((struct written *)arg)->dialect, series);
}

static int
take_samples(void *arg, const int64_t *times_ns, const double *values,
             size_t count)
{
    return dialect_samples(((struct written *)arg)->dialect, times_ns, values,
                           count);
}

/* Exports what meets 'match' (or NULL) into a text, which the caller frees. */
static int
export_text(const struct store *store, enum reader_format format,
            const char *match, char **ret_text)
{
    size_t size = 0;
    struct written written = {.out = open_memstream(ret_text, &size)};
    struct extract extract = {.after_ns = INT64_MIN,
                              .until_ns = INT64_MAX,
                              .arg = &written,
                              .names = take_names,
                              .series = take_series,
                              .samples = take_samples};

    written.dialect = dialect_new(format, write_text, written.out);
    int rc = match ? extract_select(&extract, match) : 0;
    if (rc == 0)
        rc = extract_run(&extract, weir_harness_self(store->harness));
    if (rc == 0)
        rc = dialect_end(written.dialect);
    dialect_destroy(&written.dialect);
    extract_fini(&extract);
    (void)fclose(written.out);
    return rc;
}

static void
check_export(const struct store *store, enum reader_format format,
             const char *match, const char *want)
{
    weir_cleanup(weir_free) char *text = NULL;

    ck_assert_int_eq(export_text(store, format, match, &text), 0);
    ck_assert_str_eq(text, want);
}

static const char odd[] =
    "# HELP b_total What \\\\ \\n it \\\" is.\n"
    "# TYPE b_total counter\n"
    "b_total{x=\"a, \\\"b\\\"=c\"} 1 1000\n"
    "b_total{x=\"a, \\\"b\\\"=c\"} NaN 2000\n"
    "# HELP weir_stale b_total{x=\"a, \\\"b\\\"=c\"} 3000\n"
    "# TYPE a:c untyped\n"
    "a:c +Inf 1\na:c -Inf 2\na:c -0 3\na:c 5e-324 4\n"
    "a:c 1.7976931348623157e+308 5\na:c 0.1 86400000\n";

START_TEST(each_format_is_written_as_it_should_be)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);

    check_imports(&store, odd);
    check_export(&store, READER_OPENMETRICS, "b_total",
                 "# HELP b What \\\\ \\n it \\\" is.\n"
                 "# TYPE b counter\n"
                 "b_total{x=\"a, \\\"b\\\"=c\"} 1 1\n"
                 "b_total{x=\"a, \\\"b\\\"=c\"} NaN 2\n"
                 "# HELP weir_stale b_total{x=\"a, \\\"b\\\"=c\"} 3\n"
                 "# EOF\n");
    check_export(&store, READER_CSV, "{__name__=~\"b.*\"}",
                 "__name__,x,time,value\n"
                 "b_total,\"a, \"\"b\"\"=c\",1970-01-01T00:00:01Z,1\n"
                 "b_total,\"a, \"\"b\"\"=c\",1970-01-01T00:00:02Z,NaN\n"
                 "b_total,\"a, \"\"b\"\"=c\",1970-01-01T00:00:03Z,stale\n");
    check_export(&store, READER_INFLUX, "b_total",
                 "# weir export: a field \"value\" has no part in the name\n"
                 "b_total,x=a\\,\\ \"b\"\\=c value=1 1000000000\n"
                 "b_total,x=a\\,\\ \"b\"\\=c value=NaN 2000000000\n"
                 "# HELP weir_stale b_total,x=a\\,\\ \"b\"\\=c value=0 "
                 "3000000000\n");
    check_export(&store, READER_PROMETHEUS, "{__name__=\"nothing\"}", "");
}
END_TEST

/* Says that two stores answer the same. */
static void
check_same(const struct store *a, const struct store *b)
{
    weir_cleanup(weir_free) char *first = NULL, *second = NULL;

    ck_assert_int_eq(export_text(a, READER_OPENMETRICS, NULL, &first), 0);
    ck_assert_int_eq(export_text(b, READER_OPENMETRICS, NULL, &second), 0);
    ck_assert_str_eq(first, second);
}

START_TEST(what_is_exported_is_imported_as_the_same)
{
    static const enum reader_format formats[] = {
        READER_OPENMETRICS, READER_PROMETHEUS, READER_INFLUX, READER_CSV};
    weir_cleanup(store_fini) struct store store = store_new(no_settings);
    weir_cleanup(store_fini) struct store plain = store_new(no_settings);
    weir_cleanup(weir_free) char *csv = NULL;

    check_imports(&store, odd);
    /* Some formats do not say what a metric is. */
    ck_assert_int_eq(export_text(&store, READER_CSV, NULL, &csv), 0);
    check_imports(&plain, csv);
    for (size_t i = 0; i < WEIR_COUNT(formats); i++) {
        weir_cleanup(store_fini) struct store copy = store_new(no_settings);
        weir_cleanup(weir_free) char *text = NULL;
        ck_assert_int_eq(export_text(&store, formats[i], NULL, &text), 0);
        check_imports(&copy, text);
        check_same(i < 2 ? &store : &plain, &copy);
    }
}
END_TEST

START_TEST(values_and_times_of_any_bits_come_through)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);
    weir_cleanup(store_fini) struct store copy = store_new(no_settings);
    weir_cleanup(weir_free) char *csv = NULL;
    uint64_t chance = spec_seed();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    for (int i = 0; i < 20000; i++) {
        uint64_t bits = spec_random(&chance);
        double value = 0;
        char number[WEIR_DOUBLE_SIZE], time[TIMETEXT_SIZE];
        memcpy(&value, &bits, sizeof(value));
        (void)weir_format_double(value, number);
        (void)timetext_write((int64_t)(spec_random(&chance) >> 2) / 100, time);
        (void)fprintf(out, "a{x=\"%d\"} %s %s\n", i % 7, number, time);
    }
    (void)fputs("# EOF\n", out);
    (void)fclose(out);
    check_imports(&store, text);
    ck_assert_int_eq(export_text(&store, READER_CSV, NULL, &csv), 0);
    check_imports(&copy, csv);
    check_same(&store, &copy);
    free(text);
}
END_TEST

START_TEST(what_a_format_cannot_say_is_refused)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);
    weir_cleanup(weir_free) char *first = NULL, *second = NULL;

    check_imports(&store, "a 1 1.0000001\n# EOF\n");
    ck_assert_int_eq(export_text(&store, READER_PROMETHEUS, NULL, &first),
                     -EDOM);
    check_imports(&store, "b{x=\"y\\n\"} 1 1\n");
    ck_assert_int_eq(export_text(&store, READER_INFLUX, "b", &second), -EDOM);
}
END_TEST

/* What the head has, parts, and both; the later value counts. */
START_TEST(an_export_has_what_is_in_memory_and_in_parts)
{
    weir_cleanup(store_fini) struct store store = store_new(no_settings);

    check_imports(&store, "a 1 1\na 1 2\na 1 200000000\n");
    ck_assert_int_eq(weir_harness_append(store.harness,
                                         "a 2 2000000\n"
                                         "a 2 100000000000000\n"
                                         "a 2 900000000000000\n"),
                     0);
    check_export(&store, READER_PROMETHEUS, NULL,
                 "# TYPE a untyped\n"
                 "a 1 1\na 2 2\na 2 100000000\na 1 200000000\na 2 900000000\n");
}
END_TEST

SPEC("import", what_is_imported_is_there_after_a_restart,
     what_comes_last_counts, what_is_imported_again_changes_nothing,
     a_series_that_was_imported_goes_on, samples_may_be_of_any_days,
     limits_refuse_all_of_it, many_series_may_be_new_at_once,
     what_was_cut_short_is_removed, a_part_that_is_damaged_is_refused,
     each_format_is_written_as_it_should_be,
     what_is_exported_is_imported_as_the_same,
     values_and_times_of_any_bits_come_through,
     what_a_format_cannot_say_is_refused,
     an_export_has_what_is_in_memory_and_in_parts)
