/* question_window_test.c - functions of ranges: rates, figures over time,
 * trends
 *
 * Where a value is not obvious, how it comes about stands beside it.
 */
#include <config.h>

#include "question.h"

static const char given_values[] = "hits_total 0 60 120 180 240 300\n"
                                   "reset_total 100 160 20 80 140 200\n"
                                   "late_total _ _ _ 10 20 30\n"
                                   "temperature 20 22 21 25 24 23\n"
                                   "flat 5 5 5 5 5 5\n"
                                   "odd NaN 1 NaN NaN 2 1\n"
                                   "once _ _ _ _ _ 7\n"
                                   "huge 1.7e308 1.7e308 1.7e308 _ _ 1.7e308\n"
                                   "subtle 1 1e100 1 -1e100 _ _\n";

START_TEST(rates_go_on_to_the_ends_of_their_window)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_values);
    static const struct question rows[] = {
        /* In (60, 300] are 120..300 at 120..300 s: 180 over 180 s, and the
         * window's start is 60 s away, less than 1.1 times the distance: 240 s
         * are covered. */
        {"increase(hits_total[4m])", " 240\n"},
        {"rate(hits_total[4m])", " 1\n"},
        /* From (0, 300], 60 to 300: the counter reaches 0 at the start. */
        {"increase(hits_total[5m])", " 300\n"},
        /* Reset: 160 + (20 -) ... 200 - 160 + 160 = 200 over 240 s, window
         * 300 s, which goes back 60 s; 0 would be at 240 * 160 / 200. */
        {"increase(reset_total[5m])", " 250\n"},
        {"rate(reset_total[5m])", " 0.833333333333\n"},
        /* 10 to 30 in 120 s; back to the start are 180 s, too far, so half a
         * distance, 30 s, and 0 is 60 s away: 20 * 150 / 120. */
        {"increase(late_total[6m])", " 25\n"},
        /* 22 to 23 in 240 s, of 300. */
        {"delta(temperature[5m])", " 1.25\n"},
        {"delta(flat[5m])", " 0\n"},
        {"irate(hits_total[5m])", " 1\n"},
        {"irate(reset_total[4m] offset 3m)", " 0.333333333333\n"},
        {"idelta(temperature[5m])", " -1\n"},
        {"delta(once[5m])", ""},
        {"irate(once[5m])", ""},
        {"resets(reset_total[6m])", " 1\n"},
        {"resets(temperature[6m])", " 3\n"},
        {"resets(once[6m])", " 0\n"},
        {"changes(temperature[6m])", " 5\n"},
        {"changes(flat[6m])", " 0\n"},
        /* NaN to 1, 1 to NaN, NaN to 2, 2 to 1. */
        {"changes(odd[6m])", " 4\n"},
    };

    question_check(given, 300, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(figures_over_time_are_of_all_samples_in_the_window)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_values);
    static const struct question rows[] = {
        {"avg_over_time(temperature[6m])", " 22.5\n"},
        {"min_over_time(temperature[6m])", " 20\n"},
        {"max_over_time(temperature[6m])", " 25\n"},
        {"sum_over_time(temperature[6m])", " 135\n"},
        {"count_over_time(temperature[6m])", " 6\n"},
        {"first_over_time(temperature[6m])", "temperature 20\n"},
        {"last_over_time(temperature[6m])", "temperature 23\n"},
        {"present_over_time(temperature[6m])", " 1\n"},
        {"ts_of_first_over_time(temperature[6m])", " 0\n"},
        {"ts_of_last_over_time(temperature[6m])", " 300\n"},
        {"ts_of_max_over_time(temperature[6m])", " 180\n"},
        {"ts_of_min_over_time(flat[6m])", " 300\n"},
        /* Of 20 21 22 23 24 25 the squares of the distances to 22.5 add up to
         * 17.5. */
        {"stdvar_over_time(temperature[6m])", " 2.91666666667\n"},
        {"stddev_over_time(flat[6m])", " 0\n"},
        {"quantile_over_time(0.5, temperature[6m])", " 22.5\n"},
        {"quantile_over_time(0.25, temperature[6m])", " 21.25\n"},
        {"quantile_over_time(2, temperature[6m])",
         " inf\nwarning: PromQL warning: quantile value should be between 0 "
         "and 1, got 2 (1:20)\n"},
        /* Distances to the median: 2.5 1.5 0.5 0.5 1.5 2.5. */
        {"mad_over_time(temperature[6m])", " 1.5\n"},
        {"max_over_time(odd[6m])", " 2\n"},
        {"min_over_time(odd[6m])", " 1\n"},
        {"sum_over_time(odd[6m])", " nan\n"},
        {"avg_over_time(huge[6m])", " 1.7e+308\n"},
        {"sum_over_time(huge[6m])", " inf\n"},
        {"sum_over_time(subtle[6m])", " 2\n"},
        {"avg_over_time(subtle[6m])", " 0.5\n"},
        {"absent_over_time(once[6m])", ""},
        {"absent_over_time(once[6m] offset 1m)", " 1\n"},
        {"absent_over_time(none{a=\"b\",c!=\"d\"}[6m])", "{a=\"b\"} 1\n"},
        {"avg_over_time(none[6m])", ""},
    };

    question_check(given, 300, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(trends_are_lines_of_least_squares)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("line 0 30 60 90 120 150\nflat 5 5 5\nbent 0 1 4 9 16 25\n"
                  "once _ _ _ _ _ 7\nendless Inf Inf Inf\n");
    static const struct question rows[] = {
        {"deriv(line[6m])", " 0.5\n"},
        {"deriv(flat[6m])", " 0\n"},
        {"deriv(once[6m])", ""},
        {"deriv(endless[6m])", " nan\n"},
        {"predict_linear(line[6m], 60)", " 180\n"},
        {"predict_linear(flat[6m], 1h)", " 5\n"},
        {"predict_linear(line[3m] offset 1m, 60)", " 180\n"},
        {"predict_linear(line[3m] @ 120, 60)", " 180\n"},
        /* Least squares over 0..25 at 0..300 s: 5 a minute, 50/6 at the
         * middle. */
        {"deriv(bent[6m])", " 0.0833333333333\n"},
        {"double_exponential_smoothing(line[6m], 0.5, 0.5)", " 150\n"},
        /* Level 0, trend 1; 1 (1 + 0.5 * 0): level 1, trend stays 1, then
         * level 3 = 0.5 * 4 + 0.5 * (1 + 1). */
        {"double_exponential_smoothing(bent[3m] @ 120, 0.5, 0.5)", " 3\n"},
    };

    question_check(given, 300, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(a_rate_of_what_is_no_counter_is_told)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_values);

    ck_assert_str_eq(question_at(given, "sum(rate(temperature[1m:1m]))", 300),
                     "");
    ck_assert_str_eq(
        question_at(given, "rate(flat[5m])", 300),
        " 0\ninfo: PromQL info: metric might not be a counter, name does not "
        "end in _total/_sum/_count/_bucket: \"flat\" (1:6)\n");
}
END_TEST

SPEC("functions of ranges", rates_go_on_to_the_ends_of_their_window,
     figures_over_time_are_of_all_samples_in_the_window,
     trends_are_lines_of_least_squares, a_rate_of_what_is_no_counter_is_told)
