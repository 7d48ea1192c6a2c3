/* line_test.c - points of line protocol, and what is wrong with them */
#include <config.h>

#include "line.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "spec.h"

#define LINE weir_cleanup(line_fini) struct line line = {0}

static int
read_text(struct line *line, const char *text)
{
    const char *at = text;
    return line_next(line, &at, text + strlen(text));
}

/* Reads one point and judges its head, too. */
static int
read_whole(struct line *line, const char *text)
{
    struct line_tag tags[8];
    int rc = read_text(line, text);

    return rc > 0 && line_head(line, tags, 8) < 0 ? -EBADMSG : rc;
}

START_TEST(reads_a_point)
{
    LINE;
    struct line_tag tags[3];

    ck_assert_int_eq(
        read_text(&line,
                  "  cpu\\ x,a=b\\=,c=d f=-1.5e3,g=7i,h=t,i=\"a, \\\"b\" "
                  "-170  "),
        1);
    ck_assert_uint_eq(line.field_count, 4);
    ck_assert_double_eq(line.fields[0].value, -1500);
    ck_assert_double_eq(line.fields[1].value, 7);
    ck_assert_double_eq(line.fields[2].value, 1);
    ck_assert(line.fields[3].is_text);
    ck_assert(line.timed);
    ck_assert_int_eq(line.time, -170);
    ck_assert_int_eq(line_head(&line, tags, 3), 3);
    ck_assert_uint_eq(tags[0].name_size, strlen("cpu\\ x"));
    ck_assert_int_eq(memcmp(tags[1].value, "b\\=", tags[1].value_size), 0);
    ck_assert_uint_eq(tags[2].value_size, 1);
}
END_TEST

START_TEST(reads_numbers_of_each_form)
{
    static const struct {
        const char *text;
        double value;
    } numbers[] = {
        {"m v=1", 1},
        {"m v=1.", 1},
        {"m v=.5", 0.5},
        {"m v=-.5E+2", -50},
        {"m v=0i", 0},
        {"m v=-9223372036854775808i", -0x1p63},
        {"m v=18446744073709551615u", 0x1p64},
        {"m v=T", 1},
        {"m v=False", 0},
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        LINE;
        ck_assert_msg(read_text(&line, numbers[i].text) == 1, "%s: %s",
                      numbers[i].text, line.why);
        ck_assert_double_eq(line.fields[0].value, numbers[i].value);
    }
}
END_TEST

START_TEST(counts_integers_that_are_rounded)
{
    LINE;

    ck_assert_int_eq(read_text(&line, "m a=9007199254740992i,"
                                      "b=9007199254740993i,"
                                      "c=-9007199254740993i,"
                                      "d=9223372036854775807i,"
                                      "e=18446744073709551615u,f=1"),
                     1);
    ck_assert_uint_eq(line.rounded, 4);
}
END_TEST

START_TEST(passes_over_comments_blanks_and_quoted_line_ends)
{
    const char *text = "# no\n\n \t\nm a=\"x\ny\" 1\n\xc3\xa4 b=2 2";
    const char *end = text + strlen(text);
    LINE;

    ck_assert_int_eq(line_next(&line, &text, end), 1);
    ck_assert_int_eq(line.time, 1);
    ck_assert_int_eq(line_next(&line, &text, end), 1);
    ck_assert_int_eq(line.time, 2);
    ck_assert_int_eq(line_next(&line, &text, end), 0);
}
END_TEST

START_TEST(says_what_is_wrong_as_InfluxDB_does)
{
    static const char *const wrong[][2] = {
        {"m", "missing fields"},
        {",a=b v=1", "missing measurement"},
        {"m, v=1", "missing tag key"},
        {"m,=b v=1", "missing tag key"},
        {"m,a v=1", "missing tag value"},
        {"m,a= v=1", "missing tag value"},
        {"m,a=b=c v=1", "invalid tag format"},
        {"m,a=b,c v=x", "missing tag value"},
        {"bad line", "invalid field format"},
        {"m ", "invalid field format"},
        {"m =1", "missing field key"},
        {"m a=1,=2", "missing field key"},
        {"m a=1,", "invalid field format"},
        {"m a=", "missing field value"},
        {"m a=,b=1", "missing field value"},
        {"m a=\"x", "unbalanced quotes"},
        {"m a=nan", "invalid number"},
        {"m a=-inf", "invalid number"},
        {"m a=1x", "invalid number"},
        {"m a=1.5i", "invalid number"},
        {"m a=0x10", "invalid number"},
        {"m a=1e999", "invalid float"},
        {"m a=tru", "invalid boolean"},
        {"m a=1 x", "bad timestamp"},
        {"m a=1 1 2", "point is invalid"},
        {"m a=9223372036854775808i",
         "unable to parse integer 9223372036854775808: strconv.ParseInt: "
         "parsing \"9223372036854775808\": value out of range"},
        {"m a=1 99999999999999999999",
         "strconv.ParseInt: parsing \"99999999999999999999\": value out of "
         "range"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        LINE;
        ck_assert_msg(read_whole(&line, wrong[i][0]) == -EBADMSG, "%s",
                      wrong[i][0]);
        ck_assert_str_eq(line.why, wrong[i][1]);
    }
}
END_TEST

START_TEST(goes_on_behind_what_is_wrong)
{
    const char *text = "m a=\nm a=1\nbad";
    const char *end = text + strlen(text);
    LINE;

    ck_assert_int_eq(line_next(&line, &text, end), -EBADMSG);
    ck_assert_int_eq(line_next(&line, &text, end), 1);
    ck_assert_int_eq(line_next(&line, &text, end), -EBADMSG);
    ck_assert_int_eq(line_next(&line, &text, end), 0);
}
END_TEST

SPEC("a point of line protocol", reads_a_point, reads_numbers_of_each_form,
     counts_integers_that_are_rounded,
     passes_over_comments_blanks_and_quoted_line_ends,
     says_what_is_wrong_as_InfluxDB_does, goes_on_behind_what_is_wrong)
