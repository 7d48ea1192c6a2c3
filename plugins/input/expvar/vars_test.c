/* vars_test.c - what the reader of /debug/vars takes, and what not */
#include <config.h>

#include "vars.h"

#include <errno.h>
#include <math.h>

#include <weir/cleanup.h>

#include "base.h"
#include "spec.h"

static struct vars *
read_or_fail(const char *text)
{
    struct vars *vars = NULL;
    const char *why = "";
    size_t at = 0;

    int rc = vars_read(text, strlen(text), &vars, &why, &at);
    ck_assert_msg(rc == 0, "%s at %zu: %s", text, at, why);
    return vars;
}

static double
number_of(const char *value)
{
    weir_cleanup(weir_free) char *text = NULL;

    ck_assert_int_gt(asprintf(&text, "{\"a\": %s}", value), 0);
    weir_cleanup(vars_destroy) struct vars *vars = read_or_fail(text);
    const struct vars_node *node = vars_find(vars, vars->nodes, "a");
    ck_assert_ptr_nonnull(node);
    ck_assert_int_eq(node->kind, VARS_NUMBER);
    return node->number;
}

START_TEST(numbers_keep_all_their_digits)
{
    ck_assert_double_eq(number_of("0"), 0);
    ck_assert_double_eq(number_of("-12"), -12);
    ck_assert_double_eq(number_of("0.1"), 0.1);
    ck_assert_double_eq(number_of("1.7976931348623157e+308"),
                        1.7976931348623157e+308);
    ck_assert_double_eq(number_of("5e-324"), 5e-324);
    ck_assert_double_eq(number_of("9007199254740993"), 9007199254740992.0);
    ck_assert_double_eq(number_of("18446744073709551615"), 0x1p64);
    ck_assert_double_eq(number_of("true"), 1);
    ck_assert_double_eq(number_of("false"), 0);
}
END_TEST

START_TEST(what_a_float_may_be_stands_bare)
{
    ck_assert_double_nan(number_of("NaN"));
    ck_assert_double_eq(number_of("+Inf"), HUGE_VAL);
    ck_assert_double_eq(number_of("-Inf"), -HUGE_VAL);
}
END_TEST

START_TEST(the_same_words_within_texts_are_texts)
{
    weir_cleanup(vars_destroy) struct vars *vars =
        read_or_fail("{\"a NaN\": \"+Inf\", \"b\": \"-Inf, NaN\", \"c\": NaN}");

    ck_assert_uint_eq(vars->count, 4);
    ck_assert_str_eq(vars->nodes[1].name, "a NaN");
    ck_assert_int_eq(vars->nodes[1].kind, VARS_TEXT);
    ck_assert_int_eq(vars->nodes[2].kind, VARS_TEXT);
    ck_assert_int_eq(vars->nodes[3].kind, VARS_NUMBER);
}
END_TEST

START_TEST(names_are_as_json_or_go_quotes_them)
{
    static const struct {
        const char *quoted, *name;
    } cases[] = {
        {"", ""},
        {"a/b\\/c", "a/b/c"},
        {"\\\"\\\\\\b\\f\\n\\r\\t", "\"\\\b\f\n\r\t"},
        {"\\a\\v\\x7f\\x01", "\a\v\x7f\x01"},
        {"gr\\u00fcn", "gr\xc3\xbcn"},
        {"\\u20ac", "\xe2\x82\xac"},
        {"\\ud83d\\ude00 \\U0001f600", "\xf0\x9f\x98\x80 \xf0\x9f\x98\x80"},
        {"\\ud83d", "\xef\xbf\xbd"},
        {"\\ud83d\\u0041", "\xef\xbf\xbd"
                           "A"},
        {"\\ude00", "\xef\xbf\xbd"},
        {"\\xff\\u0000\\Uffffffff", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"gr\xc3\xbcn", "gr\xc3\xbcn"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        weir_cleanup(weir_free) char *text = NULL;
        ck_assert_int_gt(asprintf(&text, "{\"%s\": 1}", cases[i].quoted), 0);
        weir_cleanup(vars_destroy) struct vars *vars = read_or_fail(text);
        ck_assert_str_eq(vars->nodes[1].name, cases[i].name);
    }
}
END_TEST

START_TEST(maps_and_lists_hold_their_items)
{
    weir_cleanup(vars_destroy) struct vars *vars = read_or_fail(
        " {\"m\" : {\"x\":1,\"l\":[ 2 , [], {} ],\"y\":null},\n\"z\":3}\n\n");
    const struct vars_node *map = vars_find(vars, vars->nodes, "m");
    const struct vars_node *list = vars_find(vars, map, "l");
    size_t count = 0;

    for (const struct vars_node *item = vars_first(list);
         item != vars_end(vars, list); item = vars_end(vars, item))
        count++;
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(vars_find(vars, map, "y")->kind, VARS_NULL);
    ck_assert_double_eq(vars_find(vars, vars->nodes, "z")->number, 3);
    ck_assert_ptr_null(vars_find(vars, vars->nodes, "x"));
    ck_assert_ptr_null(vars_find(vars, list, "x"));
}
END_TEST

START_TEST(of_an_item_that_comes_twice_the_last_counts)
{
    weir_cleanup(vars_destroy) struct vars *vars =
        read_or_fail("{\"a\": 1, \"b\": 2, \"a\": 3}");

    ck_assert_double_eq(vars_find(vars, vars->nodes, "a")->number, 3);
}
END_TEST

START_TEST(what_is_no_map_is_refused_with_the_place)
{
    static const struct {
        const char *text, *why;
        size_t at;
    } cases[] = {
        {"", "braces", 0},
        {" \n", "braces", 0},
        {"[1]", "braces", 0},
        {"<html></html>", "braces", 0},
        {"{\"a\": 1", "braces", 0},
        {"{\"a\": 1}}", "follows", 8},
        {"{\"a\": 1} {}", "follows", 8},
        {"{\"a\": }", "no value", 6},
        {"{\"a\": 1,}", "name", 8},
        {"{\"a\": 1 \"b\": 2}", "','", 8},
        {"{,\"a\": 1}", "name", 1},
        {"{\"a\" 1}", "':'", 5},
        {"{a: 1}", "name", 1},
        {"{\"a\": [1,]}", "no value", 9},
        {"{\"a\": [1}", "','", 8},
        {"{\"a\": nul}", "no value", 6},
        {"{\"a\": 1e999}", "too large", 6},
        {"{\"a\": \"b}", "no end", 6},
        {"{\"a\": \"\\q\"}", "wrong escape", 6},
        {"{\"a\": \"\\u12g4\"}", "wrong escape", 6},
        {"{\"a\n\": 1}", "name", 1},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *text = cases[i].text;
        struct vars *vars = NULL;
        const char *why = "";
        size_t at = 0;
        ck_assert_msg(vars_read(text, strlen(text), &vars, &why, &at) ==
                          -EBADMSG,
                      "%s", text);
        ck_assert_ptr_null(vars);
        ck_assert_msg(strstr(why, cases[i].why) != NULL, "%s: %s", text, why);
        ck_assert_msg(at == cases[i].at, "%s: at %zu", text, at);
    }
}
END_TEST

/* Returns "{"a": " with 'count' times 'begin', then as many 'end', and "}". */
static char *
repeat(const char *begin, const char *end, size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fputs("{\"a\": ", out);
    for (size_t i = 0; i < count; i++)
        (void)fputs(begin, out);
    for (size_t i = 0; i < count; i++)
        (void)fputs(end, out);
    (void)fputs("}", out);
    (void)fclose(out);
    return text;
}

static int
read_rc(const char *text, const char **ret_why)
{
    weir_cleanup(vars_destroy) struct vars *vars = NULL;
    size_t at = 0;

    return vars_read(text, strlen(text), &vars, ret_why, &at);
}

START_TEST(depth_and_count_have_limits)
{
    weir_cleanup(weir_free) char *deep = repeat("[", "]", VARS_DEPTH_MOST - 1);
    weir_cleanup(weir_free) char *deeper = repeat("[", "]", VARS_DEPTH_MOST);
    weir_cleanup(weir_free) char *many =
        repeat("1, \"a\": ", "", VARS_COUNT_MOST);
    const char *why = "";

    ck_assert_int_eq(read_rc(deep, &why), 0);
    ck_assert_int_eq(read_rc(deeper, &why), -EMSGSIZE);
    ck_assert_ptr_nonnull(strstr(why, "64 deep"));
    ck_assert_int_eq(read_rc(many, &why), -EMSGSIZE);
    ck_assert_ptr_nonnull(strstr(why, "262144 values"));
}
END_TEST

SPEC("the reader of /debug/vars", numbers_keep_all_their_digits,
     what_a_float_may_be_stands_bare, the_same_words_within_texts_are_texts,
     names_are_as_json_or_go_quotes_them, maps_and_lists_hold_their_items,
     of_an_item_that_comes_twice_the_last_counts,
     what_is_no_map_is_refused_with_the_place, depth_and_count_have_limits)
