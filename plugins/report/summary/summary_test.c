/* summary_test.c - what report summary promises */
#include <config.h>

#include "summary.c"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <sys/stat.h>

#include <weir/harness.h>
#include <weir/text.h>

#include "shelf.h"
#include "spec.h"

static struct weir_harness *
summary_with(const char *const settings[])
{
    struct weir_harness *self = NULL;

    ck_assert_msg(
        weir_harness_open(&summary_LTX_weir_plugin, settings, &self) == 0, "%s",
        weir_harness_why(NULL));
    return self;
}

/* Two windows of 10 s that end at 1020, a sample a second: a gauge that rises
 * by 1 a sample, and by 100 more in the second window; a counter that grows by
 * 20 a second, then 60; and what stays the same. */
static void
answer_usual(struct weir_harness *self)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 1; i <= 20; i++)
        (void)fprintf(out, "heat{instance=\"a\"} %d %d000000000\n",
                      i > 10 ? 100 + i : i, 1000 + i);
    for (int i = 1; i <= 20; i++)
        (void)fprintf(out, "hits_total{instance=\"a\"} %d %d000000000\n",
                      i > 10 ? 200 + 60 * (i - 10) : 20 * i, 1000 + i);
    for (int i = 1; i <= 20; i++)
        (void)fprintf(out, "still %d %d000000000\n", 7, 1000 + i);
    (void)fclose(out);
    weir_harness_answer(self, text);
    free(text);
}

/* Asks for a report of the last 10 s until 1020; returns the whole answer. */
static char *
ask(struct weir_harness *self, int status, const char *parameters)
{
    char path[512], *body = NULL;

    (void)snprintf(path, sizeof(path), "/api/v1/report?end=1020&window=10s&%s",
                   parameters);
    int got = weir_harness_request(self, "GET", path, NULL, NULL, &body);
    ck_assert_msg(got == status, "%d: %s", got, body);
    return body;
}

static json_t *
ask_json(struct weir_harness *self, const char *parameters)
{
    char all[512];

    (void)snprintf(all, sizeof(all), "format=json&%s", parameters);
    weir_cleanup(weir_free) char *body = ask(self, 200, all);
    json_t *json = json_loads(body, 0, NULL);
    ck_assert_msg(json != NULL, "%s", body);
    return json;
}

/* Returns the nth series of the first panel. */
static const json_t *
series_of(const json_t *report, size_t nth)
{
    const json_t *panel = json_array_get(json_object_get(report, "panels"), 0);

    return json_array_get(json_object_get(panel, "series"), nth);
}

static double
number_of(const json_t *object, const char *name)
{
    const json_t *number = json_object_get(object, name);

    return json_is_null(number) ? (double)NAN : json_number_value(number);
}

static const char *
text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

static void
has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%.4000s", part,
                  text);
}

static void
has_not(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "\"%s\" in:\n%.4000s", part,
                  text);
}

#define CLEANED(name, ...)                                           \
    weir_cleanup(weir_harness_destroy) struct weir_harness *(name) = \
        summary_with(__VA_ARGS__)

/* Figures ------------------------------------------------------------------ */

START_TEST(tells_the_figures_of_a_gauge_and_of_the_time_before)
{
    CLEANED(harness, NULL);
    answer_usual(harness);

    json_t *report = ask_json(harness, "match[]=heat");

    const json_t *heat = series_of(report, 0);
    ck_assert_double_eq(number_of(heat, "count"), 10);
    ck_assert_double_eq(number_of(heat, "avg"), 115.5);
    ck_assert_double_eq(number_of(heat, "max"), 120);
    ck_assert_double_eq(number_of(heat, "min"), 111);
    ck_assert_double_eq(number_of(heat, "last"), 120);
    ck_assert_double_eq(number_of(heat, "avg_rate"), 11);
    ck_assert_double_eq(number_of(heat, "slope_avg"), 1);
    const json_t *before = json_object_get(heat, "before");
    ck_assert_double_eq(number_of(before, "avg"), 5.5);
    ck_assert_double_nan(number_of(before, "avg_rate"));
    ck_assert_str_eq(text_of(json_object_get(heat, "metric"), "__name__"),
                     "heat");
    json_decref(report);
}
END_TEST

START_TEST(tells_how_fast_a_counter_grows)
{
    CLEANED(harness, NULL);
    answer_usual(harness);

    json_t *report = ask_json(harness, "match[]=hits_total");

    const json_t *hits = series_of(report, 0);
    ck_assert_double_eq(number_of(hits, "slope_avg"), 60);
    ck_assert_double_eq(number_of(json_object_get(hits, "before"), "slope_avg"),
                        20);
    ck_assert_str_eq(text_of(hits, "unit"), "/s");
    const json_t *points = json_object_get(hits, "points");
    ck_assert_uint_eq(json_array_size(points), 10);
    const json_t *point = json_array_get(points, 9);
    ck_assert_double_eq(json_number_value(json_array_get(point, 0)), 1020);
    ck_assert_double_eq(json_number_value(json_array_get(point, 1)), 60);
    json_decref(report);
}
END_TEST

START_TEST(says_what_rises_and_what_is_steady)
{
    CLEANED(harness, NULL);
    answer_usual(harness);

    json_t *report = ask_json(harness, "match[]={__name__=~\"heat|still\"}");

    const json_t *heat = json_object_get(series_of(report, 0), "trend");
    const json_t *still = json_object_get(series_of(report, 1), "trend");
    ck_assert_str_eq(text_of(heat, "kind"), "rises");
    ck_assert_str_eq(text_of(heat, "text"),
                     "rises by 60 a minute (over 99.9 % sure)");
    ck_assert_double_eq_tol(number_of(heat, "slope"), 1, 1e-12);
    ck_assert_str_eq(text_of(still, "text"), "steady");
    json_decref(report);
}
END_TEST

START_TEST(ranks_what_moved_by_what_was_usual)
{
    CLEANED(harness, NULL);
    answer_usual(harness);

    json_t *report =
        ask_json(harness, "match[]=still&match[]=hits_total&match[]=heat");

    const json_t *moved = json_object_get(report, "moved");
    ck_assert_uint_eq(json_array_size(moved), 2);
    ck_assert_str_eq(text_of(json_array_get(moved, 0), "panel"), "hits_total");
    ck_assert_str_eq(text_of(json_array_get(moved, 1), "panel"), "heat");
    ck_assert_double_eq(number_of(json_array_get(moved, 0), "before"), 20);
    ck_assert_double_eq(number_of(json_array_get(moved, 0), "now"), 60);
    json_decref(report);
}
END_TEST

START_TEST(an_expression_has_the_figures_of_its_values_at_the_steps)
{
    static const char *const settings[] = {
        "panel { query = \"heat * 2\"  title = \"Twice\"  unit = bytes }",
        NULL};
    CLEANED(harness, settings);
    answer_usual(harness);

    json_t *report = ask_json(harness, "");

    const json_t *heat = series_of(report, 0);
    ck_assert_double_eq(number_of(heat, "avg"), 231);
    ck_assert_double_eq(number_of(heat, "max"), 240);
    ck_assert_double_eq(number_of(json_object_get(heat, "before"), "avg"), 11);
    ck_assert_str_eq(text_of(heat, "unit"), "bytes");
    json_decref(report);
}
END_TEST

START_TEST(a_gap_stays_one_and_no_number_is_none)
{
    CLEANED(harness, NULL);
    weir_harness_answer(harness, "odd 1 1011000000000\n"
                                 "odd NaN 1012000000000\n"
                                 "odd 3 1013000000000\n"
                                 "odd 4 1014000000000\n"
                                 "odd 5 1015000000000\n"
                                 "odd 6 1016000000000\n"
                                 "odd 7 1017000000000\n"
                                 "odd +Inf 1018000000000\n"
                                 "odd 5 1020000000000\n");

    json_t *report = ask_json(harness, "match[]=odd");

    const json_t *odd = series_of(report, 0);
    const json_t *points = json_object_get(odd, "points");
    ck_assert_double_eq(number_of(odd, "count"), 8);
    ck_assert_double_eq(number_of(odd, "min"), 1);
    ck_assert_str_eq(text_of(odd, "max"), "+Inf");
    ck_assert(json_is_null(json_array_get(json_array_get(points, 1), 1)));
    ck_assert(json_is_null(json_array_get(json_array_get(points, 8), 1)));
    json_decref(report);
    weir_cleanup(weir_free) char *page =
        ask(harness, 200, "format=html&match[]=odd");
    has(page, "<circle class=\"now dot\"");
    has(page, "</html>");
    has_not(page, "nan");
}
END_TEST

/* Forms -------------------------------------------------------------------- */

START_TEST(a_page_needs_nothing_from_elsewhere_and_no_script)
{
    CLEANED(harness, NULL);
    answer_usual(harness);

    weir_cleanup(weir_free) char *page = ask(harness, 200, "match[]=heat");

    has(page, "<!DOCTYPE html>");
    has(page, "prefers-color-scheme:dark");
    has(page, "role=\"img\" aria-labelledby=\"t1 d1\"");
    has(page, "<title id=\"t1\">");
    has(page, "<summary>Figures and values</summary>");
    has(page, "rises by 60 a minute");
    has_not(page, "<script");
    has_not(page, "src=");
    has_not(page, "url(");
    has_not(page, "http://");
    has_not(page, "https://");
}
END_TEST

START_TEST(names_and_labels_are_no_markup_in_any_form)
{
    static const char odd[] =
        "odd{what=\"<script>alert(1)</script>&amp;`x`|*y*\\\"\"} 1 "
        "1020000000000\n"
        "odd{what=\"other\"} 1 1020000000000\n";
    CLEANED(harness, NULL);
    weir_harness_answer(harness, odd);

    weir_cleanup(weir_free) char *page = ask(harness, 200, "match[]=odd");
    weir_cleanup(weir_free) char *text =
        ask(harness, 200, "match[]=odd&format=markdown");
    weir_cleanup(weir_free) char *cells =
        ask(harness, 200, "match[]=odd&format=csv");

    has_not(page, "<script");
    has(page, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;`x`|*y*&quot;");
    has(text, "`` <script>alert(1)</script>&amp;`x`\\|*y*\" ``");
    has(cells, "\"odd{what=\"\"<script>alert(1)</script>&amp;`x`|*y*\\\"\"\"\"}"
               "\"");
    json_decref(ask_json(harness, "match[]=odd"));
}
END_TEST

START_TEST(a_label_that_is_far_too_long_is_cut_in_headings)
{
    char *value = calloc(1, 4001), *text = NULL;
    CLEANED(harness, NULL);

    ck_assert_ptr_nonnull(value);
    memset(value, 'x', 4000);
    ck_assert_int_gt(asprintf(&text,
                              "long{a=\"%s\"} 1 1020000000000\n"
                              "long{a=\"b\"} 1 1020000000000\n",
                              value),
                     0);
    weir_harness_answer(harness, text);
    weir_cleanup(weir_free) char *page = ask(harness, 200, "match[]=long");

    has(page, "xxx\342\200\246</h4>");
    ck_assert_uint_lt(strlen(page), 30000);
    free(value);
    free(text);
}
END_TEST

START_TEST(a_heading_is_what_tells_a_series_from_the_others)
{
    CLEANED(harness, NULL);
    weir_harness_answer(harness, "cpu{cpu=\"0\",host=\"a\",instance=\"x\",mode="
                                 "\"idle\"} 1 1020000000000\n"
                                 "cpu{cpu=\"1\",host=\"a\",instance=\"y\",mode="
                                 "\"user\"} 2 1020000000000\n");

    weir_cleanup(weir_free) char *page = ask(harness, 200, "match[]=cpu");

    has(page, "<h4>x \302\267 cpu 0 \302\267 idle</h4>");
    has(page, "<h4>y \302\267 cpu 1 \302\267 user</h4>");
    has(page, "All of host=a");
}
END_TEST

START_TEST(markdown_has_a_table_for_each_panel)
{
    CLEANED(harness, NULL);
    answer_usual(harness);

    weir_cleanup(weir_free) char *text =
        ask(harness, 200, "match[]=heat&format=markdown");

    has(text, "# weir\n\n10 seconds, from ");
    has(text, "| Series | Average | Last | Most | Least | Against before | "
              "Trend |\n");
    has(text, "| `a` | 115.5 | 120 | 120 | 111 | 21 times | rises by 60 a "
              "minute (over 99.9 % sure) |\n");
}
END_TEST

START_TEST(csv_has_a_line_for_each_series)
{
    CLEANED(harness, NULL);
    answer_usual(harness);

    weir_cleanup(weir_free) char *text =
        ask(harness, 200, "match[]=heat&format=csv");

    has(text, "section,panel,query,unit,series,count,last,avg,max,min,");
    has(text, "\r\n\"\",\"heat\",\"heat\",\"\",\"heat{instance=\"\"a\"\"}\",10,"
              "120,115.5,120,111,11,11,11,200,110,");
}
END_TEST

/* Limits and what is not there --------------------------------------------- */

static void
answer_many(struct weir_harness *harness, int count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < count; i++)
        (void)fprintf(out, "many{n=\"%03d\"} %d 1020000000000\n", i, i);
    (void)fclose(out);
    weir_harness_answer(harness, text);
    free(text);
}

START_TEST(shows_the_largest_and_says_how_many_there_are)
{
    static const char *const settings[] = {"rows = 2", "max_series = 30", NULL};
    CLEANED(harness, settings);
    answer_many(harness, 40);

    json_t *report = ask_json(harness, "match[]=many");
    const json_t *panel = json_array_get(json_object_get(report, "panels"), 0);

    ck_assert_double_eq(number_of(panel, "series_count"), 40);
    ck_assert_uint_eq(json_array_size(json_object_get(panel, "series")), 2);
    ck_assert_double_eq(number_of(series_of(report, 0), "avg"), 29);
    ck_assert_str_eq(text_of(panel, "note"),
                     "2 of 40 series are shown, those of the largest averages. "
                     "Only the first 30 were looked at (max_series).");
    json_decref(report);
    report = ask_json(harness, "match[]=many&limit=5");
    ck_assert_double_eq(number_of(series_of(report, 4), "avg"), 25);
    json_decref(report);
}
END_TEST

START_TEST(a_report_that_grows_too_large_says_what_it_leaves_out)
{
    static const char *const settings[] = {"rows = 200", "max_size = 64K",
                                           NULL};
    static const char *const names[] = {"html", "markdown", "json", "csv"};
    CLEANED(harness, settings);
    answer_many(harness, 200);

    for (size_t i = 0; i < WEIR_COUNT(names); i++) {
        char parameters[64];
        (void)snprintf(parameters, sizeof(parameters), "match[]=%s&format=%s",
                       "many", names[i]);
        weir_cleanup(weir_free) char *text = ask(harness, 200, parameters);
        ck_assert_uint_lt(strlen(text), 80000);
        if (strlen(text) > 65536)
            has(text, "the report has reached 65536 bytes");
    }
    weir_cleanup(weir_free) char *page = ask(harness, 200, "match[]=many");
    has(page, "series are left out: the report has reached 65536 bytes");
    has(page, "</html>");
}
END_TEST

START_TEST(says_in_words_that_nothing_is_there)
{
    CLEANED(harness, NULL);

    weir_cleanup(weir_free) char *page = ask(harness, 200, "");
    weir_cleanup(weir_free) char *text =
        ask(harness, 200, "match[]=none&format=markdown");

    has(page, "There are no samples of this time.");
    has(page, "Without samples: Targets: Share of the time up; Hosts: CPU "
              "busy;");
    has(text, "### none\n\nThere are no samples of this time.\n");
    has(text, "Nothing moved much");
}
END_TEST

START_TEST(counts_the_series_that_came_and_went)
{
    CLEANED(harness, NULL);
    weir_harness_answer(harness, "one{a=\"both\"} 1 1005000000000\n"
                                 "one{a=\"both\"} 1 1015000000000\n"
                                 "one{a=\"new\"} 1 1015000000000\n"
                                 "one{a=\"gone\"} 1 1005000000000\n");

    json_t *report = ask_json(harness, "match[]=one");
    const json_t *panel = json_array_get(json_object_get(report, "panels"), 0);

    ck_assert_double_eq(number_of(panel, "new"), 1);
    ck_assert_double_eq(number_of(panel, "gone"), 1);
    ck_assert_str_eq(text_of(panel, "note"),
                     "1 series is new. 1 of the time before is gone.");
    json_decref(report);
}
END_TEST

START_TEST(what_is_asked_in_the_wrong_way_is_told_how)
{
    static const struct {
        const char *path, *why;
    } cases[] = {
        {"?format=pdf", "format: html, markdown, json or csv is due, not "
                        "\"pdf\"\n"},
        {"?window=soon", "window: "},
        {"?window=0", "window: a second is the least, not \"0\"\n"},
        {"?window=-1h", "window: "},
        {"?window=200y", "window: "},
        {"?end=yesterday", "end: a time is due"},
        {"?limit=0", "limit: a number of series from 1 to 1000 is due"},
        {"?limit=9x", "limit: "},
        {"?match[]=a%7B", "match[]: \"a{\" is no selector: "},
        {"?match[]=rate(a[5m])", "match[]: "},
    };
    CLEANED(harness, NULL);

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        weir_cleanup(weir_free) char *body = NULL;
        char path[128];
        (void)snprintf(path, sizeof(path), "/api/v1/report%s", cases[i].path);
        int status =
            weir_harness_request(harness, "GET", path, NULL, NULL, &body);
        ck_assert_msg(status == 400, "%s: %d %s", path, status, body);
        ck_assert_msg(strncmp(body, cases[i].why, strlen(cases[i].why)) == 0,
                      "%s: %s", path, body);
    }
}
END_TEST

START_TEST(options_that_are_wrong_are_told)
{
    static const struct {
        const char *setting, *why;
    } cases[] = {
        {"at = \"noon\"", "at: a time of day such as 06:00 is due"},
        {"every = 5h", "every: a week (7d), a day (1d)"},
        {"match = {\"a{\"}", "match: \"a{\" is no selector: "},
        {"panel { query = \"rate(a)\" }", "is no question in PromQL: "},
        {"max_size = 1G", "max_size: from 64K"},
        {"window = 1ms", "window: a second is the least"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        const char *const settings[] = {cases[i].setting, NULL};
        struct weir_harness *harness = NULL;
        ck_assert_int_eq(
            weir_harness_open(&summary_LTX_weir_plugin, settings, &harness),
            -EINVAL);
        has(weir_harness_why(NULL), cases[i].why);
    }
}
END_TEST

/* Timed reports ------------------------------------------------------------ */

/* A folder of its own, and what is done in it. */
struct place {
    char folder[64];
    char setting[96]; /* of the output */
};

static void
place_init(struct place *self, const char *output)
{
    (void)snprintf(self->folder, sizeof(self->folder), "/tmp/specXXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(self->folder));
    (void)snprintf(self->setting, sizeof(self->setting), "output = \"%s/%s\"",
                   self->folder, output);
}

/* Counts the files in a folder, dots and hidden ones included. */
static int
count_files(const char *folder)
{
    DIR *dir = opendir(folder);
    int count = -2; /* "." and ".." */

    ck_assert_ptr_nonnull(dir);
    while (readdir(dir))
        count++;
    (void)closedir(dir);
    return count;
}

static void
place_fini(struct place *self)
{
    char command[128];

    (void)snprintf(command, sizeof(command), "rm -rf '%s'", self->folder);
    ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c) */
}

/* Makes a report, and waits until it is written. */
static void
make_report(struct weir_harness *harness, int64_t until_s)
{
    struct summary *self = weir_harness_self(harness);

    timed_start(self, until_s * NS_PER_S);
    while (self->writing)
        weir_harness_run(harness, NS_PER_MS);
}

START_TEST(a_folder_keeps_as_many_reports_as_it_may)
{
    weir_cleanup(place_fini) struct place place;
    place_init(&place, "a/b/");
    const char *const settings[] = {place.setting, "keep = 3",
                                    "time_zone = utc", "window = 10s", NULL};
    CLEANED(harness, settings);
    char path[160];

    answer_usual(harness);
    make_report(harness, 1020);
    (void)snprintf(path, sizeof(path), "%s/a/b/others.html", place.folder);
    ck_assert_int_ge(open(path, O_CREAT | O_CLOEXEC, 0600), 0);
    (void)snprintf(path, sizeof(path), "%s/a/b", place.folder);
    for (int i = 1; i <= 4; i++)
        make_report(harness, 1020 + 3600 * i);

    ck_assert_int_eq(count_files(path), 4);
    (void)snprintf(path, sizeof(path), "%s/a/b/%s-1970-01-01T041700+0000.html",
                   place.folder,
                   weir_instance_name(weir_harness_self(harness)));
    ck_assert_int_eq(access(path, R_OK), 0);
}
END_TEST

START_TEST(a_file_is_replaced_as_a_whole)
{
    weir_cleanup(place_fini) struct place place;
    place_init(&place, "report.md");
    const char *const settings[] = {place.setting, "format = markdown",
                                    "match = {\"heat\"}", "window = 10s", NULL};
    CLEANED(harness, settings);
    char path[96], text[8192];

    answer_usual(harness);
    (void)snprintf(path, sizeof(path), "%s/report.md", place.folder);
    make_report(harness, 1010);
    int before = open(path, O_RDONLY | O_CLOEXEC);
    make_report(harness, 1020);

    ck_assert_int_eq(count_files(place.folder), 1);
    ck_assert_int_gt(weir_read_file(path, text, sizeof(text)), 0);
    has(text, "| `a` | 115.5 |");
    /* Who reads the one before still has all of it. */
    ck_assert_int_gt(weir_read_fd(before, text, sizeof(text)), 0);
    has(text, "| `a` | 5.50 |");
    (void)close(before);
}
END_TEST

START_TEST(a_report_comes_when_its_time_has_come)
{
    weir_cleanup(place_fini) struct place place;
    place_init(&place, "report.json");
    const char *const settings[] = {place.setting, "format = json",
                                    "every = 1s", "at = \"00:00\"", NULL};
    CLEANED(harness, settings);
    const struct summary *self = weir_harness_self(harness);
    char path[96];

    (void)snprintf(path, sizeof(path), "%s/report.json", place.folder);
    while (access(path, R_OK) != 0 || self->writing)
        weir_harness_run(harness, 20 * NS_PER_MS);

    json_t *report = json_load_file(path, 0, NULL);
    ck_assert_double_eq(number_of(report, "window"), 1);
    json_decref(report);
}
END_TEST

START_TEST(without_an_output_none_are_timed)
{
    CLEANED(harness, NULL);
    const struct summary *self = weir_harness_self(harness);

    ck_assert_int_eq(self->due_ns, 0);
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_told_and_leaves_nothing)
{
    char why[SHELF_WHY_SIZE];

    ck_assert_int_eq(shelf_write("/nowhere/at/all", "x", 1, why), -ENOENT);
    ck_assert_str_eq(why,
                     "cannot write /nowhere/at/all: No such file or directory");
    ck_assert_int_eq(shelf_write("/tmp", "x", 1, why), -EISDIR);
    const struct shelf_item item = {"/dev/null/x", "a", "b", "c", 1};
    ck_assert_int_eq(shelf_put(&item, "x", 1, why), -ENOTDIR);
    has(why, "cannot make /dev/null/x: ");
}
END_TEST

START_TEST(what_is_no_file_is_written_into)
{
    char why[SHELF_WHY_SIZE];
    struct stat what;

    ck_assert_int_eq(shelf_write("/dev/null", "x", 1, why), 0);
    ck_assert_int_eq(stat("/dev/null", &what), 0);
    ck_assert(S_ISCHR(what.st_mode));
}
END_TEST

SPEC("report summary", tells_the_figures_of_a_gauge_and_of_the_time_before,
     tells_how_fast_a_counter_grows, says_what_rises_and_what_is_steady,
     ranks_what_moved_by_what_was_usual,
     an_expression_has_the_figures_of_its_values_at_the_steps,
     a_gap_stays_one_and_no_number_is_none,
     a_page_needs_nothing_from_elsewhere_and_no_script,
     names_and_labels_are_no_markup_in_any_form,
     a_label_that_is_far_too_long_is_cut_in_headings,
     a_heading_is_what_tells_a_series_from_the_others,
     markdown_has_a_table_for_each_panel, csv_has_a_line_for_each_series,
     shows_the_largest_and_says_how_many_there_are,
     a_report_that_grows_too_large_says_what_it_leaves_out,
     says_in_words_that_nothing_is_there, counts_the_series_that_came_and_went,
     what_is_asked_in_the_wrong_way_is_told_how,
     options_that_are_wrong_are_told, a_folder_keeps_as_many_reports_as_it_may,
     a_file_is_replaced_as_a_whole, a_report_comes_when_its_time_has_come,
     without_an_output_none_are_timed,
     a_file_that_cannot_be_written_is_told_and_leaves_nothing,
     what_is_no_file_is_written_into)
