/* table_test.c - answers as tables, as CSV, as JSON, and as nothing at all */
#include <config.h>

#include <errno.h>

#include "cli/plain.h"
#include "shown.h"

static void
shows(view_outcome *view, const struct shown *shown,
      const struct screen *screen, const char *expected)
{
    weir_cleanup(weir_free) char *text = shown_by(view, shown, screen);

    ck_assert_str_eq(text, expected);
}

START_TEST(says_once_what_all_series_have)
{
    static const struct shown vector = {
        "vector",
        "[{\"metric\":{\"__name__\":\"up\",\"job\":\"a\",\"host\":\"x\"},"
        "\"value\":[1795429800,\"1\"]},"
        "{\"metric\":{\"__name__\":\"up\",\"job\":\"longer\",\"host\":\"x\"},"
        "\"value\":[1795429800,\"0\"]}]",
        {0}};

    shows(view_table, &vector, &shown_file,
          "up{host=\"x\"}\n"
          "\n"
          "job     VALUE  TIME\n"
          "a           1  2026-11-23T10:30:00Z\n"
          "longer      0  2026-11-23T10:30:00Z\n");
}
END_TEST

START_TEST(puts_points_below_each_other)
{
    static const struct shown vector = {
        "vector",
        "[{\"metric\":{\"cpu\":\"0\"},\"value\":[1795429800.5,\"1.25\"]},"
        "{\"metric\":{},\"value\":[1795429800.5,\"1234\"]},"
        "{\"metric\":{\"cpu\":\"2\"},\"value\":[1795429800.5,\"NaN\"]}]",
        {0}};

    shows(view_table, &vector, &shown_file,
          "cpu    VALUE  TIME\n"
          "0       1.25  2026-11-23T10:30:00.500Z\n"
          "-    1234     2026-11-23T10:30:00.500Z\n"
          "2     NaN     2026-11-23T10:30:00.500Z\n");
}
END_TEST

START_TEST(gives_each_series_of_a_range_a_column)
{
    static const struct shown matrix = {
        "matrix",
        "[{\"metric\":{\"__name__\":\"x\",\"cpu\":\"0\",\"mode\":\"idle\"},"
        "\"values\":[[1795429800,\"1\"],[1795429815,\"2.5\"]]},"
        "{\"metric\":{\"__name__\":\"x\",\"cpu\":\"10\",\"mode\":\"idle\"},"
        "\"values\":[[1795429815,\"300\"],[1795429830,\"4\"]]}]",
        {0}};

    shows(view_table, &matrix, &shown_file,
          "x{mode=\"idle\"}\n"
          "\n"
          "TIME             cpu    0   10\n"
          "2026-11-23T10:30:00Z  1      -\n"
          "2026-11-23T10:30:15Z  2.5  300\n"
          "2026-11-23T10:30:30Z  -      4\n");
}
END_TEST

START_TEST(makes_blocks_of_what_a_terminal_is_too_narrow_for)
{
    static const struct shown matrix = {
        "matrix",
        "[{\"metric\":{\"n\":\"1234567890\"},\"values\":[[0,\"1\"]]},"
        "{\"metric\":{\"n\":\"2234567890\"},\"values\":[[0,\"2\"]]},"
        "{\"metric\":{\"n\":\"3234567890\"},\"values\":[[0,\"3\"]]}]",
        {0}};
    struct screen narrow = shown_terminal;

    narrow.width = 46;
    shows(view_table, &matrix, &narrow,
          "TIME               n  1234567890  2234567890\n"
          "1970-01-01T00:00:00Z           1           2\n"
          "\n"
          "TIME               n  3234567890\n"
          "1970-01-01T00:00:00Z           3\n");
}
END_TEST

START_TEST(writes_series_whole_where_many_labels_differ)
{
    static const struct shown vector = {
        "vector",
        "[{\"metric\":{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\",\"e\":"
        "\"1\"},\"value\":[0,\"1\"]},"
        "{\"metric\":{\"__name__\":\"x\",\"f\":\"1\",\"g\":\"1\",\"h\":\"1\","
        "\"i\":\"\"},\"value\":[0,\"2\"]}]",
        {0}};

    shows(view_table, &vector, &shown_file,
          "SERIES                           VALUE  TIME\n"
          "{a=\"1\",b=\"1\",c=\"1\",d=\"1\",e=\"1\"}      1  "
          "1970-01-01T00:00:00Z\n"
          "x{f=\"1\",g=\"1\",h=\"1\"}                 2  "
          "1970-01-01T00:00:00Z\n");
}
END_TEST

START_TEST(escapes_what_a_terminal_would_obey)
{
    static const struct shown vector = {
        "vector",
        "[{\"metric\":{\"__name__\":\"x y\",\"a\":\"\\u001b[2J\\u0007\\\"\"},"
        "\"value\":[0,\"1\"]}]",
        {0}};

    shows(view_table, &vector, &shown_file,
          "{\"x y\",a=\"\\x1b[2J\\x07\\\"\"}\n"
          "\n"
          "VALUE  TIME\n"
          "    1  1970-01-01T00:00:00Z\n");
}
END_TEST

START_TEST(tells_what_is_hidden_or_turned_round)
{
    static const struct {
        const char *given, *plain;
        unsigned flags;
    } texts[] = {
        {"caf\u00e9 \u4e2d", "caf\u00e9 \u4e2d", 0},
        {"caf\u00e9 \u4e2d", "caf\\u00e9 \\u4e2d", PLAIN_ASCII},
        /* NOLINTNEXTLINE(misc-misleading-bidirectional) */
        {"a\xe2\x80\xae"
         "b\xc2\x9b"
         "c\u200bd",
         "a\\u202eb\\u009bc\\u200bd", 0},
        {"a\xff\xc3", "a\\xff\\xc3", 0},
        {"\r\n\t\x7f", "\\r\\n\\t\\x7f", 0},
        {"\"\\", "\\\"\\\\", PLAIN_QUOTED},
        {"\U000e0041", "\\U000e0041", 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        weir_cleanup(weir_free) char *plain =
            plain_text(texts[i].given, texts[i].flags);
        ck_assert_str_eq(plain, texts[i].plain);
    }
}
END_TEST

START_TEST(knows_how_wide_letters_are)
{
    ck_assert_uint_eq(plain_width("abc"), 3);
    ck_assert_uint_eq(plain_width("caf\u00e9"), 4);
    ck_assert_uint_eq(plain_width("cafe\u0301"), 4);
    ck_assert_uint_eq(plain_width("\u4e2d\u6587"), 4);
}
END_TEST

START_TEST(shows_scalars_and_strings)
{
    static const struct shown scalar = {"scalar", "[1795429800,\"3.5\"]", {0}};
    static const struct shown string = {"string", "[0,\"a\\nb\"]", {0}};

    shows(view_table, &scalar, &shown_file,
          "VALUE  TIME\n"
          "  3.5  2026-11-23T10:30:00Z\n");
    shows(view_table, &string, &shown_file,
          "VALUE  TIME\n"
          "a\\nb   1970-01-01T00:00:00Z\n");
}
END_TEST

START_TEST(shows_nothing_of_nothing)
{
    static const struct shown vector = {"vector", "[]", {0}};
    static const struct shown matrix = {"matrix", "[]", {0}};

    shows(view_table, &vector, &shown_file, "");
    shows(view_table, &matrix, &shown_file, "");
    shows(view_csv, &vector, &shown_file, "time,value\r\n");
}
END_TEST

START_TEST(leaves_native_histograms_out)
{
    static const struct shown matrix = {
        "matrix", "[{\"metric\":{\"a\":\"b\"},\"histograms\":[[0,{}]]}]", {0}};
    weir_cleanup(outcome_destroy) struct outcome *outcome =
        shown_outcome(matrix.type, matrix.result);

    ck_assert_uint_eq(outcome->histogram_count, 1);
    shows(view_table, &matrix, &shown_file, "{a=\"b\"}\n\nTIME  VALUE\n");
}
END_TEST

START_TEST(writes_csv_with_a_column_a_label)
{
    static const struct shown matrix = {
        "matrix",
        "[{\"metric\":{\"__name__\":\"x\",\"a\":\"1,\\\"2\\\"\"},"
        "\"values\":[[0.25,\"1\"],[1,\"NaN\"]]},"
        "{\"metric\":{\"__name__\":\"x\",\"b\":\"l\\nm\"},"
        "\"values\":[[0,\"2e30\"]]}]",
        {0}};

    shows(view_csv, &matrix, &shown_file,
          "__name__,a,b,time,value\r\n"
          "x,\"1,\"\"2\"\"\",,1970-01-01T00:00:00.250Z,1\r\n"
          "x,\"1,\"\"2\"\"\",,1970-01-01T00:00:01.000Z,NaN\r\n"
          "x,,\"l\nm\",1970-01-01T00:00:00.000Z,2e+30\r\n");
}
END_TEST

START_TEST(escapes_csv_on_a_terminal_alone)
{
    static const struct shown vector = {
        "vector",
        "[{\"metric\":{\"a\":\"\\u001b\"},\"value\":[0,\"1\"]}]",
        {0}};

    shows(view_csv, &vector, &shown_file,
          "a,time,value\r\n\x1b,1970-01-01T00:00:00.000Z,1\r\n");
    shows(view_csv, &vector, &shown_terminal,
          "a,time,value\r\n\\x1b,1970-01-01T00:00:00.000Z,1\r\n");
}
END_TEST

static void
json_shows(const char *given, const struct screen *screen, const char *expected)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    view_json(given, strlen(given), screen, out);
    (void)fclose(out);
    ck_assert_str_eq(text, expected);
}

START_TEST(passes_json_on_and_escapes_it_on_a_terminal)
{
    static const char given[] =
        "{\"a\":\n\"\x7f\xc2\x9b\u2028\U000e0041\u00e9\"}";

    json_shows(given, &shown_file,
               "{\"a\":\n\"\x7f\xc2\x9b\u2028\U000e0041\u00e9\"}\n");
    json_shows(given, &shown_terminal,
               "{\"a\":\n\"\\u007f\\u009b\\u2028\\udb40\\udc41\u00e9\"}\n");
}
END_TEST

START_TEST(keeps_errors_and_warnings_of_an_answer)
{
    static const char text[] =
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"no\","
        "\"warnings\":[\"w\",7,\"v\"]}";
    weir_cleanup(outcome_destroy) struct outcome *outcome = NULL;

    ck_assert_int_eq(outcome_read(text, strlen(text), &outcome), 0);
    ck_assert_str_eq(outcome->error, "no");
    ck_assert_uint_eq(outcome->warnings.count, 2);
    ck_assert_str_eq(outcome->warnings.items[1], "v");
}
END_TEST

START_TEST(refuses_what_is_no_answer)
{
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "<html>",
        "{\"status\":\"success\"}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"other\","
        "\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
        "\"result\":{}}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
        "\"result\":[{\"metric\":{}}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
        "\"result\":[{\"metric\":{\"a\":1},\"value\":[0,\"1\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
        "\"result\":[{\"metric\":{},\"value\":[0,\"1x\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\","
        "\"result\":[1e99,\"1\"]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\","
        "\"result\":[{\"metric\":{},\"values\":[[1,\"1\"],[0,\"1\"]]}]}}",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        struct outcome *outcome = NULL;
        ck_assert_msg(outcome_read(texts[i], strlen(texts[i]), &outcome) ==
                          -EBADMSG,
                      "%s", texts[i]);
        ck_assert_ptr_null(outcome);
    }
}
END_TEST

SPEC("table", says_once_what_all_series_have, puts_points_below_each_other,
     gives_each_series_of_a_range_a_column,
     makes_blocks_of_what_a_terminal_is_too_narrow_for,
     writes_series_whole_where_many_labels_differ,
     escapes_what_a_terminal_would_obey, tells_what_is_hidden_or_turned_round,
     knows_how_wide_letters_are, shows_scalars_and_strings,
     shows_nothing_of_nothing, leaves_native_histograms_out,
     writes_csv_with_a_column_a_label, escapes_csv_on_a_terminal_alone,
     passes_json_on_and_escapes_it_on_a_terminal,
     keeps_errors_and_warnings_of_an_answer, refuses_what_is_no_answer)
