/* question_function_test.c - functions of instant vectors and of labels */
#include <config.h>

#include "question.h"

START_TEST(functions_of_numbers_drop_the_name)
{
    weir_cleanup(given_destroy) struct given *given = given_new(
        "one{a=\"x\"} 1\nhalf 0.5\nminus -2.5\nzero 0\nnine 9\nnone NaN\n");
    static const struct question rows[] = {
        {"abs(minus)", " 2.5\n"},
        {"ceil(minus)", " -2\n"},
        {"floor(minus)", " -3\n"},
        {"round(minus)", " -2\n"},
        {"round(half)", " 1\n"},
        {"round(minus, 2)", " -2\n"},
        {"round(vector(0.37), 0.25)", " 0.25\n"},
        {"exp(zero)", " 1\n"},
        {"sqrt(nine)", " 3\n"},
        {"ln(one)", "{a=\"x\"} 0\n"},
        {"log2(vector(8))", " 3\n"},
        {"log10(vector(1000))", " 3\n"},
        {"ln(zero)", " -inf\n"},
        {"sqrt(minus)", " nan\n"},
        {"sgn(minus)", " -1\n"},
        {"sgn(zero)", " 0\n"},
        {"sgn(nine)", " 1\n"},
        {"clamp(nine, 1, 5)", " 5\n"},
        {"clamp(minus, 1, 5)", " 1\n"},
        {"clamp(nine, 5, 1)", ""},
        {"clamp_min(minus, -1)", " -1\n"},
        {"clamp_max(nine, 3)", " 3\n"},
        {"clamp_max(none, 3)", " nan\n"},
        {"clamp_max(none, -Inf)", " -inf\n"},
        {"clamp_min(none, Inf)", " inf\n"},
        {"clamp_max(nine, NaN)", " nan\n"},
        {"sin(zero)", " 0\n"},
        {"cos(zero)", " 1\n"},
        {"tan(zero)", " 0\n"},
        {"asin(one)", "{a=\"x\"} 1.57079632679\n"},
        {"acos(one)", "{a=\"x\"} 0\n"},
        {"atan(one)", "{a=\"x\"} 0.785398163397\n"},
        {"sinh(zero)", " 0\n"},
        {"cosh(zero)", " 1\n"},
        {"tanh(zero)", " 0\n"},
        {"asinh(zero)", " 0\n"},
        {"acosh(one)", "{a=\"x\"} 0\n"},
        {"atanh(zero)", " 0\n"},
        {"deg(vector(pi()))", " 180\n"},
        {"rad(vector(180)) == pi()", " 3.14159265359\n"},
        {"pi()", " 3.14159265359\n"},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(scalars_and_vectors_become_each_other)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("up{a=\"1\"} 1 2\nup{a=\"2\"} 1 3\n");
    static const struct question rows[] = {
        {"vector(3)", " 3\n"},
        {"scalar(up{a=\"2\"})", " 3\n"},
        {"scalar(up)", " nan\n"},
        {"scalar(none)", " nan\n"},
        {"time()", " 90\n"},
        {"timestamp(up)", "{a=\"1\"} 60\n{a=\"2\"} 60\n"},
        {"timestamp((up{a=\"1\"}))", "{a=\"1\"} 60\n"},
        {"timestamp(up{a=\"1\"} + 0)", "{a=\"1\"} 90\n"},
        {"timestamp(up{a=\"1\"} @ 30)", "{a=\"1\"} 0\n"},
        {"absent(up)", ""},
        {"absent(none)", " 1\n"},
        {"absent(none{a=\"b\",c=~\"d\"})", "{a=\"b\"} 1\n"},
        {"absent(none{a=\"b\",a=\"c\"})", " 1\n"},
        {"absent(sum(none{a=\"b\"}))", " 1\n"},
    };

    question_check(given, 90, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(the_calendar_is_that_of_utc)
{
    /* 2024-02-29 23:59:59, a Thursday; 1969-12-31 00:00:00, a Wednesday. */
    weir_cleanup(given_destroy) struct given *given =
        given_new("leap 1709251199\nold -86400\nfar 253402300799\n");
    static const struct question rows[] = {
        {"year(leap)", " 2024\n"},
        {"month(leap)", " 2\n"},
        {"day_of_month(leap)", " 29\n"},
        {"day_of_week(leap)", " 4\n"},
        {"day_of_year(leap)", " 60\n"},
        {"days_in_month(leap)", " 29\n"},
        {"hour(leap)", " 23\n"},
        {"minute(leap)", " 59\n"},
        {"year(old)", " 1969\n"},
        {"month(old)", " 12\n"},
        {"day_of_month(old)", " 31\n"},
        {"day_of_week(old)", " 3\n"},
        {"day_of_year(old)", " 365\n"},
        {"year(far)", " 9999\n"},
        {"day_of_year(far)", " 365\n"},
        {"year()", " 1970\n"},
        {"minute()", " 1\n"},
        {"days_in_month(vector(1677628800))", " 31\n"},
        {"days_in_month(vector(4105123200))", " 28\n"},
    };

    question_check(given, 60, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(labels_are_made_of_labels)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("up{instance=\"db-1:9100\",job=\"node\"} 1\n");
    static const struct question rows[] = {
        {"label_replace(up, \"host\", \"$1\", \"instance\", \"(.*):.*\")",
         "up{host=\"db-1\",instance=\"db-1:9100\",job=\"node\"} 1\n"},
        {"label_replace(up, \"job\", \"${1}x$$\", \"job\", \"(n).*\")",
         "up{instance=\"db-1:9100\",job=\"nx$\"} 1\n"},
        {"label_replace(up, \"job\", \"$name\", \"job\", \"(?P<name>no).*\")",
         "up{instance=\"db-1:9100\",job=\"no\"} 1\n"},
        {"label_replace(up, \"job\", \"$1\", \"job\", \"od\")",
         "up{instance=\"db-1:9100\",job=\"node\"} 1\n"},
        {"label_replace(up, \"job\", \"\", \"job\", \".*\")",
         "up{instance=\"db-1:9100\"} 1\n"},
        {"label_replace(up, \"__name__\", \"down\", \"job\", \"node\")",
         "down{instance=\"db-1:9100\",job=\"node\"} 1\n"},
        {"label_replace(up, \"new\", \"x\", \"missing\", \"\")",
         "up{instance=\"db-1:9100\",job=\"node\",new=\"x\"} 1\n"},
        {"label_replace(up, \"\", \"x\", \"job\", \".*\")",
         "error: invalid destination label name in label_replace(): \n"},
        {"label_join(up, \"both\", \"/\", \"job\", \"instance\", \"none\")",
         "up{both=\"node/db-1:9100/\",instance=\"db-1:9100\",job=\"node\"} "
         "1\n"},
        {"label_join(up, \"job\", \"-\")", "up{instance=\"db-1:9100\"} 1\n"},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(an_answer_at_an_instant_is_sorted)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("x{d=\"sda10\"} 3\nx{d=\"sda9\"} NaN\nx{d=\"sda1\"} 7\n"
                  "x{d=\"b\"} 1\n");
    static const struct question rows[] = {
        {"sort(x)", "x{d=\"b\"} 1\nx{d=\"sda10\"} 3\nx{d=\"sda1\"} 7\n"
                    "x{d=\"sda9\"} nan\n"},
        {"sort_desc(x)", "x{d=\"sda1\"} 7\nx{d=\"sda10\"} 3\nx{d=\"b\"} 1\n"
                         "x{d=\"sda9\"} nan\n"},
        {"sort_by_label(x, \"d\")",
         "x{d=\"b\"} 1\nx{d=\"sda1\"} 7\nx{d=\"sda9\"} nan\n"
         "x{d=\"sda10\"} 3\n"},
        {"sort_by_label_desc(x, \"d\")",
         "x{d=\"sda10\"} 3\nx{d=\"sda9\"} nan\nx{d=\"sda1\"} 7\n"
         "x{d=\"b\"} 1\n"},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(classic_histograms_tell_quantiles_and_shares)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("t_bucket{le=\"0.1\"} 10\nt_bucket{le=\"0.5\"} 30\n"
                  "t_bucket{le=\"1\"} 40\nt_bucket{le=\"+Inf\"} 50\n"
                  "cold_bucket{le=\"-1\"} 5\ncold_bucket{le=\"0\"} 10\n"
                  "cold_bucket{le=\"+Inf\"} 10\n"
                  "cut_bucket{le=\"1\"} 5\n"
                  "torn_bucket{le=\"1\"} 5\ntorn_bucket{le=\"2\"} 3\n"
                  "torn_bucket{le=\"+Inf\"} 10\n"
                  "empty_bucket{le=\"1\"} 0\nempty_bucket{le=\"+Inf\"} 0\n"
                  "bad_bucket{le=\"x\"} 0\n");
    static const struct question rows[] = {
        /* 25 of 50: 15 of the 20 between 0.1 and 0.5. */
        {"histogram_quantile(0.5, t_bucket)", " 0.4\n"},
        {"histogram_quantile(0.1, t_bucket)", " 0.05\n"},
        {"histogram_quantile(0.99, t_bucket)", " 1\n"},
        {"histogram_quantile(0, t_bucket)", " 0\n"},
        {"histogram_quantile(-0.1, t_bucket)",
         " -inf\nwarning: PromQL warning: quantile value should be between 0 "
         "and 1, got -0.1 (1:20)\n"},
        {"histogram_quantile(0.2, cold_bucket)", " -1\n"},
        {"histogram_quantile(0.75, cold_bucket)", " -0.5\n"},
        {"histogram_quantile(0.5, cut_bucket)", " nan\n"},
        {"histogram_quantile(0.5, empty_bucket)", " nan\n"},
        {"histogram_quantile(0.25, torn_bucket)",
         " 0.5\ninfo: PromQL info: input to histogram_quantile needed to be "
         "fixed for monotonicity (see https://prometheus.io/docs/prometheus/"
         "latest/querying/functions/#histogram_quantile) (1:26)\n"},
        {"histogram_quantile(0.5, bad_bucket)",
         "warning: PromQL warning: bucket label \"le\" is missing or has a "
         "malformed value of \"x\" for metric name \"bad_bucket\" (1:25)\n"},
        {"histogram_quantiles(t_bucket, \"q\", 0.5, 1)",
         "{q=\"0.5\"} 0.4\n{q=\"1.0\"} 1\n"},
        {"histogram_fraction(0, 0.5, t_bucket)", " 0.6\n"},
        {"histogram_fraction(0.1, 0.3, t_bucket)", " 0.2\n"},
        {"histogram_fraction(0, Inf, t_bucket)", " 1\n"},
        {"histogram_fraction(1, 2, t_bucket)", " 0\n"},
        {"histogram_fraction(2, 1, t_bucket)", " 0\n"},
        {"histogram_fraction(NaN, 1, t_bucket)", " nan\n"},
        {"histogram_fraction(0, 1, empty_bucket)", " nan\n"},
        {"histogram_count(t_bucket)", ""},
    };

    question_check(given, 0, rows, ARRAY_SIZE(rows));
}
END_TEST

SPEC("functions", functions_of_numbers_drop_the_name,
     scalars_and_vectors_become_each_other, the_calendar_is_that_of_utc,
     labels_are_made_of_labels, an_answer_at_an_instant_is_sorted,
     classic_histograms_tell_quantiles_and_shares)
