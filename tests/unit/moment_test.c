/* moment_test.c - times and durations as people type and read them */
#include <config.h>

#include <errno.h>
#include <time.h>

#include "base.h"
#include "cli/moment.h"
#include "spec.h"

/* 2026-11-23T10:30:00Z */
static const int64_t now_ns = 1795429800 * NS_PER_S;

static void
set_zone(const char *zone)
{
    (void)setenv("TZ", zone, 1);
    tzset();
}

static int64_t
seconds_of(const char *text)
{
    const char *why = "";
    int64_t ns = 0;

    ck_assert_msg(moment_read(text, now_ns, &ns, &why) == 0, "%s: %s", text,
                  why);
    ck_assert_int_eq(ns % NS_PER_S, 0);
    return ns / NS_PER_S;
}

static void
is_refused(const char *text)
{
    const char *why = NULL;
    int64_t ns = 0;

    ck_assert_msg(moment_read(text, now_ns, &ns, &why) == -EINVAL, "%s", text);
    ck_assert_ptr_nonnull(why);
}

START_TEST(reads_times_relative_to_now)
{
    static const struct {
        const char *text;
        int64_t away_s;
    } times[] = {
        {"now", 0},       {"now-1h", -3600},   {"now+5m", 300},
        {"-1h", -3600},   {"-1h30m", -5400},   {"+90s", 90},
        {"-1.5h", -5400}, {"-2d", -2 * 86400}, {"now-1w", -7 * 86400},
    };

    for (size_t i = 0; i < ARRAY_SIZE(times); i++)
        ck_assert_int_eq(seconds_of(times[i].text),
                         now_ns / NS_PER_S + times[i].away_s);
}
END_TEST

START_TEST(reads_rfc_3339_with_its_zone)
{
    set_zone("CET-1");
    ck_assert_int_eq(seconds_of("2026-11-23T10:30:00Z"), 1795429800);
    ck_assert_int_eq(seconds_of("2026-11-23t10:30:00z"), 1795429800);
    ck_assert_int_eq(seconds_of("2026-11-23T10:30:00+01:00"), 1795426200);
    ck_assert_int_eq(seconds_of("2026-11-23 10:30-00:30"), 1795431600);
}
END_TEST

START_TEST(takes_a_time_without_zone_for_local)
{
    set_zone("CET-1");
    ck_assert_int_eq(seconds_of("2026-11-23T10:30:00"), 1795426200);
    ck_assert_int_eq(seconds_of("2026-11-23 10:30"), 1795426200);
    ck_assert_int_eq(seconds_of("2026-11-23"), 1795388400);
}
END_TEST

START_TEST(follows_summer_time)
{
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    ck_assert_int_eq(seconds_of("2026-07-01 12:00"), 1782900000);
    ck_assert_int_eq(seconds_of("2026-12-01 12:00"), 1796122800);
}
END_TEST

START_TEST(reads_seconds_since_1970_with_milliseconds)
{
    const char *why = NULL;
    int64_t ns = 0;

    ck_assert_int_eq(seconds_of("1795429800"), 1795429800);
    ck_assert_int_eq(moment_read("1795429800.25", now_ns, &ns, &why), 0);
    ck_assert_int_eq(ns, 1795429800 * NS_PER_S + 250 * NS_PER_MS);
    ck_assert_int_eq(moment_read("2026-11-23T10:30:00.25Z", now_ns, &ns, &why),
                     0);
    ck_assert_int_eq(ns, 1795429800 * NS_PER_S + 250 * NS_PER_MS);
}
END_TEST

START_TEST(refuses_what_is_no_time)
{
    static const char *const texts[] = {
        "",
        "yesterday",
        "nowhere",
        "now1h",
        "now-",
        "-",
        "-5",
        "now-5",
        "2026-13-01",
        "2026-02-30",
        "2026-11-23T",
        "2026-11-23T25:00",
        "2026-1-2",
        "2026-11-23T10:30:00.Z",
        "2026-11-23T10:30:00+1",
        "10:30",
        "2026-11-23T10:30Zulu",
        "1e300",
        "NaN",
        "Inf",
        " 5",
        "5 ",
        "9999-01-01",
        "+291y",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        is_refused(texts[i]);
}
END_TEST

START_TEST(reads_durations_with_units_and_in_seconds)
{
    static const struct {
        const char *text;
        int64_t ms;
    } durations[] = {{"15s", 15000}, {"1h30m", 5400000}, {"250ms", 250},
                     {"15", 15000},  {"0.5", 500},       {"1d", 86400000}};
    const char *why = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(durations); i++) {
        int64_t ns = 0;
        ck_assert_int_eq(moment_read_duration(durations[i].text, &ns, &why), 0);
        ck_assert_int_eq(ns, durations[i].ms * NS_PER_MS);
    }
}
END_TEST

START_TEST(refuses_what_is_no_duration)
{
    static const char *const texts[] = {"", "h", "1x", "1h1h", "NaN", "1e30"};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *why = NULL;
        int64_t ns = 0;
        ck_assert_int_eq(moment_read_duration(texts[i], &ns, &why), -EINVAL);
        ck_assert_ptr_nonnull(why);
    }
}
END_TEST

START_TEST(chooses_round_steps)
{
    static const struct {
        int64_t range_s;
        size_t points;
        int64_t step_s;
    } steps[] = {
        {0, 250, 1},
        {60, 250, 1},
        {3600, 250, 15},
        {86400, 250, 360},
        {7 * 86400, 250, 2700},
        {30 * 86400, 250, 10800},
        {365 * 86400, 250, 2 * 86400},
        {3600, 70, 60},
    };

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
        ck_assert_int_eq(
            moment_step(steps[i].range_s * NS_PER_S, steps[i].points),
            steps[i].step_s * NS_PER_S);
}
END_TEST

START_TEST(never_has_more_points_than_wanted)
{
    for (int64_t range_s = 1; range_s < 400 * 86400; range_s += range_s / 7 + 1)
        ck_assert_int_le(
            range_s * NS_PER_S / moment_step(range_s * NS_PER_S, 250), 250);
}
END_TEST

START_TEST(writes_local_times_and_utc)
{
    char text[MOMENT_SIZE];
    int64_t ns = now_ns + 5 * NS_PER_MS;

    set_zone("NST3:30");
    ck_assert_str_eq(moment_text(ns, MOMENT_LOCAL, true, text),
                     "2026-11-23T07:00:00.005-03:30");
    ck_assert_str_eq(moment_text(ns, MOMENT_UTC, false, text),
                     "2026-11-23T10:30:00Z");
    ck_assert_str_eq(moment_text(-1 * NS_PER_MS, MOMENT_UTC, true, text),
                     "1969-12-31T23:59:59.999Z");
}
END_TEST

SPEC("moment", reads_times_relative_to_now, reads_rfc_3339_with_its_zone,
     takes_a_time_without_zone_for_local, follows_summer_time,
     reads_seconds_since_1970_with_milliseconds, refuses_what_is_no_time,
     reads_durations_with_units_and_in_seconds, refuses_what_is_no_duration,
     chooses_round_steps, never_has_more_points_than_wanted,
     writes_local_times_and_utc)
