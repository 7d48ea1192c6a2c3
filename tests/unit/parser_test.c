/* parser_test.c - what PromQL allows, and how it is written canonically */
#include <config.h>

#include "promql_text.h"

START_TEST(reads_numbers_in_all_their_forms)
{
    static const struct promql_row rows[] = {
        {"1", "1"},
        {"-1", "-1"},
        {"+1", "1"},
        {"--1", "1"},
        {".5", "0.5"},
        {"5.", "5"},
        {"123.4567", "123.4567"},
        {"5e-3", "0.005"},
        {"5E3", "5000"},
        {"+5.5e-3", "0.0055"},
        {"1e-7", "0.0000001"},
        {"1.25e22", "12500000000000000000000"},
        {"0xc", "12"},
        {"0XFFff", "65535"},
        {"0x_1f", "31"},
        {"0755", "493"},
        {"-0755", "-493"},
        {"08", "8"},
        {"0", "0"},
        {"-0", "-0"},
        {"1_000_000", "1000000"},
        {"1_000.5", "1000.5"},
        {"00_1_23_4.56_7_8", "1234.5678"},
        {"9223372036854775807", "9223372036854776000"},
        {"18446744073709551616", "18446744073709552000"},
        {"Inf", "+Inf"},
        {"+inf", "+Inf"},
        {"-INF", "-Inf"},
        {"NaN", "NaN"},
        {"nan", "NaN"},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(takes_durations_for_numbers_and_numbers_for_durations)
{
    static const struct promql_row rows[] = {
        {"5m", "5m"},
        {"-5m", "-5m"},
        {"90s", "1m30s"},
        {"1h30m + 60", "1h30m + 60"},
        {"1y2w3d4h5m6s7ms", "382d4h5m6s7ms"},
        {"365d", "1y"},
        {"7d", "1w"},
        {"10d", "10d"},
        {"0s", "0s"},
        {"foo[300]", "foo[5m]"},
        {"foo[1.5]", "foo[1s500ms]"},
        {"foo[0.0005]", "foo[0.0005]"},
        {"foo[0x3c]", "foo[1m]"},
        {"foo[+5m]", "foo[5m]"},
        {"foo[1h:60]", "foo[1h:1m]"},
        {"foo offset 60", "foo offset 1m"},
        {"foo offset -60", "foo offset -1m"},
        {"foo offset +1m", "foo offset 1m"},
        {"foo offset 0", "foo"},
        {"foo @ 1h", "foo @ 3600.000"},
        {"rate(foo[5m]) * 5m", "rate(foo[5m]) * 5m"},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(reads_strings_in_three_quotes_with_their_escapes)
{
    static const struct promql_row rows[] = {
        {"\"double\"", "\"double\""},
        {"'single'", "\"single\""},
        {"`raw\\n`", "\"raw\\\\n\""},
        {"`two\nlines`", "\"two\\nlines\""},
        {"''", "\"\""},
        {"'it\\'s'", "\"it's\""},
        {"\"say \\\"x\\\"\"", "\"say \\\"x\\\"\""},
        {"\"\\a\\b\\f\\n\\r\\t\\v\\\\\"", "\"\\a\\b\\f\\n\\r\\t\\v\\\\\""},
        {"\"\\x41\\102\\u0043\\U00000044\"", "\"ABCD\""},
        {"\"\\u00e9\\U0001f600\"", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
        {"\"\\xff\"", "\"\\xff\""},
        {"\"\\x01\"", "\"\\x01\""},
        {"\"\\u200b\"", "\"\\u200b\""},
        {"'caf\xc3\xa9'", "\"caf\xc3\xa9\""},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(reads_selectors_and_sorts_their_matchers)
{
    static const struct promql_row rows[] = {
        {"foo", "foo"},
        {"foo:bar:rate5m", "foo:bar:rate5m"},
        {":foo", ":foo"},
        {"_", "_"},
        {"foo{}", "foo"},
        {"foo { a = 'b' }", "foo{a=\"b\"}"},
        {"foo{b!='c',a=~'.+',d!~`x|y`,}", "foo{a=~\".+\",b!=\"c\",d!~\"x|y\"}"},
        {"{a='b'}", "{a=\"b\"}"},
        {"{__name__='foo'}", "{__name__=\"foo\"}"},
        {"{__name__=~'f.+',job!=''}", "{__name__=~\"f.+\",job!=\"\"}"},
        {"{'foo'}", "{__name__=\"foo\"}"},
        {"{\"my.metric\",a='b'}", "{__name__=\"my.metric\",a=\"b\"}"},
        {"{\"my.metric\",\"a label\"='b'}",
         "{\"a label\"=\"b\",__name__=\"my.metric\"}"},
        {"{\"caf\xc3\xa9\"}", "{__name__=\"caf\xc3\xa9\"}"},
        {"foo{'plain'='x'}", "foo{plain=\"x\"}"},
        {"foo{a='1',a='2'}", "foo{a=\"1\",a=\"2\"}"},
        {"foo{by='x',on='y',sum='z',inf='w'}",
         "foo{by=\"x\",inf=\"w\",on=\"y\",sum=\"z\"}"},
        {"foo{a='b' # why\n}", "foo{a=\"b\"}"},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(lets_keywords_name_metrics_and_labels)
{
    static const struct promql_row rows[] = {
        {"sum", "sum"},
        {"sum + count", "sum + count"},
        {"by", "by"},
        {"without", "without"},
        {"offset offset 5m", "offset offset 5m"},
        {"start", "start"},
        {"end{a='b'}", "end{a=\"b\"}"},
        {"and and or", "and and or"},
        {"or or and unless unless", "or or and unless unless"},
        {"sum(sum)", "sum(sum)"},
        {"rate", "rate"},
        {"limitk", "limitk"},
        {"sum without(and, by, avg, count, alert)(x)",
         "sum without (and, by, avg, count, alert) (x)"},
        {"sum by(bool, on, ignoring, group_left, atan2, offset)(x)",
         "sum by (bool, on, ignoring, group_left, atan2, offset) (x)"},
        {"sum by('without', 'inf')(x)", "sum by (\"without\", \"inf\") (x)"},
        {"Foo AND bar OR baz UNLESS qux", "Foo and bar or baz unless qux"},
        {"SuM By (a) (x)", "sum by (a) (x)"},
        {"x OFFSET 5m", "x offset 5m"},
        {"x ATAN2 y", "x atan2 y"},
        {"x == BOOL y", "x == bool y"},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(reads_ranges_subqueries_offsets_and_anchors)
{
    static const struct promql_row rows[] = {
        {"foo[5m]", "foo[5m]"},
        {"foo{a='b'} [ 5m ]", "foo{a=\"b\"}[5m]"},
        {"foo[5m] offset 1w", "foo[5m] offset 1w"},
        {"foo @ 1603774568", "foo @ 1603774568.000"},
        {"foo @ -100", "foo @ -100.000"},
        {"foo @ .3", "foo @ 0.300"},
        {"foo @ 3.3335", "foo @ 3.334"},
        {"foo @ 3e2 offset 5m", "foo @ 300.000 offset 5m"},
        {"foo offset -5m @ end()", "foo @ end() offset -5m"},
        {"foo[5m] @ start ( )", "foo[5m] @ start()"},
        {"foo[10m:]", "foo[10m:]"},
        {"foo[10m:6s]", "foo[10m:6s]"},
        {"foo[10m : 6s] offset 1h @ 5", "foo[10m:6s] @ 5.000 offset 1h"},
        {"(foo + bar)[10m:]", "(foo + bar)[10m:]"},
        {"rate(foo[5m])[10m:1m]", "rate(foo[5m])[10m:1m]"},
        {"foo offset 5m [10m:]", "foo offset 5m[10m:]"},
        {"max_over_time(rate(foo[5m])[1h:] offset 1d)",
         "max_over_time(rate(foo[5m])[1h:] offset 1d)"},
        {"a + b offset 5m", "a + b offset 5m"},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(reads_binary_operators_and_how_sides_match)
{
    static const struct promql_row rows[] = {
        {"a+b", "a + b"},
        {"-inf^1", "-Inf ^ 1"},
        {"1^-inf", "1 ^ -Inf"},
        {"a == bool b", "a == bool b"},
        {"1 >= bool 2", "1 >= bool 2"},
        {"a >= 2", "a >= 2"},
        {"a * on(x,y) b", "a * on (x, y) b"},
        {"a * on(x,) b", "a * on (x) b"},
        {"a * on() b", "a * on () b"},
        {"a * ignoring() b", "a * b"},
        {"a and ignoring(x) b", "a and ignoring (x) b"},
        {"a / on(x) group_left b", "a / on (x) group_left () b"},
        {"a / on(x) group_left(z) b", "a / on (x) group_left (z) b"},
        {"a - ignoring(x) group_right(y, z) b",
         "a - ignoring (x) group_right (y, z) b"},
        {"a - ignoring() group_left b", "a - ignoring () group_left () b"},
        {"a > bool on(x) group_left b", "a > bool on (x) group_left () b"},
        {"a + on('x y') b", "a + on (\"x y\") b"},
        {"1 + on() a", "1 + a"},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(reads_aggregations_with_labels_before_or_behind)
{
    static const struct promql_row rows[] = {
        {"sum(x)", "sum(x)"},
        {"sum by (a)(x)", "sum by (a) (x)"},
        {"sum(x) by (a)", "sum by (a) (x)"},
        {"sum(x) without (a,b)", "sum without (a, b) (x)"},
        {"sum without () (x)", "sum without () (x)"},
        {"sum by () (x)", "sum(x)"},
        {"sum by (a,) (x)", "sum by (a) (x)"},
        {"sum by (\"a b\", c, 'd') (x)", "sum by (\"a b\", c, d) (x)"},
        {"topk(5, x)", "topk(5, x)"},
        {"topk by (a) (5, x)", "topk by (a) (5, x)"},
        {"bottomk(scalar(y), x)", "bottomk(scalar(y), x)"},
        {"quantile(0.9, x)", "quantile(0.9, x)"},
        {"count_values('v', x)", "count_values(\"v\", x)"},
        {"limitk(2, x)", "limitk(2, x)"},
        {"limit_ratio(-0.5, x)", "limit_ratio(-0.5, x)"},
        {"group(x) by (a)", "group by (a) (x)"},
        {"stddev(x)+stdvar(x)", "stddev(x) + stdvar(x)"},
        {"sum(sum by (a) (x))", "sum(sum by (a) (x))"},
    };

    promql_expect_lines(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(skips_blanks_and_comments)
{
    promql_expect_line("\t\n foo \r\n", "foo");
    promql_expect_line("# first\nfoo # then\n+ # and\nbar#", "foo + bar");
    promql_expect_line("foo[5m # long\n]", "foo[5m]");
    promql_expect_line("'# no comment'", "\"# no comment\"");
}
END_TEST

SPEC("parser", reads_numbers_in_all_their_forms,
     takes_durations_for_numbers_and_numbers_for_durations,
     reads_strings_in_three_quotes_with_their_escapes,
     reads_selectors_and_sorts_their_matchers,
     lets_keywords_name_metrics_and_labels,
     reads_ranges_subqueries_offsets_and_anchors,
     reads_binary_operators_and_how_sides_match,
     reads_aggregations_with_labels_before_or_behind, skips_blanks_and_comments)
