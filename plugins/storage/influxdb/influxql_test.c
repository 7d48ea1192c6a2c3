/* influxql_test.c - the words of a question to InfluxDB */
#include <config.h>

#include "influxql.h"

#include <stdlib.h>

#include <weir/cleanup.h>
#include <weir/plugin.h>

#include "base.h"
#include "spec.h"

static void
expect_said(void put(FILE *to, const char *text), const char *given,
            const char *want)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&text, &size));

    put(to, given);
    (void)fclose(to);
    ck_assert_str_eq(text, want);
}

START_TEST(quotes_names_and_texts_so_that_nothing_ends_them)
{
    expect_said(influxql_name, "a b", "\"a b\"");
    expect_said(influxql_name, "a\" OR \"b", "\"a\\\" OR \\\"b\"");
    expect_said(influxql_name, "\\\"", "\"\\\\\\\"\"");
    expect_said(influxql_text, "it's", "'it\\'s'");
    expect_said(influxql_text, "x' OR 'y'='y", "'x\\' OR \\'y\\'=\\'y'");
    expect_said(influxql_text, "end\\", "'end\\\\'");
    expect_said(influxql_text, "one\ntwo", "'one\\ntwo'");
    expect_said(influxql_text, "", "''");
}
END_TEST

START_TEST(says_what_it_cannot_write)
{
    static const char *const good[] = {"", "a", "\t", "\n", "\xc3\xa4", "\""};
    static const char *const bad[] = {"\r",   "\x01",  "\x7f",
                                      "\xff", "a\xc3", "\xed\xa0\x80"};

    for (size_t i = 0; i < WEIR_COUNT(good); i++)
        ck_assert_msg(influxql_can_say(good[i]), "%zu", i);
    for (size_t i = 0; i < WEIR_COUNT(bad); i++)
        ck_assert_msg(!influxql_can_say(bad[i]), "%zu", i);
}
END_TEST

START_TEST(translates_patterns_that_mean_the_same)
{
    static const struct {
        const char *from, *want;
    } cases[] = {
        {"", "^(?s:)$"},
        {"abc_1", "^(?s:abc_1)$"},
        {"a|b|", "^(?s:a|b|)$"},
        {".*a.+b?", "^(?s:.*a.+b?)$"},
        {".*?x+?", "^(?s:.*?x+?)$"},
        {"(a|(?:b))*", "^(?s:(?:a|(?:b))*)$"},
        {"a/b", "^(?s:a\\x2fb)$"},
        {"a\\/b\\\\/", "^(?s:a\\x2fb\\x5c\\x2f)$"},
        {"1\\.5 -", "^(?s:1\\x2e5\\x20\\x2d)$"},
        {"\\d\\w", "^(?s:[0-9][0-9A-Za-z_])$"},
        {"[a-z0-9_]", "^(?s:[a-z0-9_])$"},
        {"[^/.\\]\\d-]", "^(?s:[^\\x2f\\x2e\\x5d0-9\\x2d])$"},
        {"[-a]", "^(?s:[\\x2da])$"},
        {"K\xc3\xbc.+", "^(?s:K\xc3\xbc.+)$"},
        {"[\xc3\xbc]", "^(?s:[\xc3\xbc])$"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        weir_cleanup(weir_free) char *made = NULL;
        ck_assert_msg(influxql_pattern(cases[i].from, &made), "%s",
                      cases[i].from);
        ck_assert_str_eq(made, cases[i].want);
    }
}
END_TEST

START_TEST(leaves_patterns_that_may_mean_something_else)
{
    static const char *const patterns[] = {
        "^a",           "a$",      "a{2}",     "(?i)a",       "(?=a)",
        "a*+",          "a++",     "a?*",      "\\s",         "\\b",
        "\\x41",        "\\pL",    "\\",       "[[:alpha:]]", "[a-\xc3\xbc]",
        "[\xc3\xbc-z]", "[]a]",    "[^]a]",    "[\\d-z]",     "[a-c-e]",
        "[+-9]",        "(*UTF)a", "(?<n>a)",  "[a",          "\xff",
        "\r",           "\n",      "[\\b]",    "*",           "(+)",
        "a|*",          "\\Qa\\E", "(?P<n>a)", "(?>a)",       "a*?+",
        "[a\\",
    };

    for (size_t i = 0; i < WEIR_COUNT(patterns); i++) {
        char *made = NULL;
        ck_assert_msg(!influxql_pattern(patterns[i], &made), "%s", patterns[i]);
    }
}
END_TEST

static void
expect_where(const struct weir_select *what, bool times, const char *want)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&text, &size));

    influxql_where(to, what, times);
    (void)fclose(to);
    ck_assert_str_eq(text, want);
}

START_TEST(asks_for_times_and_tags)
{
    const struct weir_matcher matchers[] = {
        {"job", WEIR_EQUAL, "a'b", NULL},
        {"__name__", WEIR_EQUAL, "up", NULL},
        {"dc", WEIR_NOT_EQUAL, "", NULL},
        {"host", WEIR_LIKE, "a.*", NULL},
        {"mode", WEIR_NOT_LIKE, "x|y", NULL},
    };
    struct weir_select what = {.matchers = matchers,
                               .matcher_count = WEIR_COUNT(matchers),
                               .after_ns = -5,
                               .until_ns = INT64_MAX};

    expect_where(&what, true,
                 " WHERE time > -5 AND time <= 9223372036854775807"
                 " AND \"job\"::tag = 'a\\'b' AND \"dc\"::tag != ''"
                 " AND \"host\"::tag =~ /^(?s:a.*)$/"
                 " AND \"mode\"::tag !~ /^(?s:x|y)$/");
    what.matcher_count = 1;
    expect_where(&what, false, " WHERE \"job\"::tag = 'a\\'b'");
    what.matcher_count = 0;
    expect_where(&what, false, "");
}
END_TEST

START_TEST(leaves_conditions_that_may_mean_something_else)
{
    const struct weir_matcher matchers[] = {
        {"_name", WEIR_EQUAL, "a", NULL},
        {"__measurement__", WEIR_EQUAL, "a", NULL},
        {"time", WEIR_EQUAL, "a", NULL},
        {"U__a_20_b", WEIR_EQUAL, "a", NULL},
        {"a", WEIR_EQUAL, "\r", NULL},
        {"a", WEIR_LIKE, "(?i)a", NULL},
        {"a\" = 'x", WEIR_EQUAL, "a", NULL},
    };
    const struct weir_select what = {.matchers = matchers,
                                     .matcher_count = WEIR_COUNT(matchers)};

    expect_where(&what, false, "");
}
END_TEST

SPEC("a question in InfluxQL", quotes_names_and_texts_so_that_nothing_ends_them,
     says_what_it_cannot_write, translates_patterns_that_mean_the_same,
     leaves_patterns_that_may_mean_something_else, asks_for_times_and_tags,
     leaves_conditions_that_may_mean_something_else)
