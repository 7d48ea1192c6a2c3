/* parser_refusal_test.c - what PromQL does not allow, and how that is told */
#include <config.h>

#include "base.h"
#include "promql_text.h"

START_TEST(refuses_what_is_no_word)
{
    static const struct promql_row rows[] = {
        {".", "1:1: parse error: unexpected character: '.'"},
        {"a $ b", "1:3: parse error: unexpected character: '$'"},
        {"a ; b", "1:3: parse error: unexpected character: ';'"},
        {"\xc3\xa9", "1:1: parse error: unexpected character: '\xc3\xa9'"},
        {"\xff", "1:1: parse error: unexpected character: '\xef\xbf\xbd'"},
        {"1 !~ 1", "1:3: parse error: unexpected character after '!': '~'"},
        {"1 =~ 1", "1:3: parse error: unexpected character after '=': '~'"},
        {"2.5.", "1:1: parse error: bad number or duration syntax: \"2.5.\""},
        {"100..4",
         "1:1: parse error: bad number or duration syntax: \"100..\""},
        {"0deadbeef",
         "1:1: parse error: bad number or duration syntax: \"0de\""},
        {"1__0", "1:1: parse error: bad number or duration syntax: \"1__\""},
        {"1e", "1:1: parse error: bad number or duration syntax: \"1e\""},
        {"5mm", "1:1: parse error: bad number or duration syntax: \"5mm\""},
        {"1e)", "1:1: parse error: error parsing number: parsing \"1e\": "
                "invalid syntax"},
        {"1e999", "1:1: parse error: error parsing number: parsing \"1e999\": "
                  "value out of range"},
        {"1.5h", "1:1: parse error: not a valid duration string: \"1.5h\""},
        {"5m1h", "1:1: parse error: not a valid duration string: \"5m1h\""},
        {"1hs", "1:1: parse error: not a valid duration string: \"1hs\""},
        {"300y", "1:1: parse error: duration out of range"},
        {"1 + 99999999999999999999s",
         "1:5: parse error: duration out of range"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(refuses_broken_strings)
{
    static const struct promql_row rows[] = {
        {"\"abc", "1:1: parse error: unterminated quoted string"},
        {"'a\nb'", "1:1: parse error: unterminated quoted string"},
        {"`abc", "1:1: parse error: unterminated raw string"},
        {"'a\\q'", "1:1: parse error: unknown escape sequence U+0071 'q'"},
        {"'\\\xc3\xa9'",
         "1:1: parse error: unknown escape sequence U+00E9 '\xc3\xa9'"},
        {"'a\\\"'", "1:1: parse error: unknown escape sequence U+0022 '\"'"},
        {"'\\xg0'", "1:1: parse error: illegal character U+0067 'g' in escape "
                    "sequence"},
        {"'\\9'", "1:1: parse error: unknown escape sequence U+0039 '9'"},
        {"'\\400'", "1:1: parse error: escape sequence is an invalid Unicode "
                    "code point"},
        {"'\\ud800'", "1:1: parse error: escape sequence is an invalid Unicode "
                      "code point"},
        {"'\\x00'", "1:1: parse error: a string must not have a zero byte"},
        {"'\\", "1:1: parse error: escape sequence not terminated"},
        {"'\xff'", "1:1: parse error: invalid UTF-8 rune"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(refuses_what_is_not_closed_or_not_opened)
{
    static const struct promql_row rows[] = {
        {"(1", "1:3: parse error: unclosed left parenthesis"},
        {"((1)", "1:5: parse error: unclosed left parenthesis"},
        {"(1))", "1:5: parse error: unexpected right parenthesis ')'"},
        {"rate(", "1:6: parse error: unclosed left parenthesis"},
        {"foo[5m", "1:7: parse error: unclosed left bracket"},
        {"foo]", "1:4: parse error: unexpected right bracket ']'"},
        {"foo[5m[", "1:7: parse error: unexpected left bracket '['"},
        {"foo{", "1:5: parse error: unexpected end of input inside braces"},
        {"foo{{", "1:5: parse error: unexpected left brace '{'"},
        {"foo}", "1:4: parse error: unexpected character: '}'"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(tells_what_it_did_not_expect)
{
    static const struct promql_row rows[] = {
        {"", "unknown position: parse error: no expression found in input"},
        {" # x\n", "1:1: parse error: no expression found in input"},
        {"1+", "1:3: parse error: unexpected end of input"},
        {"*1", "1:1: parse error: unexpected <op:*>"},
        {"@@", "1:1: parse error: unexpected <op:@>"},
        {"foo bar", "1:5: parse error: unexpected identifier \"bar\""},
        {"foo a:b", "1:5: parse error: unexpected metric identifier \"a:b\""},
        {"foo\n  bar", "2:3: parse error: unexpected identifier \"bar\""},
        {"foo 'a long string'",
         "1:5: parse error: unexpected string \"'a long st\"..."},
        {"foo 5m", "1:5: parse error: unexpected duration \"5m\""},
        {"bool", "1:1: parse error: unexpected <bool>"},
        {"a = b", "1:3: parse error: unexpected \"=\""},
        {"a + group_left(b) c", "1:5: parse error: unexpected <group_left>"},
        {"a - on(b) ignoring(c) d", "1:11: parse error: unexpected <ignoring>"},
        {"a on b", "1:3: parse error: unexpected <on>"},
        {"a:b(c)", "1:4: parse error: unexpected \"(\""},
        {"()", "1:2: parse error: unexpected \")\""},
        {"rate(1 +)", "1:9: parse error: unexpected \")\""},
        {"f(,)", "1:3: parse error: unexpected \",\""},
        {"f(a,)", "1:4: parse error: trailing commas not allowed in function "
                  "call args"},
        {"f(a b)", "1:5: parse error: unexpected identifier \"b\""},
        {"nosuch(a)", "1:1: parse error: unknown function with name "
                      "\"nosuch\""},
        {"Rate(a[5m])", "1:1: parse error: unknown function with name "
                        "\"Rate\""},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(refuses_broken_matchers)
{
    static const struct promql_row rows[] = {
        {"foo{,}", "1:5: parse error: unexpected \",\" in label matching, "
                   "expected identifier or \"}\""},
        {"foo{a}", "1:6: parse error: unexpected \"}\" in label matching, "
                   "expected label matching operator"},
        {"foo{a=}", "1:7: parse error: unexpected \"}\" in label matching, "
                    "expected string"},
        {"foo{a=b}", "1:7: parse error: unexpected identifier \"b\" in label "
                     "matching, expected string"},
        {"foo{a='b' c}", "1:11: parse error: unexpected identifier \"c\" in "
                         "label matching, expected \",\" or \"}\""},
        {"foo{a='b',,}", "1:11: parse error: unexpected \",\" in label "
                         "matching, expected identifier or \"}\""},
        {"foo{5='b'}", "1:5: parse error: unexpected character inside braces: "
                       "'5'"},
        {"foo{a:b='c'}", "1:6: parse error: unexpected character inside "
                         "braces: ':'"},
        {"foo{a!'b'}", "1:6: parse error: unexpected character after '!' "
                       "inside braces: '\\''"},
        {"foo{a=~'('}", "1:5: parse error: error parsing regexp: missing "
                        "closing parenthesis at character 2 of \"(\""},
        {"{}", "1:1: parse error: vector selector must contain at least one "
               "non-empty matcher"},
        {"{a=''}", "1:1: parse error: vector selector must contain at least "
                   "one non-empty matcher"},
        {"1 + {a=~'.*'}", "1:5: parse error: vector selector must contain at "
                          "least one non-empty matcher"},
        {"{a!='b'}", "1:1: parse error: vector selector must contain at least "
                     "one non-empty matcher"},
        {"foo{__name__='bar'}", "1:1: parse error: metric name must not be set "
                                "twice: \"foo\" or \"bar\""},
        {"foo{'bar'}", "1:1: parse error: metric name must not be set twice: "
                       "\"foo\" or \"bar\""},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(refuses_misplaced_ranges_offsets_and_anchors)
{
    static const struct promql_row rows[] = {
        {"foo[]", "1:5: parse error: unexpected \"]\" in subquery or range "
                  "selector, expected number or duration"},
        {"foo[0]", "1:5: parse error: duration must be greater than 0"},
        {"foo[-5m]", "1:5: parse error: duration must be greater than 0"},
        {"foo[1e11]", "1:5: parse error: duration out of range"},
        {"foo[x]", "1:5: parse error: unexpected character in duration "
                   "expression: 'x'"},
        {"foo[5m 1]", "1:8: parse error: unexpected number \"1\" in subquery "
                      "or range, expected \":\" or \"]\""},
        {"foo[5m:5m 1]", "1:11: parse error: unexpected number \"1\" in "
                         "subquery selector, expected \"]\""},
        {"foo[5m:,]", "1:8: parse error: unexpected \",\" in subquery "
                      "selector, expected number or duration or \"]\""},
        {"foo[5m:0]", "1:8: parse error: duration must be greater than 0"},
        {"foo[5m::]", "1:8: parse error: unexpected colon ':'"},
        {"(foo + bar)[5m]", "1:12: parse error: ranges only allowed for vector "
                            "selectors"},
        {"foo[5m][5m]", "1:8: parse error: ranges only allowed for vector "
                        "selectors"},
        {"foo offset 1m[5m]", "1:14: parse error: no offset modifiers allowed "
                              "before range"},
        {"foo @ 5 [5m]", "1:9: parse error: no @ modifiers allowed before "
                         "range"},
        {"foo offset", "1:11: parse error: unexpected end of input in offset, "
                       "expected number or duration"},
        {"foo offset 1m offset 2m",
         "1:1: parse error: offset may not be set multiple times"},
        {"1 offset 1d", "1:1: parse error: offset modifier must be preceded by "
                        "an instant vector selector or range vector selector "
                        "or a subquery"},
        {"foo @", "1:6: parse error: unexpected end of input in @, expected "
                  "timestamp"},
        {"foo @ start", "1:12: parse error: unexpected end of input in @, "
                        "expected timestamp"},
        {"foo @ inf", "1:1: parse error: timestamp out of bounds for @ "
                      "modifier: +Inf"},
        {"foo @ nan", "1:1: parse error: timestamp out of bounds for @ "
                      "modifier: NaN"},
        {"foo @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set "
                        "multiple times"},
        {"sum(foo) @ 1", "1:1: parse error: @ modifier must be preceded by an "
                         "instant vector selector or range vector selector or "
                         "a subquery"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(refuses_broken_aggregations)
{
    static const struct promql_row rows[] = {
        {"sum x by (a)", "1:5: parse error: unexpected identifier \"x\""},
        {"sum(x) by a", "1:11: parse error: unexpected identifier \"a\" in "
                        "grouping opts, expected \"(\""},
        {"sum by (a", "1:10: parse error: unclosed left parenthesis"},
        {"sum by (a b) (x)", "1:11: parse error: unexpected identifier \"b\" "
                             "in grouping opts, expected \",\" or \")\""},
        {"sum by (==) (x)", "1:9: parse error: unexpected <op:==> in grouping "
                            "opts, expected label"},
        {"sum by (a,,) (x)", "1:11: parse error: unexpected \",\" in grouping "
                             "opts, expected label"},
        {"sum by ('') (x)", "1:9: parse error: invalid label name for "
                            "grouping: \"\""},
        {"sum by ('\\xff') (x)", "1:9: parse error: invalid label name for "
                                 "grouping: \"\\xff\""},
        {"sum by (a) 5", "1:12: parse error: unexpected number \"5\" in "
                         "aggregation"},
        {"sum(1 +)", "1:8: parse error: unexpected \")\" in aggregation"},
        {"sum()", "1:1: parse error: no arguments for aggregate expression "
                  "provided"},
        {"sum(x, y)", "1:1: parse error: wrong number of arguments for "
                      "aggregate expression provided, expected 1, got 2"},
        {"topk(x)", "1:1: parse error: wrong number of arguments for aggregate "
                    "expression provided, expected 2, got 1"},
        {"sum(x) by (a) by (b)", "1:15: parse error: unexpected <by>"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

SPEC("parser_refusal", refuses_what_is_no_word, refuses_broken_strings,
     refuses_what_is_not_closed_or_not_opened, tells_what_it_did_not_expect,
     refuses_broken_matchers, refuses_misplaced_ranges_offsets_and_anchors,
     refuses_broken_aggregations)
