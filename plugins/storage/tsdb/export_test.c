/* export_test.c - what is exported is what there is, and comes back the same */
#include <config.h>

#include "tsdb.c"

#include <weir/text.h>

#include "dialect.h"
#include "extract.h"
#include "import_spec.h"
#include "timetext.h"

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
                 "# weir_stale b_total,x=a\\,\\ \"b\"\\=c value=0 "
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

SPEC("export", each_format_is_written_as_it_should_be,
     what_is_exported_is_imported_as_the_same,
     values_and_times_of_any_bits_come_through,
     what_a_format_cannot_say_is_refused,
     an_export_has_what_is_in_memory_and_in_parts)
