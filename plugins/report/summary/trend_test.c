/* trend_test.c - trends, moves, words and schedules: all that is computed */
#include <config.h>

#include "trend.h"

#include <errno.h>
#include <math.h>
#include <time.h>

#include "base.h"
#include "robust.h"
#include "schedule.h"
#include "spec.h"
#include "words.h"

static const double none = (double)NAN;

static struct trend
trend_of(const double values[], size_t count)
{
    struct trend trend;

    trend_find(values, count, 1, &trend);
    return trend;
}

/* Robust figures ----------------------------------------------------------- */

START_TEST(a_median_is_the_one_in_the_middle_or_halfway_between_two)
{
    double odd[] = {5, -1, 3}, even[] = {4, 1, 3, 2}, one[] = {7};
    double large[] = {1.7e308, 1.5e308};

    ck_assert_double_eq(robust_median(odd, 3), 3);
    ck_assert_double_eq(robust_median(even, 4), 2.5);
    ck_assert_double_eq(robust_median(one, 1), 7);
    ck_assert_double_eq_tol(robust_median(large, 2), 1.6e308, 1e295);
}
END_TEST

START_TEST(a_spread_does_not_see_the_one_that_is_far_out)
{
    double values[] = {1, 2, 3, 4, 5, 6, 1e9};

    /* Distances from 4: 0 1 1 2 2 3 and a wild one; the middle one is 2. */
    ck_assert_double_eq_tol(robust_spread(values, 7, 4), 2 * 1.4826, 1e-12);
}
END_TEST

static double
move_of(const double from[], const double to[], size_t count)
{
    double before[16], now[16];

    memcpy(before, from, count * sizeof(*from));
    memcpy(now, to, count * sizeof(*to));
    return robust_move(&(struct robust_sides){before, now, count, count});
}

START_TEST(a_move_is_measured_by_what_was_usual)
{
    static const double calm[] = {9, 10, 11, 10, 10.5, 9.5};
    static const double wild[] = {0, 20, 5, 15, 10, 10};
    static const double high[] = {19, 20, 21, 20, 20.5, 19.5};
    static const double same[] = {8, 8, 8, 8, 8, 8};

    /* Medians 10 and 20, distances of 'calm' 0 0 .5 .5 1 1. */
    ck_assert_double_eq_tol(move_of(calm, high, 6), 10 / (1.4826 * .5), 1e-9);
    ck_assert_double_lt(move_of(wild, high, 6), 2);
    ck_assert_double_eq(move_of(calm, calm, 6), 0);
    ck_assert_double_eq(move_of(same, same, 6), 0);
    /* What never varied has a fiftieth of the larger level for its spread. */
    ck_assert_double_eq_tol(move_of(same, high, 6), 12 / (20 * .02), 1e-9);
    ck_assert_double_nan(move_of(calm, high, 2));
}
END_TEST

/* Trends ------------------------------------------------------------------- */

START_TEST(ten_values_that_rise_are_a_trend_as_the_books_have_it)
{
    static const double values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    struct trend trend = trend_of(values, 10);

    /* S = 45, Var S = 10 * 9 * 25 / 18 = 125, Z = 44 / sqrt(125), and the two
     * sides of the normal distribution beyond that. */
    ck_assert_double_eq(trend.slope, 1);
    ck_assert_double_eq_tol(trend.z, 3.935479640399647, 1e-12);
    ck_assert_double_eq_tol(trend.p, 8.303071e-05, 1e-10);
    ck_assert_double_eq(trend.inflate, 1);
    ck_assert_double_eq(trend.level, 5.5);
    ck_assert_int_eq(trend_judge(&trend, 10), TREND_RISES);
}
END_TEST

START_TEST(ties_make_the_variance_smaller)
{
    static const double values[] = {2, 1, 2, 3, 2, 4, 3, 3};

    struct trend trend = trend_of(values, 8);

    /* Each against all later ones: S = 3 + 6 + 4 + 0 + 3 - 2 + 0 = 14.  Two
     * ties of three: Var S = (8 * 7 * 21 - 2 * (3 * 2 * 11)) / 18 = 58. */
    ck_assert_double_eq_tol(trend.z, 13 / sqrt(58), 1e-12);
    ck_assert_double_eq_tol(trend.p, erfc(13 / sqrt(58) / sqrt(2)), 1e-15);
}
END_TEST

START_TEST(the_slope_is_the_median_of_those_of_all_pairs)
{
    static const double values[] = {0, 2, 1, 3, 100, 5, 6, 7};
    static const double falling[] = {16, 14, 12, none, 8, 6, 4, 2, 0};

    /* The wild one sways the mean, and not the median. */
    ck_assert_double_eq(trend_of(values, 8).slope, 1);
    /* What is missing takes its time, too. */
    ck_assert_double_eq(trend_of(falling, 9).slope, -2);
    ck_assert_uint_eq(trend_of(falling, 9).count, 8);
}
END_TEST

START_TEST(a_step_is_as_long_as_it_is)
{
    static const double values[] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct trend trend;

    trend_find(values, 8, 900, &trend);

    ck_assert_double_eq(trend.slope, 1.0 / 900);
}
END_TEST

START_TEST(too_few_values_are_no_trend)
{
    static const double values[] = {
        1, 2, 3, none, 5, 6, (double)INFINITY, 8, -(double)INFINITY, none, 9};
    struct trend trend = trend_of(values, 11);

    ck_assert_uint_eq(trend.count, 7);
    ck_assert_int_eq(trend_judge(&trend, 11), TREND_TOO_FEW);
    trend = trend_of(values, 0);
    ck_assert_int_eq(trend_judge(&trend, 11), TREND_TOO_FEW);
}
END_TEST

START_TEST(what_stays_the_same_is_steady)
{
    static const double values[] = {4, 4, 4, 4, 4, 4, 4, 4};
    static const double zeros[12];
    struct trend trend = trend_of(values, 8);

    ck_assert_double_eq(trend.slope, 0);
    ck_assert_double_eq(trend.z, 0);
    ck_assert_double_eq(trend.p, 1);
    ck_assert_int_eq(trend_judge(&trend, 8), TREND_STEADY);
    trend = trend_of(zeros, 12);
    ck_assert_int_eq(trend_judge(&trend, 12), TREND_STEADY);
}
END_TEST

START_TEST(a_trend_that_is_sure_but_slight_is_steady)
{
    double values[50];

    for (size_t i = 0; i < 50; i++)
        values[i] = 1000 + (double)i / 100;
    struct trend trend = trend_of(values, 50);

    ck_assert_double_lt(trend.p, 0.001);
    ck_assert_int_eq(trend_judge(&trend, 50), TREND_STEADY);
}
END_TEST

START_TEST(to_and_fro_is_no_trend)
{
    static const double values[] = {1, 9, 2, 8, 3, 7, 2, 8, 1, 9};
    struct trend trend = trend_of(values, 10);

    ck_assert_double_ge(trend.p, 0.05);
    ck_assert_int_eq(trend_judge(&trend, 10), TREND_UNCLEAR);
}
END_TEST

/* Returns a value of about the normal distribution. */
static double
noise(uint64_t *state)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += (double)(spec_random(state) >> 11) * 0x1p-53;
    return sum;
}

/* Counts the trends found among 'runs' of 96 values that have none. */
static int
count_trends(int runs, double memory)
{
    uint64_t state = 7; /* the same each time: chance must not fail a build */
    double values[96];
    int found = 0;

    for (int run = 0; run < runs; run++) {
        double last = 0;
        for (size_t i = 0; i < 96; i++)
            values[i] = last = memory * last + noise(&state);
        found += trend_of(values, 96).p < 0.05;
    }
    return found;
}

START_TEST(chance_is_taken_for_a_trend_one_time_in_twenty)
{
    ck_assert_int_le(count_trends(400, 0), 32);
    ck_assert_int_ge(count_trends(400, 0), 4);
}
END_TEST

START_TEST(neighbours_that_resemble_do_not_make_a_trend)
{
    static const double values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    double wave[96];

    for (size_t i = 0; i < 96; i++)
        wave[i] = sin((double)i / 30);
    struct trend trend = trend_of(wave, 96);

    ck_assert_double_gt(trend.inflate, 10);
    /* Without the correction, nearly half of these are called trends. */
    ck_assert_int_le(count_trends(400, 0.8), 60);
    ck_assert_double_eq(trend_of(values, 10).inflate, 1);
}
END_TEST

START_TEST(values_of_any_size_break_nothing)
{
    static const double values[] = {1.7e308, -1.7e308, 1e-300, 5e-324, -0.0,
                                    1.7e308, -1.7e308, 0,      1,      2};
    struct trend trend = trend_of(values, 10);

    ck_assert_uint_eq(trend.count, 10);
    ck_assert_double_ge(trend.p, 0);
    ck_assert_double_le(trend.p, 1);
    (void)trend_judge(&trend, 10);
}
END_TEST

/* Words -------------------------------------------------------------------- */

START_TEST(numbers_have_the_units_that_people_know)
{
    static const struct {
        double number;
        const char *unit, *text;
    } cases[] = {
        {1310720, "bytes", "1.25 MiB"},
        {0.0125, "seconds", "12.5 ms"},
        {0.85, "ratio", "85 %"},
        {1310720, "bytes/s", "1.25 MiB/s"},
        {0.5, "seconds/s", "50 %"},
        {12345, "jobs", "12.3k jobs"},
        {12, "/s", "12/s"},
        {12, "", "12"},
        {-3.5, "", "-3.50"},
        {(double)INFINITY, "bytes", "inf"},
        {(double)NAN, "bytes/s", "-"},
        {-(double)INFINITY, "", "-inf"},
    };
    char text[WORDS_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        ck_assert_str_eq(words_number(cases[i].number, cases[i].unit, text),
                         cases[i].text);
}
END_TEST

START_TEST(changes_are_told_in_percent_where_there_is_one)
{
    static const struct {
        double before, now;
        const char *text;
    } cases[] = {
        {2, 3, "+50 %"},       {3, 2, "-33 %"},
        {-2, -1, "+50 %"},     {1000, 1001, "+0.1 %"},
        {5, 5, "the same"},    {0, 1, "from 0"},
        {0, 0, "the same"},    {1, 100, "100 times"},
        {(double)NAN, 1, "-"}, {1, (double)INFINITY, "-"},
    };
    char text[WORDS_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        ck_assert_str_eq(words_change(cases[i].before, cases[i].now, text),
                         cases[i].text);
}
END_TEST

START_TEST(trends_are_told_per_a_time_of_which_the_window_has_some)
{
    static const struct trend trend = {
        .count = 96, .slope = 1048576.0 / 3600, .p = 0.004, .level = 1};
    struct trend other = trend;
    char text[WORDS_SIZE];

    ck_assert_str_eq(words_trend(&trend, 86400, "bytes", text),
                     "rises by 1 MiB an hour (99 % sure)");
    ck_assert_str_eq(words_trend(&trend, 7 * 86400, "bytes", text),
                     "rises by 24 MiB a day (99 % sure)");
    other.slope = -1;
    other.p = 1e-9;
    ck_assert_str_eq(words_trend(&other, 3600, "", text),
                     "falls by 60 a minute (over 99.9 % sure)");
    other.slope = 0.01 / 3600;
    other.p = 0.0499;
    ck_assert_str_eq(words_trend(&other, 86400, "ratio", text),
                     "rises by 1 percentage points an hour (95 % sure)");
    other.p = 0.5;
    other.spread = 1;
    ck_assert_str_eq(words_trend(&other, 86400, "ratio", text),
                     "no clear trend");
}
END_TEST

START_TEST(durations_are_told_as_they_are_said)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {{86400, "24 hours"},  {7 * 86400, "7 days"},
                 {5400, "90 minutes"}, {10, "10 seconds"},
                 {3600, "1 hour"},     {172800, "2 days"}};
    char text[WORDS_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        ck_assert_str_eq(words_duration(cases[i].seconds * NS_PER_S, text),
                         cases[i].text);
}
END_TEST

/* Schedules ---------------------------------------------------------------- */

static struct schedule
schedule_of(const char *zone, int64_t every_s, const char *at)
{
    struct schedule schedule;
    char why[256] = "";

    ck_assert_int_eq(setenv("TZ", zone, 1), 0);
    tzset();
    ck_assert_msg(
        schedule_read(every_s * NS_PER_S, at, &schedule, why, sizeof(why)) == 0,
        "%s", why);
    return schedule;
}

/* Writes when the next one after 'seconds' is, in the local zone. */
static const char *
next_after(const struct schedule *schedule, const char *when, char text[40])
{
    struct tm date = {.tm_isdst = -1};

    ck_assert_ptr_nonnull(strptime(when, "%Y-%m-%d %H:%M:%S", &date));
    time_t next =
        (time_t)(schedule_next(schedule, mktime(&date) * NS_PER_S) / NS_PER_S);
    ck_assert_ptr_nonnull(localtime_r(&next, &date));
    (void)strftime(text, 40, "%a %Y-%m-%d %H:%M:%S %z", &date);
    return text;
}

START_TEST(a_days_report_comes_each_day_at_that_local_time)
{
    struct schedule day = schedule_of("Europe/Berlin", 86400, "06:00");
    char text[40];

    ck_assert_str_eq(next_after(&day, "2026-11-23 05:59:59", text),
                     "Mon 2026-11-23 06:00:00 +0100");
    ck_assert_str_eq(next_after(&day, "2026-11-23 06:00:00", text),
                     "Tue 2026-11-24 06:00:00 +0100");
    /* Clocks are set on these days. */
    ck_assert_str_eq(next_after(&day, "2026-10-24 07:00:00", text),
                     "Sun 2026-10-25 06:00:00 +0100");
    ck_assert_str_eq(next_after(&day, "2026-10-25 06:00:00", text),
                     "Mon 2026-10-26 06:00:00 +0100");
    ck_assert_str_eq(next_after(&day, "2026-03-28 07:00:00", text),
                     "Sun 2026-03-29 06:00:00 +0200");
    day = schedule_of("Europe/Berlin", 86400, "02:30");
    ck_assert_str_eq(next_after(&day, "2026-03-28 07:00:00", text),
                     "Sun 2026-03-29 03:30:00 +0200");
}
END_TEST

START_TEST(a_weeks_report_comes_on_its_day)
{
    struct schedule week = schedule_of("UTC", 7 * 86400, "Fri 18:30");
    struct schedule plain = schedule_of("UTC", 7 * 86400, "6:00");
    char text[40];

    ck_assert_str_eq(next_after(&week, "2026-11-23 12:00:00", text),
                     "Fri 2026-11-27 18:30:00 +0000");
    ck_assert_str_eq(next_after(&week, "2026-11-27 18:30:00", text),
                     "Fri 2026-12-04 18:30:00 +0000");
    ck_assert_str_eq(next_after(&plain, "2026-11-24 12:00:00", text),
                     "Mon 2026-11-30 06:00:00 +0000");
}
END_TEST

START_TEST(reports_of_a_part_of_a_day_are_counted_from_that_time)
{
    struct schedule part = schedule_of("UTC", 8 * 3600, "06:00");
    struct schedule minute = schedule_of("UTC", 15 * 60, "00:05");
    char text[40];

    ck_assert_str_eq(next_after(&part, "2026-11-23 23:00:00", text),
                     "Tue 2026-11-24 06:00:00 +0000");
    ck_assert_str_eq(next_after(&part, "2026-11-23 06:00:00", text),
                     "Mon 2026-11-23 14:00:00 +0000");
    ck_assert_str_eq(next_after(&part, "2026-11-23 21:59:59", text),
                     "Mon 2026-11-23 22:00:00 +0000");
    ck_assert_str_eq(next_after(&minute, "2026-11-23 12:05:00", text),
                     "Mon 2026-11-23 12:20:00 +0000");
}
END_TEST

START_TEST(each_hour_has_its_report_where_clocks_are_set)
{
    struct schedule hour = schedule_of("Europe/Berlin", 3600, "00:00");
    int64_t begin_ns = 1792792800 * NS_PER_S; /* 2026-10-24 00:00 there */
    int64_t at_ns = begin_ns;

    for (int64_t i = 1; i <= 96; i++) {
        at_ns = schedule_next(&hour, at_ns);
        ck_assert_int_eq(at_ns, begin_ns + i * 3600 * NS_PER_S);
    }
}
END_TEST

START_TEST(a_time_that_is_none_is_told)
{
    static const struct {
        int64_t every_s;
        const char *at, *why;
    } cases[] = {
        {86400, "25:00", "at: a time of day"},
        {86400, "6", "at: a time"},
        {86400, "06:60", "at: a time of day"},
        {86400, "", "at: a time"},
        {86400, "06:00h", "at: a time of day"},
        {86400, "Mon 06:00", "at: a weekday is for"},
        {100000, "06:00", "every: a week"},
        {3700, "06:00", "every:"},
        {0, "06:00", "every:"},
    };
    struct schedule schedule;
    char why[256];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        ck_assert_int_eq(schedule_read(cases[i].every_s * NS_PER_S, cases[i].at,
                                       &schedule, why, sizeof(why)),
                         -EINVAL);
        ck_assert_msg(strstr(why, cases[i].why) == why, "%s", why);
    }
}
END_TEST

SPEC("what report summary computes",
     a_median_is_the_one_in_the_middle_or_halfway_between_two,
     a_spread_does_not_see_the_one_that_is_far_out,
     a_move_is_measured_by_what_was_usual,
     ten_values_that_rise_are_a_trend_as_the_books_have_it,
     ties_make_the_variance_smaller,
     the_slope_is_the_median_of_those_of_all_pairs, a_step_is_as_long_as_it_is,
     too_few_values_are_no_trend, what_stays_the_same_is_steady,
     a_trend_that_is_sure_but_slight_is_steady, to_and_fro_is_no_trend,
     chance_is_taken_for_a_trend_one_time_in_twenty,
     neighbours_that_resemble_do_not_make_a_trend,
     values_of_any_size_break_nothing, numbers_have_the_units_that_people_know,
     changes_are_told_in_percent_where_there_is_one,
     trends_are_told_per_a_time_of_which_the_window_has_some,
     durations_are_told_as_they_are_said,
     a_days_report_comes_each_day_at_that_local_time,
     a_weeks_report_comes_on_its_day,
     reports_of_a_part_of_a_day_are_counted_from_that_time,
     each_hour_has_its_report_where_clocks_are_set, a_time_that_is_none_is_told)
