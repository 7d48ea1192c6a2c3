/* typing_test.c - the type check of PromQL, and the functions' signatures */
#include <config.h>

#include "base.h"
#include "promql_text.h"

START_TEST(refuses_arguments_of_another_type)
{
    static const struct promql_row rows[] = {
        {"rate(foo)", "1:6: parse error: expected type range vector in call to "
                      "function \"rate\", got instant vector"},
        {"abs(foo[5m])", "1:5: parse error: expected type instant vector in "
                         "call to function \"abs\", got range vector"},
        {"abs(1)", "1:5: parse error: expected type instant vector in call to "
                   "function \"abs\", got scalar"},
        {"vector(foo)", "1:8: parse error: expected type scalar in call to "
                        "function \"vector\", got instant vector"},
        {"clamp(foo, 'x', 1)", "1:12: parse error: expected type scalar in "
                               "call to function \"clamp\", got string"},
        {"label_join(foo, 'a', 'b', 'c', 5)",
         "1:32: parse error: expected type string in call to function "
         "\"label_join\", got scalar"},
        {"label_replace(foo, 'a', b, 'c', 'd')",
         "1:25: parse error: expected type string in call to function "
         "\"label_replace\", got instant vector"},
        {"abs(rate(foo))", "1:10: parse error: expected type range vector in "
                           "call to function \"rate\", got instant vector"},
        {"histogram_quantiles(foo, 'q', 0.5, bar)",
         "1:36: parse error: expected type scalar in call to function "
         "\"histogram_quantiles\", got instant vector"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(refuses_too_few_or_too_many_arguments)
{
    static const struct promql_row rows[] = {
        {"time(1)", "1:1: parse error: expected 0 argument(s) in call to "
                    "\"time\", got 1"},
        {"1 + rate()", "1:5: parse error: expected 1 argument(s) in call to "
                       "\"rate\", got 0"},
        {"round()", "1:1: parse error: expected at least 1 argument(s) in call "
                    "to \"round\", got 0"},
        {"round(a, 1, 2)", "1:1: parse error: expected at most 2 argument(s) "
                           "in call to \"round\", got 3"},
        {"hour(a, b)", "1:1: parse error: expected at most 1 argument(s) in "
                       "call to \"hour\", got 2"},
        {"label_join(a, 'b')", "1:1: parse error: expected at least 3 "
                               "argument(s) in call to \"label_join\", got 2"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(refuses_operands_that_do_not_fit)
{
    static const struct promql_row rows[] = {
        {"1 == 1", "1:3: parse error: comparisons between scalars must use "
                   "BOOL modifier"},
        {"a + bool b", "1:3: parse error: bool modifier can only be used on "
                       "comparison operators"},
        {"a and bool b", "1:3: parse error: bool modifier can only be used on "
                         "comparison operators"},
        {"1 and 1", "1:1: parse error: set operator \"and\" not allowed in "
                    "binary scalar expression"},
        {"a OR 1", "1:1: parse error: set operator \"or\" not allowed in "
                   "binary scalar expression"},
        {"a == on(b) 10", "1:1: parse error: vector matching only allowed "
                          "between instant vectors"},
        {"1 or on(b) a", "1:1: parse error: vector matching only allowed "
                         "between instant vectors"},
        {"a and on(b) group_left(c) d",
         "1:1: parse error: no grouping allowed for \"and\" operation"},
        {"a + on(b) group_left(c, b) d",
         "1:3: parse error: label \"b\" must not occur in ON and GROUP clause "
         "at once"},
        {"a[5m] + b", "1:1: parse error: binary expression must contain only "
                      "scalar and instant vector types"},
        {"1 + 'b'", "1:5: parse error: binary expression must contain only "
                    "scalar and instant vector types"},
        {"-'a'", "1:1: parse error: unary expression only allowed on "
                 "expressions of type scalar or instant vector, got "
                 "\"string\""},
        {"-a[5m]", "1:1: parse error: unary expression only allowed on "
                   "expressions of type scalar or instant vector, got \"range "
                   "vector\""},
        {"a[5m][10m:]", "1:1: parse error: subquery is only allowed on instant "
                        "vector, got matrix instead"},
        {"1[10m:]", "1:1: parse error: subquery is only allowed on instant "
                    "vector, got scalar instead"},
        {"sum(1)", "1:5: parse error: expected type instant vector in "
                   "aggregation expression, got scalar"},
        {"topk(a, b)", "1:6: parse error: expected type scalar in aggregation "
                       "parameter, got instant vector"},
        {"count_values(5, b)", "1:14: parse error: expected type string in "
                               "aggregation parameter, got scalar"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
}
END_TEST

START_TEST(lets_info_select_by_labels_alone)
{
    static const struct promql_row rows[] = {
        {"info(a, b)", "1:9: parse error: expected label selectors only, got "
                       "vector selector instead"},
        {"info(a, b + c)", "1:9: parse error: expected label selectors only"},
        {"info(a, 1)", "1:9: parse error: expected type instant vector in call "
                       "to function \"info\", got scalar"},
    };

    promql_expect_reasons(rows, PROMQL_COUNT(rows));
    promql_expect_line("info(a)", "info(a)");
    promql_expect_line("info(a, {b=~'.*'})", "info(a, {b=~\".*\"})");
}
END_TEST

/* Writes a call with an argument of each type the function takes. */
static char *
call_of(const struct function *function, int count)
{
    static const char *const samples[] = {
        [VALUE_SCALAR] = "1",
        [VALUE_STRING] = "\"s\"",
        [VALUE_VECTOR] = "{a=\"b\"}",
        [VALUE_MATRIX] = "a[5m]",
    };
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fprintf(out, "%s(", function->name);
    for (int i = 0; i < count; i++)
        (void)fprintf(out, "%s%s", i ? ", " : "",
                      samples[function->arguments[i]]);
    (void)fputc(')', out);
    (void)fclose(out);
    return text;
}

START_TEST(takes_every_function_as_its_row_says)
{
    for (int id = 0; id < FUNCTION_COUNT; id++) {
        const struct function *function = function_by_id((enum function_id)id);
        weir_cleanup(weir_free) char *all =
            call_of(function, function->argument_count);

        ck_assert_int_eq(function->id, id);
        ck_assert_ptr_eq(function_find(function->name), function);
        promql_expect_line(all, all);
        if (!function->variadic)
            continue;
        weir_cleanup(weir_free) char *less =
            call_of(function, function->argument_count - 1);
        promql_expect_line(less, less);
    }
    ck_assert_ptr_null(function_find("nosuch"));
}
END_TEST

START_TEST(takes_many_arguments_where_a_function_does)
{
    promql_expect_line("label_join(a, 'b', ',')",
                       "label_join(a, \"b\", \",\")");
    promql_expect_line("sort_by_label(a, 'b', 'c', 'd')",
                       "sort_by_label(a, \"b\", \"c\", \"d\")");
    promql_expect_line("histogram_quantiles(a, 'q', 1, 2, 3)",
                       "histogram_quantiles(a, \"q\", 1, 2, 3)");
}
END_TEST

SPEC("typing", refuses_arguments_of_another_type,
     refuses_too_few_or_too_many_arguments, refuses_operands_that_do_not_fit,
     lets_info_select_by_labels_alone, takes_every_function_as_its_row_says,
     takes_many_arguments_where_a_function_does)
