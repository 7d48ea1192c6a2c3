/* parser_limit_test.c - questions that are too deep, too long or too many */
#include <config.h>

#include <string.h>

#include "base.h"
#include "promql_text.h"

/* Returns 'before' 'count' times, 'middle', and 'after' as often. */
static char *
nested(const char *before, size_t count, const char *middle, const char *after)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; i < count; i++)
        (void)fputs(before, out);
    (void)fputs(middle, out);
    for (size_t i = 0; i < count; i++)
        (void)fputs(after, out);
    (void)fclose(out);
    return text;
}

static void
expect_refused(const char *before, size_t count, const char *middle,
               const char *after, const char *reason)
{
    weir_cleanup(weir_free) char *text = nested(before, count, middle, after);
    weir_cleanup(weir_free) char *why = promql_why(text);

    ck_assert_ptr_nonnull(strstr(why, reason));
}

START_TEST(refuses_ten_thousand_levels_of_anything)
{
    static const char reason[] = "more than 1000 expressions in one another";

    expect_refused("(", 10000, "1", ")", reason);
    expect_refused("(", 10000, "", "", reason);
    expect_refused("-", 10000, "a", "", reason);
    expect_refused("abs(", 10000, "a", ")", reason);
    expect_refused("sum by (x) (", 9000, "a", ")", reason);
    expect_refused("a^", 10000, "a", "", reason);
    expect_refused("", 10000, "a", "+a", reason);
    expect_refused("", 10000, "a", " or a", reason);
    expect_refused("", 10000, "a", "[5m:]", reason);
}
END_TEST

START_TEST(takes_hundreds_of_levels)
{
    weir_cleanup(weir_free) char *parens = nested("(", 900, "a", ")");
    weir_cleanup(weir_free) char *chain = nested("", 900, "a", " or a");

    promql_expect_line(parens, parens);
    promql_expect_line(chain, chain);
}
END_TEST

START_TEST(refuses_a_text_that_is_too_long)
{
    expect_refused("", TREE_TEXT_MOST, "a", " ",
                   "a question has at most 131072 bytes");
}
END_TEST

START_TEST(takes_a_text_of_the_greatest_length)
{
    weir_cleanup(weir_free) char *text =
        nested("", TREE_TEXT_MOST - 1, "a", " ");

    promql_expect_line(text, "a");
}
END_TEST

START_TEST(refuses_too_many_patterns)
{
    expect_refused("", 1001, "{a='b'", ",a=~'x.*'", "regular expressions");
}
END_TEST

START_TEST(refuses_too_many_labels)
{
    expect_refused("", 1001, "sum by (", "a,", "more than 1000 labels");
}
END_TEST

START_TEST(prints_a_deep_and_long_question_in_lines_soon)
{
    weir_cleanup(weir_free) char *text =
        nested("abs(", 200, "a", " + some_metric_of_ours)");
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree(text);
    weir_cleanup(weir_free) char *pretty = printer_pretty(tree_root(tree));
    weir_cleanup(tree_destroy) struct tree *again = promql_tree(pretty);
    weir_cleanup(weir_free) char *line = printer_line(tree_root(again));

    ck_assert(strcmp(line, text) == 0);
}
END_TEST

SPEC("parser_limit", refuses_ten_thousand_levels_of_anything,
     takes_hundreds_of_levels, refuses_a_text_that_is_too_long,
     takes_a_text_of_the_greatest_length, refuses_too_many_patterns,
     refuses_too_many_labels, prints_a_deep_and_long_question_in_lines_soon)
