/* print_test.c - what report print promises */
#include "print.c"

#include <math.h>
#include <signal.h>

#include <weir/harness.h>

#include "human.h"
#include "spec.h"

/* Standard output is a pipe as long as this lives. */
struct capture {
    int saved, reader;
};

static struct capture *
capture_new(void)
{
    struct capture *self = calloc(1, sizeof(*self));
    int ends[2];

    ck_assert_ptr_nonnull(self);
    (void)fflush(stdout);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    self->saved = dup(STDOUT_FILENO);
    self->reader = ends[0];
    ck_assert_int_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    (void)close(ends[1]);
    return self;
}

static void
capture_destroy(struct capture **self_p)
{
    struct capture *self = *self_p;

    (void)dup2(self->saved, STDOUT_FILENO);
    (void)close(self->saved);
    (void)close(self->reader);
    free(self);
    *self_p = NULL;
}

/* Reads what has been written, at most 'size' bytes with a '\0'. */
static void
capture_read(const struct capture *self, char *text, size_t size)
{
    struct pollfd ready = {.fd = self->reader, .events = POLLIN};
    ssize_t count = 0;

    if (poll(&ready, 1, 0) > 0)
        count = read(self->reader, text, size - 1);
    ck_assert_int_ge(count, 0);
    text[count] = '\0';
}

/* Asks at once, and runs until all has been heard. */
static void
ask_now(struct weir_harness *harness)
{
    struct print *self = weir_harness_self(harness);

    print_due(self, NULL);
    while (self->asking)
        weir_harness_run(harness, 1000000);
}

/* Two samples of each of two series within the last minute. */
static struct weir_harness *
print_with(const char *const settings[])
{
    struct weir_harness *harness = NULL;
    char text[512];
    int64_t now = now_ns();
    int64_t first = now - INT64_C(20) * NS_PER_SECOND;
    int64_t second = now - INT64_C(10) * NS_PER_SECOND;

    ck_assert_int_eq(
        weir_harness_open(&print_LTX_weir_plugin, settings, &harness), 0);
    (void)snprintf(text, sizeof(text),
                   "node_load1{host=\"a\"} 1 %lld\n"
                   "node_load1{host=\"a\"} 3 %lld\n"
                   "go_goroutines 10 %lld\n"
                   "go_goroutines 20 %lld\n",
                   (long long)first, (long long)second, (long long)first,
                   (long long)second);
    weir_harness_answer(harness, text);
    return harness;
}

START_TEST(writes_lines_where_there_is_no_terminal)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        print_with(NULL);
    weir_cleanup(capture_destroy) struct capture *out = capture_new();
    char text[4096];

    ask_now(harness);

    capture_read(out, text, sizeof(text));
    const char *first = strstr(text, " go_goroutines last=20 avg=15 max=20 "
                                     "min=10 avg_rate=NaN");
    const char *second = strstr(text, " node_load1{host=\"a\"} last=3 avg=2 ");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert(first < second);
    ck_assert_ptr_nonnull(strstr(first, " slope_avg=1 "));
}
END_TEST

START_TEST(writes_json_when_told_so)
{
    static const char *const settings[] = {"format = json",
                                           "match = {\"node_.*\"}", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        print_with(settings);
    weir_cleanup(capture_destroy) struct capture *out = capture_new();
    char text[4096];

    ask_now(harness);

    capture_read(out, text, sizeof(text));
    ck_assert_ptr_nonnull(
        strstr(text, "\"metric\":\"node_load1\","
                     "\"labels\":{\"host\":\"a\"},\"unit\":\"\",\"count\":2,"
                     "\"last\":3,\"avg\":2,\"max\":3,\"min\":1,"
                     "\"avg_rate\":null,"));
    ck_assert_ptr_null(strstr(text, "goroutines"));
}
END_TEST

START_TEST(shows_as_many_series_as_it_may)
{
    static const char *const settings[] = {"rows = 1", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        print_with(settings);
    weir_cleanup(capture_destroy) struct capture *out = capture_new();
    char text[4096];

    ask_now(harness);

    capture_read(out, text, sizeof(text));
    ck_assert_ptr_nonnull(strstr(text, "go_goroutines"));
    ck_assert_ptr_null(strstr(text, "node_load1"));
}
END_TEST

START_TEST(a_table_overwrites_the_one_before_it)
{
    static const char *const settings[] = {"format = table", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        print_with(settings);
    weir_cleanup(capture_destroy) struct capture *out = capture_new();
    char text[4096];

    ask_now(harness);
    capture_read(out, text, sizeof(text));
    ck_assert_ptr_eq(strstr(text, "\033[2J\033[H"), text);
    ck_assert_ptr_nonnull(strstr(text, "METRIC"));
    ck_assert_ptr_nonnull(strstr(text, "node_load1"));
    ask_now(harness);
    capture_read(out, text, sizeof(text));

    ck_assert_ptr_eq(strstr(text, "\033[H"), text);
    ck_assert_ptr_null(strstr(text, "\033[2J"));
}
END_TEST

START_TEST(standard_output_that_is_closed_is_a_failure_and_no_crash)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        print_with(NULL);
    weir_cleanup(capture_destroy) struct capture *out = capture_new();
    const struct print *self = weir_harness_self(harness);

    (void)signal(SIGPIPE, SIG_IGN); /* the host blocks it in all stages */
    (void)close(out->reader);
    out->reader = -1;
    ask_now(harness);

    ck_assert(self->broken);
    ck_assert_ptr_null(self->text);
}
END_TEST

START_TEST(a_pipe_that_is_full_does_not_hold_it)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness =
        print_with(NULL);
    weir_cleanup(capture_destroy) struct capture *out = capture_new();
    struct print *self = weir_harness_self(harness);
    static const char filler[4096];
    char text[4096];

    ck_assert_int_ge(fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 4096), 4096);
    ck_assert_int_eq(write(STDOUT_FILENO, filler, 4096), 4096);
    ask_now(harness);
    ck_assert_ptr_nonnull(self->text);
    ck_assert_int_eq(read(out->reader, text, 4096), 4096);
    while (self->text)
        weir_harness_run(harness, 1000000);

    capture_read(out, text, sizeof(text));
    ck_assert_ptr_nonnull(strstr(text, "go_goroutines"));
}
END_TEST

START_TEST(refuses_a_pattern_that_does_not_compile)
{
    static const char *const settings[] = {"match = {\"(\"}", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness = NULL;

    ck_assert_int_eq(
        weir_harness_open(&print_LTX_weir_plugin, settings, &harness), -EINVAL);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "match"));
}
END_TEST

START_TEST(refuses_a_window_of_nothing)
{
    static const char *const settings[] = {"window = 0", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *harness = NULL;

    ck_assert_int_eq(
        weir_harness_open(&print_LTX_weir_plugin, settings, &harness), -EINVAL);
}
END_TEST

/* Numbers ------------------------------------------------------------------ */

START_TEST(writes_numbers_for_people)
{
    static const struct {
        double number;
        const char *unit;
        int sign;
        const char *text;
    } cases[] = {
        {0, "", 0, "0"},
        {0.25, "", 0, "0.250"},
        {3.14159, "", 0, "3.14"},
        {1234, "", 0, "1234"},
        {12345, "", 0, "12.3k"},
        {-2.5e9, "", 0, "-2.50G"},
        {1536, "bytes", 0, "1.50KiB"},
        {512, "bytes", 0, "512B"},
        {33554432, "bytes", 0, "32MiB"},
        {0.0125, "seconds", 0, "12.5ms"},
        {90, "seconds", 0, "90s"},
        {7500, "seconds", 0, "2.08h"},
        {2.5e-7, "seconds", 0, "250ns"},
        {0.85, "ratio", 0, "85%"},
        {12, "", 1, "+12"},
        {-12, "", 1, "-12"},
        {(double)INFINITY, "", 0, "inf"},
        {1.5e-7, "", 0, "1.5e-07"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        char text[HUMAN_SIZE];
        ck_assert_str_eq(
            human_number(cases[i].number, cases[i].unit, cases[i].sign, text),
            cases[i].text);
    }
    char text[HUMAN_SIZE];
    ck_assert_str_eq(human_number((double)NAN, "bytes", 1, text), "-");
}
END_TEST

/* Tables ------------------------------------------------------------------- */

static const struct weir_metric metric = {
    "http_requests_total_with_a_long_name", WEIR_COUNTER, "", ""};

/* Returns the places that a line takes. */
static size_t
places_of(const char *line)
{
    size_t count = 0;

    for (; *line && *line != '\n'; line++) {
        if (*line == '\033')
            while (strchr("HJKm", *line) == NULL)
                line++;
        else
            count += (*line & 0xC0) != 0x80;
    }
    return count;
}

START_TEST(a_table_fits_its_width)
{
    for (size_t width = 20; width < 200; width += 7) {
        const struct weir_label labels[] = {
            {"path", "/öffentlich/\033[2J/a\nb"}, {0}};
        const struct weir_series series = {&metric, "", labels};
        struct weir_figures figures = {.series = &series, .last = 123456};
        struct print_board board = {.window_ns = NS_PER_SECOND};
        weir_cleanup(weir_free) char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);

        ck_assert_ptr_nonnull(out);
        board_add(&board, &figures);
        board_table(&board, width, 10, "", out);
        (void)fclose(out);
        board_clear(&board);

        const char *row = strchr(strchr(text, '\n') + 1, '\n') + 1;
        ck_assert_uint_lt(places_of(row), width);
        ck_assert_ptr_nonnull(strstr(row, "123.5k"));
        ck_assert_ptr_null(strstr(row, "\033[2J"));
    }
}
END_TEST

START_TEST(labels_that_all_series_have_are_shown_once)
{
    struct print_board board = {.window_ns = NS_PER_SECOND};
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < 2; i++) {
        const struct weir_label labels[] = {
            {"cpu", i ? "1" : "0"}, {"instance", "vm"}, {0}};
        const struct weir_series series = {&metric, "", labels};
        const struct weir_figures figures = {.series = &series};
        board_add(&board, &figures);
    }
    board_table(&board, 160, 10, "", out);
    (void)fclose(out);
    board_clear(&board);

    const char *once = strstr(text, "instance=\"vm\"");
    ck_assert_ptr_nonnull(once);
    ck_assert_ptr_null(strstr(once + 1, "instance"));
    ck_assert_ptr_nonnull(strstr(text, "cpu=\"0\""));
    ck_assert_ptr_nonnull(strstr(text, "cpu=\"1\""));
}
END_TEST

START_TEST(a_table_says_how_many_series_it_leaves_out)
{
    static const struct weir_label none[] = {{0}};
    const struct weir_series series = {&metric, "", none};
    const struct weir_figures figures = {.series = &series};
    struct print_board board = {.window_ns = NS_PER_SECOND};
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < 5; i++)
        board_add(&board, &figures);
    board_table(&board, 80, 2, "", out);
    (void)fclose(out);
    board_clear(&board);

    ck_assert_ptr_nonnull(strstr(text, "3 more"));
}
END_TEST

SPEC("report print", writes_lines_where_there_is_no_terminal,
     writes_json_when_told_so, shows_as_many_series_as_it_may,
     a_table_overwrites_the_one_before_it,
     standard_output_that_is_closed_is_a_failure_and_no_crash,
     a_pipe_that_is_full_does_not_hold_it,
     refuses_a_pattern_that_does_not_compile, refuses_a_window_of_nothing,
     writes_numbers_for_people, a_table_fits_its_width,
     labels_that_all_series_have_are_shown_once,
     a_table_says_how_many_series_it_leaves_out)
