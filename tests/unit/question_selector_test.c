/* question_selector_test.c - selectors, times, subqueries, and what is no
 * question
 */
#include <config.h>

#include <errno.h>

#include "question.h"

static const char given_jobs[] = "up{job=\"a\"} 0 1 2 3 4 5 6 7 8 9 10\n"
                                 "up{job=\"b\"} 0 10 20 stale\n"
                                 "down 7\n";

START_TEST(a_selector_gives_the_last_sample_of_each_series)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_jobs);
    static const struct question rows[] = {
        {"up", "up{job=\"a\"} 2\nup{job=\"b\"} 20\n"},
        {"up{job!=\"b\"}", "up{job=\"a\"} 2\n"},
        {"up{job=~\"b|c\"}", "up{job=\"b\"} 20\n"},
        {"{job=\"a\"}", "up{job=\"a\"} 2\n"},
        {"up{job=\"c\"}", ""},
        {"up offset 1m", "up{job=\"a\"} 1\nup{job=\"b\"} 10\n"},
        {"up offset -1m", "up{job=\"a\"} 3\n"},
        {"up @ 60", "up{job=\"a\"} 1\nup{job=\"b\"} 10\n"},
        {"up @ 120 offset 1m", "up{job=\"a\"} 1\nup{job=\"b\"} 10\n"},
        {"(up)", "up{job=\"a\"} 2\nup{job=\"b\"} 20\n"},
        {"3", " 3\n"},
        {"5m", " 300\n"},
        {"\"hello\"", "hello\n"},
        {"-up{job=\"a\"}", "{job=\"a\"} -2\n"},
        {"+up{job=\"a\"}", "up{job=\"a\"} 2\n"},
        {"-3", " -3\n"},
    };

    question_check(given, 150, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(a_sample_counts_for_less_than_the_look_back)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_jobs);

    ck_assert_str_eq(question_at(given, "down", 299.999), "down 7\n");
    ck_assert_str_eq(question_at(given, "down", 300), "");
}
END_TEST

START_TEST(a_stale_marker_ends_a_series)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_jobs);

    ck_assert_str_eq(question_at(given, "up{job=\"b\"}", 179.999),
                     "up{job=\"b\"} 20\n");
    ck_assert_str_eq(question_at(given, "up{job=\"b\"}", 180), "");
}
END_TEST

START_TEST(a_range_is_open_on_the_left_and_has_no_stale_markers)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_jobs);
    static const struct question rows[] = {
        {"up[2m]", "up{job=\"a\"} 120=2 180=3\nup{job=\"b\"} 120=20\n"},
        {"up{job=\"a\"}[1m]", "up{job=\"a\"} 180=3\n"},
        {"up{job=\"a\"}[119s]", "up{job=\"a\"} 120=2 180=3\n"},
        {"up{job=\"a\"}[1m] offset 30s", "up{job=\"a\"} 120=2\n"},
        {"count_over_time(up[4m])", "{job=\"a\"} 4\n{job=\"b\"} 3\n"},
        {"last_over_time(up{job=\"b\"}[10m])", "up{job=\"b\"} 20\n"},
    };

    question_check(given, 180, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(a_subquery_has_steps_at_multiples_of_its_step)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_jobs);
    static const struct question rows[] = {
        {"up{job=\"a\"}[2m:30s]", "up{job=\"a\"} 120=2 150=2 180=3 210=3\n"},
        {"up{job=\"a\"}[3m:]", "up{job=\"a\"} 60=1 120=2 180=3\n"},
        {"(up{job=\"a\"} * 2)[2m:1m]", "{job=\"a\"} 120=4 180=6\n"},
        {"up{job=\"a\"}[1m:1m] offset 1m", "up{job=\"a\"} 120=2\n"},
        {"up{job=\"a\"}[1m:1m] @ 300", "up{job=\"a\"} 300=5\n"},
        {"max_over_time(up{job=\"a\"}[2m:10s] offset 30s)", "{job=\"a\"} 3\n"},
        {"sum_over_time(vector(time())[3m:1m])", " 360\n"},
        {"max_over_time(sum(up @ end())[5m:1m])", " 3\n"},
        {"min_over_time(max_over_time(up{job=\"a\"}[1m:30s])[2m:1m])",
         "{job=\"a\"} 2\n"},
    };

    question_check(given, 210, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(with_steps_all_is_a_matrix_in_the_order_of_labels)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("z{job=\"b\"} 1 _ _ _ _ _ 7\n"
                  "a{job=\"b\"} 5 5 stale\n");
    static const double seconds[3] = {60, 360, 60};

    ck_assert_str_eq(question_over(given, "{job=\"b\"}", seconds),
                     "a{job=\"b\"} 60=5\n"
                     "z{job=\"b\"} 60=1 120=1 180=1 240=1 360=7\n");
    ck_assert_str_eq(question_over(given, "2", seconds),
                     " 60=2 120=2 180=2 240=2 300=2 360=2\n");
    ck_assert_str_eq(question_over(given, "a @ start()", seconds),
                     "a{job=\"b\"} 60=5 120=5 180=5 240=5 300=5 360=5\n");
}
END_TEST

START_TEST(what_is_wrong_is_told_in_the_words_of_prometheus)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("a{x=\"1\"} 1 1 1\nb{x=\"1\"} 1 1 1\na{x=\"2\"} 1 1 1\n");
    static const double seconds[3] = {0, 60, 60};
    static const struct question rows[] = {
        {"-{x=\"1\"}", "error: vector cannot contain metrics with the same "
                       "labelset\n"},
        {"sum_over_time({x=\"1\"}[5m])",
         "error: vector cannot contain metrics with the "
         "same labelset\n"},
        {"topk(NaN, a)", "error: Parameter value is NaN\n"},
        {"topk(NaN, nosuch)", "error: Parameter value is NaN\n"},
        {"a + on() a",
         "error: found duplicate series for the match group {} on the right "
         "hand-side of the operation: [{__name__=\"a\", x=\"2\"}, "
         "{__name__=\"a\", x=\"1\"}];many-to-many matching not allowed: "
         "matching labels must be unique on one side\n"},
        {"a + on() b", "error: multiple matches for labels: many-to-one "
                       "matching must be explicit (group_left/group_right)\n"},
        {"a * on() group_left(x) b",
         "error: multiple matches for labels: grouping labels must ensure "
         "unique matches\n"},
        {"label_replace(a, \"y\", \"$1\", \"x\", \"(\")",
         "error: invalid regular expression in label_replace(): (\n"},
        {"double_exponential_smoothing(a[5m], 1, 0.5)",
         "error: invalid smoothing factor. Expected: 0 < sf < 1, got: "
         "1.000000\n"},
    };

    question_check(given, 120, rows, ARRAY_SIZE(rows));
    ck_assert_str_eq(question_over(given, "a[5m]", seconds),
                     "error: invalid expression type \"range vector\" for "
                     "range query, must be Scalar or instant Vector\n");
}
END_TEST

START_TEST(bounds_end_a_question)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_jobs);
    static const struct moments moments = {0, 600 * NS_PER_S, NS_PER_S,
                                           300 * NS_PER_S};
    struct weir_bounds few = question_all(), late = few, small = few;

    few.samples = 100;
    ck_assert_int_eq(question_ask(given, "up", &moments, &few), -E2BIG);
    ck_assert_str_eq(given->answer,
                     "error: query processing would load too many samples "
                     "into memory in query execution\n");
    late.deadline_ns = 0;
    ck_assert_int_eq(question_ask(given, "up", &moments, &late), -ETIMEDOUT);
    ck_assert_str_eq(given->answer,
                     "error: query timed out in expression evaluation\n");
    small.memory_bytes = 4096;
    ck_assert_int_eq(question_ask(given, "up", &moments, &small), -E2BIG);
}
END_TEST

SPEC("selectors of questions", a_selector_gives_the_last_sample_of_each_series,
     a_sample_counts_for_less_than_the_look_back, a_stale_marker_ends_a_series,
     a_range_is_open_on_the_left_and_has_no_stale_markers,
     a_subquery_has_steps_at_multiples_of_its_step,
     with_steps_all_is_a_matrix_in_the_order_of_labels,
     what_is_wrong_is_told_in_the_words_of_prometheus, bounds_end_a_question)
