/* log_test.c - what lines look like, and how many there are */
#include <config.h>

#include <weir/cleanup.h>

#include "base.h"
#include "log.h"
#include "spec.h"
#include "utf8.h"

static char *captured;
static FILE *file;
static int true_stderr;

static void
begin(enum log_level level, enum log_form form)
{
    log_setup(level, form);
    file = tmpfile();
    ck_assert_ptr_nonnull(file);
    true_stderr = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
}

/* Returns what was logged since begin(). */
static const char *
end(void)
{
    ck_assert_int_ge(dup2(true_stderr, STDERR_FILENO), 0);
    (void)close(true_stderr);
    (void)fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    free(captured);
    captured = xcalloc((size_t)size + 1, 1);
    ck_assert_uint_eq(fread(captured, 1, (size_t)size, file), (size_t)size);
    (void)fclose(file);
    return captured;
}

static unsigned
count_lines(const char *text)
{
    unsigned count = 0;

    while ((text = strchr(text, '\n'))) {
        text++;
        count++;
    }
    return count;
}

/* Returns the line behind its time, which must look like one. */
static const char *
behind_time(const char *line)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ";

    for (size_t i = 0; i + 1 < sizeof(shape); i++)
        if (shape[i] == 'd')
            ck_assert(line[i] >= '0' && line[i] <= '9');
        else
            ck_assert_int_eq(line[i], shape[i]);
    return line + sizeof(shape);
}

START_TEST(a_line_is_a_level_an_event_and_pairs)
{
    begin(LOG_INFO, LOG_TEXT);
    log_line(LOG_WARN, "pairs_came", "instance", "load", "count",
             log_number(-12), "absent", NULL, "path", "/a/b", NULL);

    ck_assert_str_eq(behind_time(end()),
                     "warn pairs_came instance=load count=-12 path=/a/b\n");
}
END_TEST

START_TEST(a_text_is_quoted_where_it_must_be)
{
    begin(LOG_INFO, LOG_TEXT);
    log_line(LOG_ERROR, "quoted", "a", "two words", "b", "", "c", "x=1", "d",
             "\"\\", "e", "1\n2\t3\x1b[0m", "f", "\xc3\xa4", "g", "bad\xff",
             NULL);

    ck_assert_str_eq(behind_time(end()),
                     "error quoted a=\"two words\" b=\"\" c=\"x=1\" "
                     "d=\"\\\"\\\\\" e=\"1\\n2\\u00093\\u001b[0m\" f=\xc3\xa4 "
                     "g=\"bad\xef\xbf\xbd\"\n");
}
END_TEST

/* Returns a line of JSON behind its time. */
static const char *
behind_json_time(const char *line)
{
    static const char head[] = "{\"time\":\"";

    ck_assert_int_eq(strncmp(line, head, sizeof(head) - 1), 0);
    (void)behind_time(line + sizeof(head) - 1);
    return strchr(line + sizeof(head), '"');
}

START_TEST(a_line_is_json_when_it_is_so_configured)
{
    begin(LOG_INFO, LOG_JSON);
    log_line(LOG_INFO, "as_json", "path", "a \"b\"\n\\", "bad", "\xed\xa0\x80",
             NULL);

    ck_assert_str_eq(behind_json_time(end()),
                     "\",\"level\":\"info\",\"event\":\"as_json\","
                     "\"path\":\"a \\\"b\\\"\\n\\\\\","
                     "\"bad\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}\n");
}
END_TEST

START_TEST(a_long_text_is_cut_and_the_line_stays_whole)
{
    static const char rest[] = "\\u0001...\",\"c\":\"last\"}\n";
    char text[9000];
    memset(text, '\x01', sizeof(text));
    text[sizeof(text) - 1] = '\0';

    begin(LOG_INFO, LOG_JSON);
    log_line(LOG_INFO, "long_json", "a", text, "b", text, "c", "last", NULL);
    size_t length = strlen(end());
    ck_assert_uint_gt(length, sizeof(rest));
    ck_assert_str_eq(captured + length - (sizeof(rest) - 1), rest);

    memset(text, 'x', sizeof(text) - 1);
    begin(LOG_INFO, LOG_TEXT);
    log_line(LOG_INFO, "long_text", "a", text, "b", "last", NULL);
    ck_assert_ptr_nonnull(strstr(end(), "xxx...\" b=last\n"));
    ck_assert_uint_lt(strlen(captured), 1200);
}
END_TEST

START_TEST(what_is_below_the_level_is_not_written)
{
    begin(LOG_WARN, LOG_TEXT);
    log_line(LOG_INFO, "too_low", NULL);
    log_line(LOG_DEBUG, "too_low", NULL);
    log_line(LOG_WARN, "just_right", NULL);
    log_line(LOG_ERROR, "above", NULL);

    ck_assert_uint_eq(count_lines(end()), 2);
    ck_assert_ptr_null(strstr(captured, "too_low"));
}
END_TEST

START_TEST(a_line_comes_five_times_and_no_more)
{
    begin(LOG_DEBUG, LOG_TEXT);
    for (int i = 0; i < 20; i++) {
        log_line(LOG_ERROR, "often", "instance", "a", "number_of", "x", NULL);
        log_line(LOG_DEBUG, "debugging", NULL);
    }

    ck_assert_uint_eq(count_lines(end()), 25);
}
END_TEST

START_TEST(what_is_about_something_else_is_counted_by_itself)
{
    static const char *const keys[] = {"instance", "link", "part", "number"};

    begin(LOG_INFO, LOG_TEXT);
    for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
        for (int i = 0; i < 10; i++) {
            log_line(LOG_ERROR, "about", keys[k], "a", NULL);
            log_line(LOG_ERROR, "about", keys[k], "b", NULL);
        }

    ck_assert_uint_le(count_lines(end()), 2 * 5 * ARRAY_SIZE(keys));
    ck_assert_ptr_nonnull(strstr(captured, "part=b"));
}
END_TEST

START_TEST(numbers_stay_for_seven_more)
{
    const char *first = log_number(1);

    for (int i = 2; i <= 8; i++)
        (void)log_number(i);
    ck_assert_str_eq(first, "1");
}
END_TEST

START_TEST(letters_of_utf_8_have_one_to_four_bytes)
{
    ck_assert_uint_eq(utf8_length("a"), 1);
    ck_assert_uint_eq(utf8_length("\xc3\xa4"), 2);
    ck_assert_uint_eq(utf8_length("\xe2\x82\xac"), 3);
    ck_assert_uint_eq(utf8_length("\xf0\x9f\x98\x80"), 4);
    ck_assert_uint_eq(utf8_length("\xe2\x82"), 0);
    ck_assert_uint_eq(utf8_length("\x80"), 0);
}
END_TEST

SPEC("log", a_line_is_a_level_an_event_and_pairs,
     a_text_is_quoted_where_it_must_be, a_line_is_json_when_it_is_so_configured,
     a_long_text_is_cut_and_the_line_stays_whole,
     what_is_below_the_level_is_not_written,
     a_line_comes_five_times_and_no_more,
     what_is_about_something_else_is_counted_by_itself,
     numbers_stay_for_seven_more, letters_of_utf_8_have_one_to_four_bytes)
