/* parser_tree_test.c - the shape of what the parser makes */
#include <config.h>

#include <math.h>

#include "base.h"
#include "promql_text.h"
#include "query/operator.h"

/* Writes the tree with all parentheses that it implies. */
static void /* NOLINTNEXTLINE(misc-no-recursion) */
write_nested(FILE *out, const struct expression *self)
{
    switch (self->kind) {
    case EXPRESSION_BINARY:
        (void)fputc('(', out);
        write_nested(out, self->binary.left);
        (void)fprintf(out, " %s ", operator_text(self->binary.kind));
        write_nested(out, self->binary.right);
        (void)fputc(')', out);
        break;
    case EXPRESSION_UNARY:
        (void)fprintf(out, "%s(", self->unary.negative ? "-" : "+");
        write_nested(out, self->unary.inner);
        (void)fputc(')', out);
        break;
    case EXPRESSION_PAREN:
        write_nested(out, self->paren);
        break;
    default: {
        weir_cleanup(weir_free) char *text = printer_line(self);
        (void)fputs(text, out);
    }
    }
}

static void
expect_nested(const char *question, const char *nested)
{
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree(question);
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    write_nested(out, tree_root(tree));
    (void)fclose(out);
    ck_assert_str_eq(text, nested);
}

START_TEST(binds_operators_as_strongly_as_prometheus_does)
{
    expect_nested("a + b * c", "(a + (b * c))");
    expect_nested("a * b + c", "((a * b) + c)");
    expect_nested("a - b - c", "((a - b) - c)");
    expect_nested("a / b % c atan2 d", "(((a / b) % c) atan2 d)");
    expect_nested("a ^ b ^ c", "(a ^ (b ^ c))");
    expect_nested("a + b > c - d", "((a + b) > (c - d))");
    expect_nested("a == b != c", "((a == b) != c)");
    expect_nested("a and b unless c or d", "(((a and b) unless c) or d)");
    expect_nested("a or b and c", "(a or (b and c))");
    expect_nested("a + b or c > d and e", "((a + b) or ((c > d) and e))");
    expect_nested("(a + b) * c", "((a + b) * c)");
    expect_nested("a + on(x) b / on(y) c", "(a + (b / c))");
}
END_TEST

START_TEST(binds_signs_between_power_and_product)
{
    expect_nested("-a ^ b", "-((a ^ b))");
    expect_nested("-a * b", "(-(a) * b)");
    expect_nested("a ^ -b * c", "((a ^ -(b)) * c)");
    expect_nested("a - -b", "(a - -(b))");
    expect_nested("-1 ^ 2", "-((1 ^ 2))");
    expect_nested("-1 * 2", "(-1 * 2)");
    expect_nested("2 ^ -1 ^ 2", "(2 ^ -((1 ^ 2)))");
    expect_nested("+a + -+b", "(+(a) + -(+(b)))");
}
END_TEST

static void
expect_type(const char *question, enum value_type type)
{
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree(question);

    ck_assert_int_eq(tree_root(tree)->type, type);
}

START_TEST(knows_what_each_expression_evaluates_to)
{
    expect_type("1", VALUE_SCALAR);
    expect_type("1 + 2", VALUE_SCALAR);
    expect_type("(-(1 + 2))", VALUE_SCALAR);
    expect_type("time()", VALUE_SCALAR);
    expect_type("'x'", VALUE_STRING);
    expect_type("('x')", VALUE_STRING);
    expect_type("foo", VALUE_VECTOR);
    expect_type("1 + foo", VALUE_VECTOR);
    expect_type("sum(foo)", VALUE_VECTOR);
    expect_type("rate(foo[5m])", VALUE_VECTOR);
    expect_type("foo[5m]", VALUE_MATRIX);
    expect_type("foo[5m:]", VALUE_MATRIX);
    expect_type("(foo[5m])", VALUE_MATRIX);
}
END_TEST

static void
expect_place(const struct expression *self, uint32_t start, uint32_t end)
{
    ck_assert_uint_eq(self->start, start);
    ck_assert_uint_eq(self->end, end);
}

START_TEST(says_which_bytes_each_expression_is)
{
    weir_cleanup(tree_destroy) struct tree *tree =
        promql_tree(" sum ( rate(foo{a=\"b\"}[5m] offset 1m) ) by (x) / -2 ");
    const struct expression *root = tree_root(tree);
    const struct expression *sum = root->binary.left;
    const struct expression *rate = sum->aggregation.inner;

    expect_place(root, 1, 51);
    expect_place(sum, 1, 46);
    expect_place(rate, 7, 37);
    expect_place(rate->call.arguments[0], 12, 36);
    expect_place(root->binary.right, 49, 51);
}
END_TEST

START_TEST(gives_a_selector_ready_to_select)
{
    weir_cleanup(tree_destroy) struct tree *tree =
        promql_tree("up{job=~\"a|b\"}[5m] @ 1.5 offset -1h");
    const struct expression_selector *self = &tree_root(tree)->selector;

    ck_assert_str_eq(self->name, "up");
    ck_assert_uint_eq(self->matcher_count, 2);
    ck_assert_str_eq(self->matchers[0].name, "job");
    ck_assert(weir_matches(&self->matchers[0], "a"));
    ck_assert(!weir_matches(&self->matchers[0], "ab"));
    ck_assert_str_eq(self->matchers[1].name, "__name__");
    ck_assert_str_eq(self->matchers[1].value, "up");
    ck_assert_int_eq(self->range_ns, 300 * NS_PER_S);
    ck_assert_int_eq(self->shift.anchor, ANCHOR_TIME);
    ck_assert_int_eq(self->shift.anchor_ns, 1500 * NS_PER_MS);
    ck_assert_int_eq(self->shift.offset_ns, -3600 * NS_PER_S);
}
END_TEST

START_TEST(gives_no_name_when_braces_tell_it)
{
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree("{'a.b',c='d'}");
    const struct expression_selector *self = &tree_root(tree)->selector;

    ck_assert_ptr_null(self->name);
    ck_assert_uint_eq(self->matcher_count, 2);
    ck_assert_str_eq(self->matchers[0].name, "__name__");
    ck_assert_str_eq(self->matchers[0].value, "a.b");
}
END_TEST

START_TEST(gives_calls_their_function_and_arguments)
{
    weir_cleanup(tree_destroy) struct tree *tree =
        promql_tree("label_join(a, 'b', ',', 'c', 'd')");
    const struct expression_call *self = &tree_root(tree)->call;

    ck_assert_int_eq(self->function->id, FUNCTION_LABEL_JOIN);
    ck_assert_uint_eq(self->argument_count, 5);
    ck_assert_str_eq(self->arguments[4]->string, "d");
}
END_TEST

START_TEST(reads_a_selector_alone)
{
    weir_cleanup(tree_destroy) struct tree *tree = NULL;
    weir_cleanup(weir_free) char *why = NULL;

    ck_assert_int_eq(tree_parse_selector("{a=\"\"}", &tree, &why), 0);
    ck_assert_uint_eq(tree_root(tree)->selector.matcher_count, 1);
}
END_TEST

START_TEST(reads_no_more_than_a_selector_alone)
{
    static const struct promql_row rows[] = {
        {"", "unknown position: parse error: unexpected end of input"},
        {"up[5m]", "1:3: parse error: unexpected \"[\""},
        {"up + up", "1:4: parse error: unexpected <op:+>"},
        {"sum(up)", "1:4: parse error: unexpected \"(\""},
        {"1", "1:1: parse error: unexpected number \"1\""},
    };

    for (size_t i = 0; i < PROMQL_COUNT(rows); i++) {
        struct tree *tree = NULL;
        weir_cleanup(weir_free) char *why = NULL;
        ck_assert_int_eq(tree_parse_selector(rows[i].question, &tree, &why),
                         -EINVAL);
        ck_assert_str_eq(why, rows[i].answer);
    }
}
END_TEST

SPEC("parser_tree", binds_operators_as_strongly_as_prometheus_does,
     binds_signs_between_power_and_product,
     knows_what_each_expression_evaluates_to,
     says_which_bytes_each_expression_is, gives_a_selector_ready_to_select,
     gives_no_name_when_braces_tell_it,
     gives_calls_their_function_and_arguments, reads_a_selector_alone,
     reads_no_more_than_a_selector_alone)
