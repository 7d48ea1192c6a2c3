/* dashboard_test.c - what report dashboard promises */
#include <config.h>

#include "dashboard.c"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weir/harness.h>

#include "overview_condition.h"
#include "overview_words.h"
#include "spec.h"
#include "top_answer.h"
#include "top_text.h"

/* The end of each window here. */
#define END_S INT64_C(1790000000)

static struct weir_harness *
dashboard_with(const char *const settings[])
{
    struct weir_harness *self = NULL;

    ck_assert_msg(
        weir_harness_open(&dashboard_LTX_weir_plugin, settings, &self) == 0,
        "%s", weir_harness_why(NULL));
    return self;
}

/* Samples, a line each, which are told by add(). */
struct samples {
    FILE *out;
    char *text;
    size_t size;
};

static void
begin(struct samples *self)
{
    *self = (struct samples){0};
    self->out = open_memstream(&self->text, &self->size);
    ck_assert_ptr_nonnull(self->out);
}

/* Adds a series with a sample each 10 s for 'back_s' up to the end; values are
 * 'first' and grow by 'step'. */
static void
add(struct samples *self, const char *series, int back_s, double first,
    double step)
{
    for (int i = 0; i <= back_s / 10; i++)
        (void)fprintf(self->out, "%s %.17g %" PRId64 "\n", series,
                      first + step * i, (END_S - back_s + 10 * i) * NS_PER_S);
}

static void
answer_with(struct weir_harness *harness, struct samples *samples)
{
    (void)fclose(samples->out);
    weir_harness_answer(harness, samples->text);
    free(samples->text);
}

/* Asks for a window of ten minutes; the caller gives the answer back. */
__attribute__((format(printf, 2, 3))) static json_t *
ask(struct weir_harness *harness, const char *format, ...)
{
    weir_cleanup(weir_free) char *body = NULL;
    char path[256];
    int size =
        snprintf(path, sizeof(path), "/api/v1/overview?end=%" PRId64 "%s",
                 END_S, strstr(format, "window") ? "" : "&window=10m");
    va_list args;

    va_start(args, format);
    (void)vsnprintf(path + size, sizeof(path) - (size_t)size, format, args);
    va_end(args);
    ck_assert_int_eq(
        weir_harness_request(harness, "GET", path, NULL, NULL, &body), 200);
    json_t *whole = json_loads(body, 0, NULL);
    ck_assert_msg(whole != NULL, "%s", body);
    return whole;
}

static void
give_back(json_t **whole_p)
{
    json_decref(*whole_p);
}

static const json_t *
kind_of(const json_t *whole, const char *name)
{
    const json_t *list =
        json_object_get(json_object_get(whole, "data"), "kinds");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *kind = json_array_get(list, i);
        if (strcmp(json_string_value(json_object_get(kind, "kind")), name) == 0)
            return kind;
    }
    ck_abort_msg("there is no kind %s", name);
}

static const json_t *
row_of(const json_t *whole, const char *kind, size_t nth)
{
    return json_array_get(json_object_get(kind_of(whole, kind), "rows"), nth);
}

static const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

static double
figure_of(const json_t *row, const char *column, const char *figure)
{
    const json_t *value = json_object_get(
        json_object_get(json_object_get(row, "figures"), column), figure);

    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static int64_t
count_of(const json_t *whole, const char *kind, const char *what)
{
    return json_integer_value(json_object_get(kind_of(whole, kind), what));
}

static const char *
wrong_of(const json_t *row, size_t nth)
{
    const char *text =
        json_string_value(json_array_get(json_object_get(row, "wrong"), nth));

    return text ? text : "";
}

/* Tables ------------------------------------------------------------------- */

START_TEST(every_question_of_the_tables_can_be_read)
{
    char why[512];

    for (size_t i = 0; i < COLUMNS + CONDITIONS + KINDS; i++) {
        size_t past = COLUMNS + CONDITIONS;
        weir_cleanup(weir_free) char *parsed = NULL;
        weir_cleanup(weir_free) char *text =
            i < COLUMNS ? column_question(columns[i].text, NS_PER_S, NS_PER_S)
            : i < past  ? condition_question(&conditions[i - COLUMNS], NS_PER_S,
                                             NS_PER_S)
                        : strdup(kinds[i - past].seen);
        if (text)
            ck_assert_msg(weir_query_parse(text, why, sizeof(why), &parsed) ==
                              0,
                          "%s: %s", text, why);
    }
}
END_TEST

START_TEST(every_kind_has_four_to_six_columns_with_known_units)
{
    static const char *const units[] = {"ratio",   "bytes", "bytes/s",
                                        "seconds", "1/s",   "count"};
    size_t count[KINDS] = {0};

    for (size_t i = 0; i < COLUMNS; i++) {
        size_t unit = 0;
        count[columns[i].kind]++;
        while (unit < WEIR_COUNT(units) &&
               strcmp(units[unit], columns[i].unit) != 0)
            unit++;
        ck_assert_msg(unit < WEIR_COUNT(units), "%s", columns[i].key);
        ck_assert_uint_eq(column_find(columns[i].kind, columns[i].key), i);
    }
    for (size_t kind = 0; kind < KINDS; kind++)
        ck_assert_msg(count[kind] >= 4 && count[kind] <= 6, "%s",
                      kinds[kind].key);
}
END_TEST

START_TEST(every_condition_has_a_question_or_a_column)
{
    for (size_t i = 0; i < CONDITIONS; i++) {
        const struct condition *each = &conditions[i];
        ck_assert_msg(!each->text != !each->column, "%s", each->words);
        ck_assert_msg(each->warn <= each->bad, "%s", each->words);
        for (size_t kind = 0; each->column && kind < KINDS; kind++)
            if (each->kinds & 1U << kind)
                ck_assert_uint_lt(column_find((enum kind)kind, each->column),
                                  COLUMNS);
    }
}
END_TEST

START_TEST(figures_are_told_as_people_read_them)
{
    static const struct {
        double value;
        const char *unit, *text;
    } cases[] = {
        {0.964, "ratio", "96 %"},      {0.0042, "ratio", "0.42 %"},
        {0, "ratio", "0 %"},           {2.5, "ratio", "250 %"},
        {1536, "bytes", "1.5 KiB"},    {17179869184.0, "bytes", "16.0 GiB"},
        {12, "bytes/s", "12 B/s"},     {0.34, "seconds", "340 ms"},
        {720, "seconds", "12 min"},    {3, "count", "3"},
        {12345678, "count", "12.3 M"}, {12345, "1/s", "12.3 k/s"},
        {(double)NAN, "count", "nan"},
    };
    char text[FIGURE_SIZE];

    for (size_t i = 0; i < WEIR_COUNT(cases); i++)
        ck_assert_str_eq(words_figure(cases[i].value, cases[i].unit, text),
                         cases[i].text);
}
END_TEST

START_TEST(words_have_labels_filled_in_and_long_ones_cut)
{
    char place[201];
    const struct weir_label labels[] = {{"mountpoint", place}, {0}};

    memset(place, 'x', sizeof(place) - 1);
    place[sizeof(place) - 1] = '\0';
    weir_cleanup(weir_free) char *text = words_fill(
        "disk {mountpoint} is {value} full {nothing}", labels, 0.96, "ratio");
    ck_assert_int_eq(strncmp(text, "disk xxx", 8), 0);
    ck_assert_ptr_nonnull(strstr(text, "xx... is 96 % full"));
    ck_assert_uint_lt(strlen(text), 120);
    ck_assert_int_eq(text[strlen(text) - 1], 'l');
}
END_TEST

/* Answers ------------------------------------------------------------------ */

START_TEST(finds_hosts_programs_targets_and_weir)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    struct samples samples;

    begin(&samples);
    add(&samples, "node_load1{instance=\"web-1\",job=\"node\"}", 1200, 1, 0);
    add(&samples, "go_goroutines{instance=\"web-1\",job=\"node\"}", 1200, 9, 0);
    add(&samples, "up{instance=\"web-1\",job=\"node\"}", 1200, 1, 0);
    add(&samples, "go_goroutines{instance=\"a:1\",job=\"shop\"}", 1200, 7, 0);
    add(&samples, "up{instance=\"a:1\",job=\"shop\"}", 1200, 1, 0);
    add(&samples, "up{instance=\"b:1\",job=\"db\"}", 1200, 1, 0);
    add(&samples,
        "weir_process_resident_memory_bytes{instance=\"c\",job=\"self\"}", 1200,
        1e6, 0);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");

    ck_assert_ptr_null(json_object_get(whole, "warnings"));
    ck_assert_int_eq(count_of(whole, "host", "count"), 1);
    ck_assert_int_eq(count_of(whole, "go", "count"), 1);
    ck_assert_int_eq(count_of(whole, "target", "count"), 1);
    ck_assert_int_eq(count_of(whole, "weir", "count"), 1);
    ck_assert_str_eq(text_of(row_of(whole, "host", 0), "name"), "web-1");
    ck_assert_str_eq(text_of(row_of(whole, "go", 0), "name"), "shop a:1");
    ck_assert_str_eq(text_of(row_of(whole, "target", 0), "state"), "ok");
}
END_TEST

START_TEST(figures_have_rates_against_the_window_before)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    struct samples samples;

    /* One more each 10 s: at the steps of the window 61 to 120, and of the
     * window before 1 to 60. */
    begin(&samples);
    add(&samples, "node_load1{instance=\"a\",job=\"n\"}", 1200, 0, 1);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");
    const json_t *row = row_of(whole, "host", 0);
    const json_t *spark = json_object_get(row, "spark");

    ck_assert_double_eq(figure_of(row, "load", "now"), 120);
    ck_assert_double_eq(figure_of(row, "load", "avg"), 90.5);
    ck_assert_double_eq(figure_of(row, "load", "max"), 120);
    ck_assert_double_eq(figure_of(row, "load", "min"), 61);
    ck_assert_double_eq(figure_of(row, "load", "avg_rate"), 0.1);
    ck_assert_double_eq(figure_of(row, "load", "max_rate"), 0.1);
    ck_assert_double_eq(figure_of(row, "load", "min_rate"), 0.1);
    ck_assert_uint_eq(json_array_size(spark), 60);
    ck_assert_double_eq(json_number_value(json_array_get(spark, 0)), 61);
    ck_assert_double_eq(json_number_value(json_array_get(spark, 59)), 120);
    ck_assert_str_eq(text_of(row, "spark_of"), "load");
}
END_TEST

START_TEST(a_short_life_does_not_make_processors_look_busy)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    struct samples samples;

    begin(&samples);
    add(&samples,
        "node_cpu_seconds_total{cpu=\"0\",instance=\"a\",job=\"n\","
        "mode=\"idle\"}",
        20, 1000, 7.5);
    add(&samples, "node_time_seconds{instance=\"a\",job=\"n\"}", 20, 1e9, 10);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");
    const json_t *row = row_of(whole, "host", 0);

    ck_assert_double_eq_tol(figure_of(row, "cpu", "now"), 0.25, 1e-6);
    ck_assert_double_nan(figure_of(row, "cpu", "avg_rate"));
    ck_assert(json_is_null(json_array_get(json_object_get(row, "spark"), 0)));
}
END_TEST

START_TEST(what_is_now_is_so_in_a_long_window_too)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    struct samples samples;

    /* A minute of work after a day of none. */
    begin(&samples);
    for (int64_t minute = -1440; minute < 0; minute += minute == -10 ? 9 : 10)
        (void)fprintf(samples.out,
                      "process_cpu_seconds_total{instance=\"a\",job=\"s\"} 0 "
                      "%" PRId64 "\n",
                      (END_S + 60 * minute) * NS_PER_S);
    (void)fprintf(samples.out,
                  "process_cpu_seconds_total{instance=\"a\",job=\"s\"} 60 "
                  "%" PRId64 "\n",
                  END_S * NS_PER_S);
    add(&samples, "go_goroutines{instance=\"a\",job=\"s\"}", 60, 7, 0);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "&window=%s", "1d");
    const json_t *row = row_of(whole, "go", 0);

    ck_assert_double_gt(figure_of(row, "cpu", "now"), 0.4);
    ck_assert_double_lt(figure_of(row, "cpu", "max"), 0.1);
    ck_assert_double_eq(figure_of(row, "goroutines", "now"), 7);
}
END_TEST

START_TEST(tells_what_is_wrong_the_worst_first)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    static const char disk[] = "{fstype=\"ext4\",instance=\"a\",job=\"n\","
                               "mountpoint=\"/\"}";
    char series[128];
    struct samples samples;

    begin(&samples);
    (void)snprintf(series, sizeof(series), "node_filesystem_avail_bytes%s",
                   disk);
    add(&samples, series, 600, 8, 0);
    (void)snprintf(series, sizeof(series), "node_filesystem_size_bytes%s",
                   disk);
    add(&samples, series, 600, 100, 0);
    add(&samples, "node_memory_MemAvailable_bytes{instance=\"a\",job=\"n\"}",
        600, 1, 0);
    add(&samples, "node_memory_MemTotal_bytes{instance=\"a\",job=\"n\"}", 600,
        100, 0);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");
    const json_t *row = row_of(whole, "host", 0);

    ck_assert_str_eq(text_of(row, "state"), "bad");
    ck_assert_str_eq(wrong_of(row, 0), "memory is 99 % in use");
    ck_assert_str_eq(wrong_of(row, 1), "filesystem / is 92 % full");
    ck_assert_int_eq(count_of(whole, "host", "bad"), 1);
}
END_TEST

START_TEST(a_target_that_is_down_has_its_reason)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    struct samples samples;

    begin(&samples);
    add(&samples, "up{instance=\"a:1\",job=\"db\"}", 600, 0, 0);
    add(&samples,
        "scrape_target_info{instance=\"a:1\",job=\"db\",reason=\"it sleeps\"}",
        600, 1, 0);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");

    ck_assert_str_eq(wrong_of(row_of(whole, "target", 0), 0),
                     "not scraped in all this time: it sleeps");
    ck_assert_str_eq(text_of(row_of(whole, "target", 0), "state"), "bad");
}
END_TEST

START_TEST(what_is_not_heard_of_is_gone)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    char text[512];

    (void)snprintf(text, sizeof(text),
                   "node_load1{instance=\"a\",job=\"n\"} 1 %" PRId64 "\n"
                   "node_load1{instance=\"b\",job=\"n\"} 1 %" PRId64 "\n"
                   "node_load1{instance=\"c\",job=\"n\"} 1 %" PRId64 "\n"
                   "node_load1{instance=\"d\",job=\"n\"} 1 %" PRId64 "\n",
                   (END_S - 100) * NS_PER_S, (END_S - 200) * NS_PER_S,
                   (END_S - 310) * NS_PER_S, (END_S - 1000) * NS_PER_S);
    weir_harness_answer(harness, text);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "&sort=name");

    ck_assert_str_eq(text_of(row_of(whole, "host", 0), "state"), "ok");
    ck_assert_str_eq(text_of(row_of(whole, "host", 1), "state"), "gone");
    ck_assert_str_eq(wrong_of(row_of(whole, "host", 1), 0),
                     "nothing was heard of it for 3 min");
    ck_assert_str_eq(wrong_of(row_of(whole, "host", 2), 0),
                     "nothing was heard of it for 5 min");
    ck_assert_str_eq(wrong_of(row_of(whole, "host", 3), 0),
                     "nothing was heard of it in all this time");
    ck_assert_int_eq(count_of(whole, "host", "gone"), 3);
}
END_TEST

static void
add_hosts(struct samples *samples, int count)
{
    char series[96];

    for (int i = 0; i < count; i++) {
        (void)snprintf(series, sizeof(series),
                       "node_load1{instance=\"web-%03d\",job=\"n\"}", i);
        add(samples, series, 20, (i * 7) % count, 0);
    }
}

START_TEST(many_rows_are_sorted_searched_and_paged)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    struct samples samples;

    begin(&samples);
    add_hosts(&samples, 300);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *first = ask(harness, "&sort=load&limit=2");
    weir_cleanup(give_back) json_t *last =
        ask(harness, "&sort=load&order=asc&offset=299");
    weir_cleanup(give_back) json_t *found =
        ask(harness, "&search=WEB-29&sort=name&order=desc");

    ck_assert_int_eq(count_of(first, "host", "count"), 300);
    ck_assert_double_eq(figure_of(row_of(first, "host", 0), "load", "now"),
                        299);
    ck_assert_double_eq(figure_of(row_of(first, "host", 1), "load", "now"),
                        298);
    ck_assert_ptr_null(row_of(first, "host", 2));
    ck_assert_double_eq(figure_of(row_of(last, "host", 0), "load", "now"), 299);
    ck_assert_int_eq(count_of(found, "host", "matched"), 10);
    ck_assert_str_eq(text_of(row_of(found, "host", 0), "name"), "web-299");
}
END_TEST

START_TEST(more_rows_than_the_most_are_left_out_with_a_warning)
{
    static const char *const settings[] = {"max_rows = 10", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(settings);
    struct samples samples;

    begin(&samples);
    add_hosts(&samples, 40);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");
    const char *warning = json_string_value(
        json_array_get(json_object_get(whole, "warnings"), 0));

    ck_assert_int_eq(count_of(whole, "host", "count"), 10);
    ck_assert_ptr_nonnull(warning);
    ck_assert_ptr_nonnull(strstr(warning, "max_rows"));
}
END_TEST

START_TEST(names_from_outside_are_told_as_they_are)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);
    struct samples samples;

    begin(&samples);
    add(&samples, "node_load1{instance=\"<script>\\\"\\\\\\n\x01\",job=\"n\"}",
        20, 1, 0);
    answer_with(harness, &samples);
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");

    ck_assert_str_eq(text_of(row_of(whole, "host", 0), "name"),
                     "<script>\"\\\n\x01");
}
END_TEST

START_TEST(of_an_empty_store_all_kinds_are_empty)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        dashboard_with(NULL);

    weir_harness_answer(harness, "");
    weir_cleanup(give_back) json_t *whole = ask(harness, "%s", "");

    ck_assert_ptr_null(json_object_get(whole, "warnings"));
    for (size_t kind = 0; kind < KINDS; kind++)
        ck_assert_int_eq(count_of(whole, kinds[kind].key, "count"), 0);
}
END_TEST

/* weir top ----------------------------------------------------------------- */

static const char overview[] =
    "{\"data\":{\"start\":0,\"end\":60,\"kinds\":[{\"kind\":\"host\","
    "\"title\":\"Hosts\",\"count\":5,\"matched\":2,\"bad\":1,\"columns\":["
    "{\"key\":\"cpu\",\"title\":\"CPU\",\"unit\":\"ratio\",\"help\":\"\"}],"
    "\"rows\":[{\"name\":\"web\\u001b[2J\",\"state\":\"bad\",\"wrong\":"
    "[\"disk\\nfull\"],\"figures\":{\"cpu\":{\"now\":0.25,\"avg\":0.5}},"
    "\"spark\":[1,null,2]}]}]}}";

START_TEST(top_prints_rows_and_nothing_that_moves_the_cursor)
{
    weir_cleanup(weir_free) char *why = NULL;
    weir_cleanup(top_answer_destroy) struct top_answer *answer =
        top_answer_read(overview, strlen(overview), 0, &why);
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(answer);
    top_write_all(out, answer, false);
    (void)fclose(out);
    ck_assert_ptr_null(strchr(text, '\x1b'));
    ck_assert_ptr_nonnull(strstr(text, "Hosts 5, 1 bad\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nNAME"));
    ck_assert_ptr_nonnull(strstr(text, "web\\x1b[2J"));
    ck_assert_ptr_nonnull(strstr(text, "        25 %        50 %           -"));
    ck_assert_ptr_nonnull(strstr(text, "\n  ! disk\\nfull\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nand 1 more\n"));
}
END_TEST

START_TEST(top_says_what_is_no_overview)
{
    static const struct {
        const char *given, *why;
    } cases[] = {
        {"", "is not that of a weir"},
        {"nothing is mounted\nhere", "\"nothing is mounted\""},
        {"{\"status\":\"error\",\"error\":\"too \\u001b busy\"}",
         "too \\x1b busy"},
        {"{\"data\":{\"kinds\":7}}", "is not that of a weir"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        weir_cleanup(weir_free) char *why = NULL;
        ck_assert_ptr_null(
            top_answer_read(cases[i].given, strlen(cases[i].given), 0, &why));
        ck_assert_ptr_nonnull(why);
        ck_assert_msg(strstr(why, cases[i].why) != NULL, "%s", why);
    }
}
END_TEST

SPEC("dashboard", every_question_of_the_tables_can_be_read,
     every_kind_has_four_to_six_columns_with_known_units,
     every_condition_has_a_question_or_a_column,
     figures_are_told_as_people_read_them,
     words_have_labels_filled_in_and_long_ones_cut,
     finds_hosts_programs_targets_and_weir,
     figures_have_rates_against_the_window_before,
     what_is_now_is_so_in_a_long_window_too,
     a_short_life_does_not_make_processors_look_busy,
     tells_what_is_wrong_the_worst_first, a_target_that_is_down_has_its_reason,
     what_is_not_heard_of_is_gone, many_rows_are_sorted_searched_and_paged,
     more_rows_than_the_most_are_left_out_with_a_warning,
     names_from_outside_are_told_as_they_are,
     of_an_empty_store_all_kinds_are_empty,
     top_prints_rows_and_nothing_that_moves_the_cursor,
     top_says_what_is_no_overview)
