/* chart_test.c - answers drawn with characters */
#include <config.h>

#include <math.h>

#include "cli/axis.h"
#include "cli/canvas.h"
#include "shown.h"

/* A line that goes up from 0 to 6 in a minute. */
static const struct shown rising = {
    "matrix",
    "[{\"metric\":{\"__name__\":\"x\",\"job\":\"a\"},\"values\":["
    "[0,\"0\"],[10,\"1\"],[20,\"2\"],[30,\"3\"],[40,\"4\"],[50,\"5\"],"
    "[60,\"6\"]]}]",
    {0, 60 * NS_PER_S, 10 * NS_PER_S}};

static const struct screen small = {.width = 40, .height = 18};

START_TEST(draws_in_ascii)
{
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &rising, &small);

    ck_assert_str_eq(text, "x{job=\"a\"}\n"
                           "\n"
                           "6 +                                 ****\n"
                           "  |                           ******\n"
                           "4 +                       ****\n"
                           "  |                    ***\n"
                           "  |               *****\n"
                           "2 +         ******\n"
                           "  |   ******\n"
                           "0 +***\n"
                           "  ++-----------------+-----------------+\n"
                           " 01-01           00:00:30\n"
                           "   1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z, "
                           "step 10s\n"
                           "\n"
                           "            MIN        MAX       LAST\n"
                           "**            0          6          6\n");
}
END_TEST

START_TEST(draws_in_braille)
{
    struct screen screen = small;

    screen.utf8 = true;
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &rising, &screen);
    ck_assert_ptr_nonnull(strstr(text, "6 \u2524"));
    ck_assert_ptr_nonnull(strstr(text, "  \u2514\u252c\u2500"));
    ck_assert_ptr_nonnull(strstr(text, "\n\u2812\u2812  "));
    ck_assert_ptr_null(strstr(text, "\033"));
}
END_TEST

static const struct shown crossing = {
    "matrix",
    "[{\"metric\":{\"n\":\"1\"},\"values\":[[0,\"0\"],[60,\"60\"]]},"
    "{\"metric\":{\"n\":\"2\"},\"values\":[[0,\"60\"],[60,\"0\"]]}]",
    {0, 60 * NS_PER_S, 60 * NS_PER_S}};

START_TEST(tells_series_apart_by_colours_or_marks)
{
    struct screen screen = small;

    screen.utf8 = true;
    weir_cleanup(weir_free) char *marks =
        shown_by(view_chart, &crossing, &screen);
    ck_assert_ptr_nonnull(strstr(marks, "**  {n=\"1\"}"));
    ck_assert_ptr_nonnull(strstr(marks, "oo  {n=\"2\"}"));
    ck_assert_ptr_null(strstr(marks, "\033"));

    screen.colour = true;
    weir_cleanup(weir_free) char *colours =
        shown_by(view_chart, &crossing, &screen);
    ck_assert_ptr_nonnull(
        strstr(colours, "\033[36m\u2812\u2812\033[m  {n=\"1"));
    ck_assert_ptr_nonnull(
        strstr(colours, "\033[33m\u2812\u2812\033[m  {n=\"2"));
}
END_TEST

START_TEST(leaves_gaps_where_samples_are_missing)
{
    static const struct shown gaps = {
        "matrix",
        "[{\"metric\":{},\"values\":[[0,\"1\"],[10,\"1\"],[30,\"NaN\"],"
        "[40,\"+Inf\"],[50,\"1\"],[60,\"1\"]]}]",
        {0, 60 * NS_PER_S, 10 * NS_PER_S}};
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &gaps, &small);

    ck_assert_ptr_nonnull(
        strstr(text, "1.00 +*******                     ******\n"));
}
END_TEST

START_TEST(says_so_when_there_is_no_number)
{
    static const struct shown none = {
        "matrix",
        "[{\"metric\":{},\"values\":[[0,\"NaN\"]]}]",
        {0, 60 * NS_PER_S, 10 * NS_PER_S}};
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &none, &small);

    ck_assert_str_eq(text, "there is no number to draw\n");
}
END_TEST

START_TEST(draws_what_is_drawn_and_tells_of_the_rest)
{
    weir_cleanup(weir_free) char *result = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&result, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < 20; i++)
        (void)fprintf(out,
                      "%c{\"metric\":{\"n\":\"%d\"},\"values\":[[0,\"%d\"]]}",
                      i ? ',' : '[', i, i);
    (void)fputs("]", out);
    (void)fclose(out);
    const struct shown many = {
        "matrix", result, {0, 60 * NS_PER_S, 10 * NS_PER_S}};
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &many, &small);
    ck_assert_ptr_nonnull(strstr(text, "{n=\"11\"}"));
    ck_assert_ptr_null(strstr(text, "{n=\"12\"}"));
    ck_assert_ptr_nonnull(strstr(text, "\n12 of 20 series"));
}
END_TEST

/* Any values fit, whatever the size. */
START_TEST(draws_extreme_values)
{
    static const char *const values[] = {"0",      "1e308", "-1e308", "1e-300",
                                         "5e-324", "1e21",  "123456", "-0.001"};

    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        for (size_t j = 0; j < ARRAY_SIZE(values); j++) {
            weir_cleanup(weir_free) char *result = NULL;
            ck_assert_int_gt(asprintf(&result,
                                      "[{\"metric\":{},\"values\":[[0,\"%s\"],"
                                      "[60,\"%s\"]]}]",
                                      values[i], values[j]),
                             0);
            const struct shown shown = {
                "matrix", result, {0, 60 * NS_PER_S, 60 * NS_PER_S}};
            weir_cleanup(weir_free) char *text =
                shown_by(view_chart, &shown, &small);
            ck_assert_ptr_nonnull(strstr(text, "LAST"));
        }
}
END_TEST

START_TEST(draws_a_range_of_one_instant)
{
    static const struct shown one = {
        "matrix", "[{\"metric\":{},\"values\":[[0,\"1\"]]}]", {0, 0, NS_PER_S}};
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &one, &small);

    ck_assert_ptr_nonnull(strstr(text, "*\n"));
}
END_TEST

START_TEST(makes_room_where_numbers_hardly_differ)
{
    static const struct shown close = {
        "matrix",
        "[{\"metric\":{},\"values\":[[0,\"123456789.00001\"],"
        "[60,\"123456789.00002\"]]}]",
        {0, 60 * NS_PER_S, 60 * NS_PER_S}};
    const struct screen narrow = {.width = 20, .height = 5};
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &close, &narrow);

    ck_assert_ptr_nonnull(strstr(text, "LAST"));
}
END_TEST

START_TEST(fits_the_narrowest_screen)
{
    const struct screen narrow = {.width = 20, .height = 5};
    weir_cleanup(weir_free) char *text = shown_by(view_chart, &rising, &narrow);

    ck_assert_ptr_nonnull(strstr(text, "0 +"));
}
END_TEST

static void
axis_is(double least, double most, const char *expected)
{
    struct axis axis = axis_of_values(least, most, 4);
    char text[AXIS_SIZE];
    weir_cleanup(weir_free) char *marks = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&marks, &size);

    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < axis_count(&axis); i++)
        (void)fprintf(out, "%s%s", i ? " " : "", axis_mark(&axis, i, text));
    (void)fclose(out);
    ck_assert_str_eq(marks, expected);
}

START_TEST(marks_round_numbers)
{
    axis_is(0.1, 0.74, "0.0 0.2 0.4 0.6 0.8");
    axis_is(1.7, 2.05, "1.7 1.8 1.9 2.0 2.1");
    axis_is(-3, 12, "-5 0 5 10 15");
    axis_is(2.318e10, 2.373e10, "23.0G 23.2G 23.4G 23.6G 23.8G");
    axis_is(7, 7, "6.0 6.5 7.0 7.5 8.0");
    axis_is(0, 0, "-1.0 -0.5 0.0 0.5 1.0");
    axis_is(0.00001, 0.00002, "10u 15u 20u");
}
END_TEST

START_TEST(writes_numbers_with_four_digits)
{
    static const struct {
        double number;
        const char *text;
    } numbers[] = {
        {0, "0"},
        {1, "1"},
        {0.25, "0.25"},
        {1.0 / 3, "0.3333"},
        {12345678, "12.35M"},
        {1234, "1234"},
        {23456, "23.46k"},
        {-2.5e12, "-2.5T"},
        {5e-5, "50u"},
        {1e-15, "1e-15"},
        {1e30, "1e+30"},
        {(double)INFINITY, "+Inf"},
        {(double)NAN, "NaN"},
    };
    char text[AXIS_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        ck_assert_str_eq(axis_number(numbers[i].number, text), numbers[i].text);
}
END_TEST

START_TEST(marks_round_times)
{
    static const int64_t minute_ns = 60 * NS_PER_S;
    char text[AXIS_SIZE];

    (void)setenv("TZ", "IST-5:30", 1);
    tzset();
    ck_assert_int_eq(axis_interval(3600 * NS_PER_S, 6), 10 * minute_ns);
    ck_assert_int_eq(axis_interval(2 * 86400 * NS_PER_S, 6),
                     480 * minute_ns + 240 * minute_ns);
    ck_assert_int_eq(axis_first(minute_ns, 60 * minute_ns), 30 * minute_ns);
    ck_assert_str_eq(axis_time(30 * minute_ns, 60 * minute_ns, text), "06:00");
    ck_assert_str_eq(axis_time(1110 * minute_ns, 60 * minute_ns, text),
                     "01-02");
    ck_assert_str_eq(axis_time(30 * minute_ns, NS_PER_S, text), "06:00:00");
}
END_TEST

START_TEST(draws_lines_of_dots)
{
    static const struct screen braille = {.utf8 = true};
    weir_cleanup(canvas_destroy) struct canvas *canvas =
        canvas_new(&braille, 2, 1, 1);
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(canvas_width(canvas), 4);
    ck_assert_uint_eq(canvas_height(canvas), 4);
    canvas_line(canvas, (struct canvas_dot){3, 0}, (struct canvas_dot){0, 3},
                0);
    canvas_write(canvas, 0, out);
    (void)fclose(out);
    ck_assert_str_eq(text, "\u2860\u280a");
}
END_TEST

SPEC("chart", draws_in_ascii, draws_in_braille,
     tells_series_apart_by_colours_or_marks,
     leaves_gaps_where_samples_are_missing, says_so_when_there_is_no_number,
     draws_what_is_drawn_and_tells_of_the_rest, draws_extreme_values,
     draws_a_range_of_one_instant, makes_room_where_numbers_hardly_differ,
     fits_the_narrowest_screen, marks_round_numbers,
     writes_numbers_with_four_digits, marks_round_times, draws_lines_of_dots)
