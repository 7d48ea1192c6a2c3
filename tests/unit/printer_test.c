/* printer_test.c - questions in lines that are not too long */
#include <config.h>

#include "promql_text.h"

static void
expect_pretty(const char *question, const char *pretty)
{
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree(question);
    weir_cleanup(weir_free) char *once = printer_pretty(tree_root(tree));
    weir_cleanup(tree_destroy) struct tree *again = promql_tree(once);
    weir_cleanup(weir_free) char *twice = printer_pretty(tree_root(again));

    ck_assert_str_eq(once, pretty);
    ck_assert_str_eq(twice, pretty);
}

START_TEST(keeps_on_one_line_what_fits)
{
    expect_pretty("sum  by(job)(rate(foo[5m]))/2",
                  "sum by (job) (rate(foo[5m])) / 2");
}
END_TEST

START_TEST(puts_arguments_on_lines_of_their_own)
{
    expect_pretty(
        "histogram_quantile(0.99, sum by (le, job) "
        "(rate(http_request_duration_seconds_bucket{handler=\"/api/v1/query\"}"
        "[5m])))",
        "histogram_quantile(\n"
        "  0.99,\n"
        "  sum by (le, job) (rate(http_request_duration_seconds_bucket"
        "{handler=\"/api/v1/query\"}[5m]))\n"
        ")");
}
END_TEST

START_TEST(puts_an_operator_between_its_sides)
{
    expect_pretty("node_filesystem_avail_bytes{job=\"node\",fstype!=\"\"} / on "
                  "(instance, device) group_left (mountpoint) "
                  "node_filesystem_size_bytes{job=\"node\",fstype!=\"\"}",
                  "  node_filesystem_avail_bytes{fstype!=\"\",job=\"node\"}\n"
                  "/ on (instance, device) group_left (mountpoint)\n"
                  "  node_filesystem_size_bytes{fstype!=\"\",job=\"node\"}");
}
END_TEST

START_TEST(goes_deeper_level_by_level)
{
    expect_pretty(
        "topk by (instance) (5, (some_rather_long_metric_name_total{a=\"b\"} "
        "+ another_rather_long_metric_name_total{a=\"b\"} > bool on (instance) "
        "group_left () 100 * x))",
        "topk by (instance) (\n"
        "  5,\n"
        "  (\n"
        "      some_rather_long_metric_name_total{a=\"b\"} + "
        "another_rather_long_metric_name_total{a=\"b\"}\n"
        "    > bool on (instance) group_left ()\n"
        "      100 * x\n"
        "  )\n"
        ")");
}
END_TEST

START_TEST(leaves_alone_what_cannot_be_split)
{
    static const char selector[] =
        "some_metric{first_label=\"a value that is rather long\","
        "second_label=\"another value that is rather long, too\"}[5m] "
        "offset 1d";

    expect_pretty(selector, selector);
}
END_TEST

START_TEST(writes_what_follows_a_subquery_behind_its_last_line)
{
    expect_pretty(
        "max_over_time(deriv(rate(distance_covered_meters_total{vehicle=\"a "
        "bicycle\",wheels=\"two\",rider=\"me, myself\"}[1m])[5m:1m])[10m:] "
        "offset 1h)",
        "max_over_time(\n"
        "  deriv(\n"
        "    rate(distance_covered_meters_total{rider=\"me, "
        "myself\",vehicle=\"a "
        "bicycle\",wheels=\"two\"}[1m])[5m:1m]\n"
        "  )[10m:] offset 1h\n"
        ")");
}
END_TEST

static void
expect_json(const char *question, const char *json)
{
    weir_cleanup(tree_destroy) struct tree *tree = promql_tree(question);
    weir_cleanup(weir_free) char *text = printer_json(tree_root(tree));

    ck_assert_str_eq(text, json);
}

START_TEST(writes_selectors_as_json)
{
    expect_json("foo{job=~\"a|b\"}[5m] @ end() offset 1m",
                "{\"type\":\"matrixSelector\",\"name\":\"foo\","
                "\"range\":300000,\"matchers\":[{\"name\":\"job\","
                "\"value\":\"a|b\",\"type\":\"=~\"},{\"name\":"
                "\"__name__\",\"value\":\"foo\",\"type\":\"=\"}],"
                "\"offset\":60000,\"timestamp\":null,"
                "\"startOrEnd\":\"end\"}");
}
END_TEST

START_TEST(writes_aggregations_and_calls_as_json)
{
    expect_json("topk without (a) (1e21, vector(1))",
                "{\"type\":\"aggregation\",\"op\":\"topk\",\"expr\":"
                "{\"type\":\"call\",\"func\":{\"name\":\"vector\","
                "\"argTypes\":[\"scalar\"],\"variadic\":0,"
                "\"returnType\":\"vector\"},\"args\":[{\"type\":"
                "\"numberLiteral\",\"val\":\"1\"}]},\"param\":{\"type\":"
                "\"numberLiteral\",\"val\":\"1000000000000000000000\"},"
                "\"grouping\":[\"a\"],\"without\":true}");
}
END_TEST

START_TEST(writes_how_vectors_meet_as_json)
{
    expect_json(
        "(a) > bool on (x) group_left (y) -b",
        "{\"type\":\"binaryExpr\",\"op\":\">\",\"lhs\":{\"type\":"
        "\"parenExpr\",\"expr\":{\"type\":\"vectorSelector\",\"name\":\"a\","
        "\"matchers\":[{\"name\":\"__name__\",\"value\":\"a\",\"type\":"
        "\"=\"}],\"offset\":0,\"timestamp\":null,\"startOrEnd\":null}},"
        "\"rhs\":{\"type\":\"unaryExpr\",\"op\":\"-\",\"expr\":{\"type\":"
        "\"vectorSelector\",\"name\":\"b\",\"matchers\":[{\"name\":"
        "\"__name__\",\"value\":\"b\",\"type\":\"=\"}],\"offset\":0,"
        "\"timestamp\":null,\"startOrEnd\":null}},\"matching\":{\"card\":"
        "\"many-to-one\",\"labels\":[\"x\"],\"on\":true,\"include\":"
        "[\"y\"]},\"bool\":true}");
}
END_TEST

START_TEST(writes_any_number_and_text_as_json)
{
    expect_json("0.0000001", "{\"type\":\"numberLiteral\",\"val\":"
                             "\"0.0000001\"}");
    expect_json("-Inf", "{\"type\":\"numberLiteral\",\"val\":\"-Inf\"}");
    expect_json("\"a\\xffb\"", "{\"type\":\"stringLiteral\",\"val\":"
                               "\"a\xef\xbf\xbd"
                               "b\"}");
}
END_TEST

SPEC("printer", keeps_on_one_line_what_fits,
     puts_arguments_on_lines_of_their_own, puts_an_operator_between_its_sides,
     goes_deeper_level_by_level, leaves_alone_what_cannot_be_split,
     writes_what_follows_a_subquery_behind_its_last_line,
     writes_selectors_as_json, writes_aggregations_and_calls_as_json,
     writes_how_vectors_meet_as_json, writes_any_number_and_text_as_json)
