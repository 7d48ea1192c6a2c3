/* question_aggregation_test.c - aggregators: groups of series, and ranks */
#include <config.h>

#include "question.h"

static const char given_hosts[] = "cpu{host=\"a\",core=\"0\"} 1\n"
                                  "cpu{host=\"a\",core=\"1\"} 3\n"
                                  "cpu{host=\"b\",core=\"0\"} 5\n"
                                  "cpu{host=\"b\",core=\"1\"} 7\n"
                                  "cpu{host=\"c\",core=\"0\"} 4\n"
                                  "odd{n=\"1\"} NaN\n"
                                  "odd{n=\"2\"} 2\n"
                                  "odd{n=\"3\"} Inf\n"
                                  "big{n=\"1\"} 1.7e308\n"
                                  "big{n=\"2\"} 1.7e308\n"
                                  "subtle{n=\"1\"} 1\n"
                                  "subtle{n=\"2\"} 1e100\n"
                                  "subtle{n=\"3\"} 1\n"
                                  "subtle{n=\"4\"} -1e100\n";

START_TEST(a_group_has_the_labels_by_which_it_is_grouped)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_hosts);
    static const struct question rows[] = {
        {"sum(cpu)", " 20\n"},
        {"sum by (host) (cpu)",
         "{host=\"a\"} 4\n{host=\"b\"} 12\n{host=\"c\"} 4\n"},
        {"sum(cpu) without (core)",
         "{host=\"a\"} 4\n{host=\"b\"} 12\n{host=\"c\"} 4\n"},
        {"sum by (nothing) (cpu)", " 20\n"},
        {"sum by (__name__) (cpu)", "cpu 20\n"},
        {"sum without () (cpu{host=\"c\"})", "{core=\"0\",host=\"c\"} 4\n"},
        {"sum(none)", ""},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(a_group_becomes_one_value)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_hosts);
    static const struct question rows[] = {
        {"avg(cpu)", " 4\n"},
        {"min(cpu)", " 1\n"},
        {"max(cpu)", " 7\n"},
        {"count(cpu)", " 5\n"},
        {"group(cpu)", " 1\n"},
        {"stdvar(cpu)", " 4\n"},
        {"stddev(cpu)", " 2\n"},
        {"quantile(0.5, cpu)", " 4\n"},
        {"quantile(0.25, cpu)", " 3\n"},
        {"quantile(0.1, cpu)", " 1.8\n"},
        {"quantile(-1, cpu)",
         " -inf\nwarning: PromQL warning: quantile value should be between 0 "
         "and 1, got -1 (1:10)\n"},
        {"max(odd)", " inf\n"},
        {"min(odd)", " 2\n"},
        {"sum(odd)", " nan\n"},
        {"stddev(odd)", " nan\n"},
        {"quantile(0, odd)", " nan\n"},
        {"avg(big)", " 1.7e+308\n"},
        {"sum(big)", " inf\n"},
        {"sum(subtle)", " 2\n"},
        {"avg(subtle)", " 0.5\n"},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(ranks_choose_series_of_each_group)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_hosts);
    static const struct question rows[] = {
        {"topk(2, cpu)", "cpu{core=\"1\",host=\"b\"} 7\n"
                         "cpu{core=\"0\",host=\"b\"} 5\n"},
        {"bottomk(2, cpu)", "cpu{core=\"0\",host=\"a\"} 1\n"
                            "cpu{core=\"1\",host=\"a\"} 3\n"},
        {"topk by (host) (1, cpu)", "cpu{core=\"1\",host=\"a\"} 3\n"
                                    "cpu{core=\"1\",host=\"b\"} 7\n"
                                    "cpu{core=\"0\",host=\"c\"} 4\n"},
        {"topk(2, odd)", "odd{n=\"3\"} inf\nodd{n=\"2\"} 2\n"},
        {"bottomk(3, odd)",
         "odd{n=\"2\"} 2\nodd{n=\"3\"} inf\nodd{n=\"1\"} nan\n"},
        {"topk(0, cpu)", ""},
        {"topk(-1, cpu)", ""},
        {"count(topk(100, cpu))", " 5\n"},
        {"count(limitk(2, cpu))", " 2\n"},
        {"count(limitk by (host) (1, cpu))", " 3\n"},
        {"count(limit_ratio(1, cpu))", " 5\n"},
        {"count(limit_ratio(0.5, cpu) or limit_ratio(-0.5, cpu))", " 5\n"},
        {"limit_ratio(0.5, cpu) and limit_ratio(-0.5, cpu)", ""},
        {"limit_ratio(0, cpu)", ""},
        {"count(limit_ratio(2, cpu))",
         " 5\nwarning: PromQL warning: ratio value should be between -1 and 1, "
         "got 2, capping to 1 (1:19)\n"},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(values_are_counted_by_their_text)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("version{host=\"a\"} 1.5\nversion{host=\"b\"} 1.5\n"
                  "version{host=\"c\"} 2\n"
                  "wide{host=\"a\"} 1e21\nwide{host=\"b\"} 1.25e-7\n"
                  "wide{host=\"c\"} -Inf\n");
    static const struct question rows[] = {
        {"count_values(\"v\", version)", "{v=\"1.5\"} 2\n{v=\"2\"} 1\n"},
        {"count_values by (host) (\"v\", version{host!=\"b\"})",
         "{host=\"a\",v=\"1.5\"} 1\n{host=\"c\",v=\"2\"} 1\n"},
        {"count_values without (host) (\"v\", version)",
         "{v=\"1.5\"} 2\n{v=\"2\"} 1\n"},
        {"count_values(\"v\", wide)", "{v=\"1000000000000000000000\"} 1\n"
                                      "{v=\"0.000000125\"} 1\n"
                                      "{v=\"-Inf\"} 1\n"},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(each_step_has_its_own_ranks)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("load{host=\"a\"} 1 5 1 stale\nload{host=\"b\"} 2 2 2 2\n");
    static const double seconds[3] = {0, 180, 60};

    ck_assert_str_eq(question_over(given, "topk(1, load)", seconds),
                     "load{host=\"a\"} 60=5\n"
                     "load{host=\"b\"} 0=2 120=2 180=2\n");
    ck_assert_str_eq(question_over(given, "avg(load)", seconds),
                     " 0=1.5 60=3.5 120=1.5 180=2\n");
    ck_assert_str_eq(
        question_over(given, "topk(scalar(count(load)), load)", seconds),
        "load{host=\"a\"} 0=1 60=5 120=1\n"
        "load{host=\"b\"} 0=2 60=2 120=2 180=2\n");
}
END_TEST

SPEC("aggregators", a_group_has_the_labels_by_which_it_is_grouped,
     a_group_becomes_one_value, ranks_choose_series_of_each_group,
     values_are_counted_by_their_text, each_step_has_its_own_ranks)
