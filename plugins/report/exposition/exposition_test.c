/* exposition_test.c - what report exposition promises */
#include "exposition.c"

#include <math.h>

#include <weir/harness.h>

#include "spec.h"

static const struct weir_metric cpu = {"node_cpu_seconds_total", WEIR_COUNTER,
                                       "seconds",
                                       "Seconds the \"CPUs\" spent\nin C:\\."};
static const struct weir_metric load = {"node_load1", WEIR_GAUGE, "", ""};
static const struct weir_metric odd = {"node_odd", WEIR_COUNTER, "", "Odd."};
static const struct weir_metric os = {"node_os_info", WEIR_INFO, "", "Os."};
static const struct weir_metric time_taken = {"http_seconds", WEIR_HISTOGRAM,
                                              "seconds", "Taken."};
static const struct weir_metric pause_taken = {"gc_seconds", WEIR_SUMMARY,
                                               "seconds", "Paused."};

static const struct weir_label none[] = {{0}};

static void
add(struct page *page, const struct weir_metric *metric, const char *suffix,
    const struct weir_label *labels, double value)
{
    struct weir_series series = {metric, suffix, labels};

    page_add(page, &series, value);
}

static struct page *
page_new(void)
{
    struct page *self = calloc(1, sizeof(*self));

    ck_assert_ptr_nonnull(self);
    return self;
}

static void
expect(struct page *page, enum exposition_form form, const char *want)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    page_sort(page, false);
    exposition_write(out, page, form);
    (void)fclose(out);
    ck_assert_str_eq(text, want);
}

START_TEST(groups_the_lines_of_a_metric_under_its_help_and_type)
{
    weir_cleanup(page_destroy) struct page *page = page_new();
    const struct weir_label first[] = {{"cpu", "0"}, {0}};
    const struct weir_label second[] = {
        {"cpu", "1"}, {"mode", "a\"\\\nb"}, {0}};

    add(page, &load, "", none, 0.25);
    add(page, &cpu, "", second, 1.5e9);
    add(page, &os, "", first, 1);
    add(page, &cpu, "", first, (double)INFINITY);
    expect(page, EXPOSITION_PROMETHEUS,
           "# HELP node_cpu_seconds_total Seconds the \"CPUs\" spent\\nin "
           "C:\\\\.\n"
           "# TYPE node_cpu_seconds_total counter\n"
           "node_cpu_seconds_total{cpu=\"0\"} +Inf\n"
           "node_cpu_seconds_total{cpu=\"1\",mode=\"a\\\"\\\\\\nb\"} 1.5e+09\n"
           "# TYPE node_load1 gauge\n"
           "node_load1 0.25\n"
           "# HELP node_os_info Os.\n"
           "# TYPE node_os_info gauge\n"
           "node_os_info{cpu=\"0\"} 1\n");
}
END_TEST

START_TEST(names_families_in_openmetrics_without_their_endings)
{
    weir_cleanup(page_destroy) struct page *page = page_new();

    add(page, &cpu, "", none, 2);
    add(page, &odd, "", none, 3);
    add(page, &os, "", none, 1);
    expect(page, EXPOSITION_OPENMETRICS,
           "# HELP node_cpu_seconds Seconds the \\\"CPUs\\\" spent\\nin "
           "C:\\\\.\n"
           "# TYPE node_cpu_seconds counter\n"
           "# UNIT node_cpu_seconds seconds\n"
           "node_cpu_seconds_total 2\n"
           "# HELP node_odd Odd.\n"
           "# TYPE node_odd unknown\n"
           "node_odd 3\n"
           "# HELP node_os Os.\n"
           "# TYPE node_os info\n"
           "node_os_info 1\n"
           "# EOF\n");
}
END_TEST

START_TEST(puts_the_parts_of_a_histogram_in_their_order)
{
    weir_cleanup(page_destroy) struct page *page = page_new();
    const struct weir_label inf[] = {{"le", "+Inf"}, {"path", "/"}, {0}};
    const struct weir_label ten[] = {{"le", "10"}, {"path", "/"}, {0}};
    const struct weir_label nine[] = {{"le", "9"}, {"path", "/"}, {0}};
    const struct weir_label path[] = {{"path", "/"}, {0}};

    add(page, &time_taken, "_count", path, 3);
    add(page, &time_taken, "_bucket", inf, 3);
    add(page, &time_taken, "_bucket", ten, 2);
    add(page, &time_taken, "_sum", path, 31);
    add(page, &time_taken, "_bucket", nine, 1);
    expect(page, EXPOSITION_PROMETHEUS,
           "# HELP http_seconds Taken.\n"
           "# TYPE http_seconds histogram\n"
           "http_seconds_bucket{path=\"/\",le=\"9\"} 1\n"
           "http_seconds_bucket{path=\"/\",le=\"10\"} 2\n"
           "http_seconds_bucket{path=\"/\",le=\"+Inf\"} 3\n"
           "http_seconds_sum{path=\"/\"} 31\n"
           "http_seconds_count{path=\"/\"} 3\n");
}
END_TEST

START_TEST(puts_the_parts_of_a_summary_in_their_order)
{
    weir_cleanup(page_destroy) struct page *page = page_new();
    const struct weir_label half[] = {{"quantile", "0.5"}, {0}};
    const struct weir_label most[] = {{"quantile", "1"}, {0}};

    add(page, &pause_taken, "_sum", none, 5);
    add(page, &pause_taken, "", most, 4);
    add(page, &pause_taken, "_count", none, 2);
    add(page, &pause_taken, "", half, 1);
    add(page, &pause_taken, "_created", none, 9);
    expect(page, EXPOSITION_OPENMETRICS,
           "# HELP gc_seconds Paused.\n"
           "# TYPE gc_seconds summary\n"
           "# UNIT gc_seconds seconds\n"
           "gc_seconds{quantile=\"0.5\"} 1\n"
           "gc_seconds{quantile=\"1\"} 4\n"
           "gc_seconds_sum 5\n"
           "gc_seconds_count 2\n"
           "# HELP gc_seconds_created Paused.\n"
           "# TYPE gc_seconds_created unknown\n"
           "gc_seconds_created 9\n"
           "# EOF\n");
}
END_TEST

START_TEST(shows_instance_and_job_only_where_two_series_would_be_one)
{
    weir_cleanup(page_destroy) struct page *page = page_new();
    const struct weir_label here[] = {{"instance", "a"}, {"job", "h"}, {0}};
    const struct weir_label there[] = {{"instance", "b"}, {"job", "h"}, {0}};
    const struct weir_label only[] = {
        {"cpu", "0"}, {"instance", "a"}, {"job", "h"}, {0}};

    add(page, &load, "", there, 2);
    add(page, &load, "", only, 3);
    add(page, &load, "", here, 1);
    expect(page, EXPOSITION_PROMETHEUS,
           "# TYPE node_load1 gauge\n"
           "node_load1{instance=\"a\",job=\"h\"} 1\n"
           "node_load1{instance=\"b\",job=\"h\"} 2\n"
           "node_load1{cpu=\"0\"} 3\n");
}
END_TEST

START_TEST(leaves_out_a_series_that_ended)
{
    weir_cleanup(page_destroy) struct page *page = page_new();
    const uint64_t bits = WEIR_STALE_BITS;
    double stale = 0;

    memcpy(&stale, &bits, sizeof(stale));
    add(page, &load, "", none, 1);
    add(page, &load, "", none, stale);
    add(page, &odd, "", none, (double)NAN);
    expect(page, EXPOSITION_PROMETHEUS,
           "# HELP node_odd Odd.\n# TYPE node_odd counter\nnode_odd NaN\n");
}
END_TEST

START_TEST(prefers_the_form_that_the_client_prefers)
{
    static const struct {
        const char *accept;
        enum exposition_form form;
    } cases[] = {
        {NULL, EXPOSITION_PROMETHEUS},
        {"*/*", EXPOSITION_PROMETHEUS},
        {"text/html, */*;q=0.8", EXPOSITION_PROMETHEUS},
        {"application/openmetrics-text", EXPOSITION_OPENMETRICS},
        {"application/openmetrics-text; version=1.0.0; charset=utf-8",
         EXPOSITION_OPENMETRICS},
        {"application/openmetrics-text;version=0.0.1", EXPOSITION_PROMETHEUS},
        {"application/openmetrics-text;q=0.2,text/plain;q=0.5",
         EXPOSITION_PROMETHEUS},
        {"application/openmetrics-text;q=0", EXPOSITION_PROMETHEUS},
        {"application/openmetrics-text;version=1.0.0,"
         "application/openmetrics-text;version=0.0.1;q=0.75,"
         "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         EXPOSITION_OPENMETRICS},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(exposition_negotiate(cases[i].accept) == cases[i].form,
                      "%s", cases[i].accept);
}
END_TEST

static struct weir_harness *
exposition_with(const char *const settings[])
{
    struct weir_harness *self = NULL;

    ck_assert_msg(
        weir_harness_open(&exposition_LTX_weir_plugin, settings, &self) == 0,
        "%s", weir_harness_why(NULL));
    return self;
}

/* Lets the storage have one series with one value, 'age_s' seconds old. */
static void
store(struct weir_harness *self, const char *series, int age_s)
{
    struct timespec now;
    char text[256];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(text, sizeof(text), "%s 1 %lld000000000\n", series,
                   (long long)now.tv_sec - age_s);
    weir_harness_answer(self, text);
}

static void
expect_body(struct weir_harness *self, const char *path, int status,
            const char *contains)
{
    weir_cleanup(weir_free) char *body = NULL;

    ck_assert_int_eq(weir_harness_request(self, "GET", path, NULL, NULL, &body),
                     status);
    ck_assert_msg(strstr(body, contains) != NULL, "%s", body);
}

START_TEST(answers_a_scrape_with_what_the_storage_has)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *report =
        exposition_with(NULL);

    store(report, "node_load1{instance=\"a\",job=\"host\"}", 1);
    expect_body(report, "/metrics", 200, "node_load1 1\n");
}
END_TEST

START_TEST(leaves_out_what_is_older_than_the_lookback)
{
    static const char *const settings[] = {"lookback = 1m", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *report =
        exposition_with(settings);
    weir_cleanup(weir_free) char *body = NULL;

    store(report, "node_load1", 120);
    ck_assert_int_eq(
        weir_harness_request(report, "GET", "/metrics", NULL, NULL, &body),
        200);
    ck_assert_str_eq(body, "");
}
END_TEST

START_TEST(is_mounted_where_the_option_says)
{
    static const char *const settings[] = {"path = \"/m\"", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *report =
        exposition_with(settings);

    store(report, "node_load1", 1);
    expect_body(report, "/m", 200, "node_load1 1\n");
    ck_assert_int_eq(
        weir_harness_request(report, "GET", "/metrics", NULL, NULL, NULL),
        -ENOENT);
}
END_TEST

START_TEST(refuses_a_match_that_is_no_pattern)
{
    static const char *const settings[] = {"match = {\"node_(\"}", NULL};
    struct weir_harness *report = NULL;

    ck_assert_int_eq(
        weir_harness_open(&exposition_LTX_weir_plugin, settings, &report),
        -EINVAL);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "node_("));
}
END_TEST

START_TEST(refuses_to_answer_with_more_series_than_its_limit)
{
    static const char *const settings[] = {"max_series = 1", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *report =
        exposition_with(settings);
    struct timespec now;
    char text[256];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(text, sizeof(text), "a 1 %lld000000000\nb 1 %lld000000000\n",
                   (long long)now.tv_sec, (long long)now.tv_sec);
    weir_harness_answer(report, text);
    expect_body(report, "/metrics", 503, "max_series");
}
END_TEST

SPEC("report exposition", groups_the_lines_of_a_metric_under_its_help_and_type,
     names_families_in_openmetrics_without_their_endings,
     puts_the_parts_of_a_histogram_in_their_order,
     puts_the_parts_of_a_summary_in_their_order,
     shows_instance_and_job_only_where_two_series_would_be_one,
     leaves_out_a_series_that_ended, prefers_the_form_that_the_client_prefers,
     answers_a_scrape_with_what_the_storage_has,
     leaves_out_what_is_older_than_the_lookback,
     is_mounted_where_the_option_says, refuses_a_match_that_is_no_pattern,
     refuses_to_answer_with_more_series_than_its_limit)
