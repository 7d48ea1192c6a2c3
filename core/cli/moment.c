/* cli/moment.c - times and durations as people type and read them */
#include <config.h>

#include "cli/moment.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <weir/text.h>

#include "base.h"
#include "option.h"

#define DAY_MS INT64_C(86400000)

static const char time_due[] =
    "a time is due, such as now, -1h, 2026-11-23T10:30 or seconds since 1970";
static const char far_off[] = "that is beyond all times";

/* Reads exactly 'digits' digits, then moves '*at_p'. */
static bool
take_digits(const char **at_p, int digits, int *ret_number)
{
    int number = 0;

    for (int i = 0; i < digits; i++) {
        char digit = (*at_p)[i];
        if (digit < '0' || digit > '9')
            return false;
        number = 10 * number + (digit - '0');
    }
    *at_p += digits;
    *ret_number = number;
    return true;
}

/* Reads 'mark' and two digits behind it. */
static bool
take_part(const char **at_p, char mark, int *ret_number)
{
    const char *at = *at_p + 1;

    if (**at_p != mark || !take_digits(&at, 2, ret_number))
        return false;
    *at_p = at;
    return true;
}

/* Reads ".25", if it is there, as milliseconds. */
static bool
take_fraction(const char **at_p, int *ret_ms)
{
    int unit_ms = 1000;

    *ret_ms = 0;
    if (**at_p != '.')
        return true;
    const char *begin = ++*at_p;
    for (; **at_p >= '0' && **at_p <= '9'; ++*at_p)
        *ret_ms += (**at_p - '0') * (unit_ms /= 10);
    return *at_p > begin;
}

/* Reads "Z" or "+01:00".  None is none. */
static bool
take_zone(const char **at_p, bool *ret_local, int *ret_s)
{
    int hours = 0, minutes = 0;
    const char sign = **at_p;

    *ret_local = sign == '\0';
    *ret_s = 0;
    if (sign == 'Z' || sign == 'z')
        ++*at_p;
    if (sign != '+' && sign != '-')
        return true;
    if (!take_part(at_p, sign, &hours) || !take_part(at_p, ':', &minutes))
        return false;
    *ret_s = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

static bool
take_date(const char **at_p, struct tm *date)
{
    if (!take_digits(at_p, 4, &date->tm_year) ||
        !take_part(at_p, '-', &date->tm_mon) ||
        !take_part(at_p, '-', &date->tm_mday))
        return false;
    date->tm_year -= 1900;
    date->tm_mon -= 1;
    date->tm_isdst = -1;
    return date->tm_mon >= 0 && date->tm_mon < 12 && date->tm_mday >= 1 &&
           date->tm_mday <= 31;
}

/* Reads "T10:30:00.25", or less of it. */
static bool
take_time_of_day(const char **at_p, struct tm *date, int *ret_ms)
{
    char mark = **at_p;

    *ret_ms = 0;
    if (mark != 'T' && mark != 't' && mark != ' ')
        return true;
    if (!take_part(at_p, mark, &date->tm_hour) ||
        !take_part(at_p, ':', &date->tm_min))
        return false;
    if (**at_p == ':' &&
        (!take_part(at_p, ':', &date->tm_sec) || !take_fraction(at_p, ret_ms)))
        return false;
    return date->tm_hour < 24 && date->tm_min < 60 && date->tm_sec <= 60;
}

static bool
read_date(const char *text, int64_t *ret_ns)
{
    struct tm date = {0};
    int fraction_ms = 0, zone_s = 0;
    bool local = true;

    if (!take_date(&text, &date) ||
        !take_time_of_day(&text, &date, &fraction_ms) ||
        !take_zone(&text, &local, &zone_s) || *text)
        return false;
    int day = date.tm_mday;
    struct tm settled = date;
    int64_t seconds = local ? mktime(&settled) : timegm(&settled) - zone_s;
    if (__builtin_mul_overflow(seconds, NS_PER_S, ret_ns))
        return false;
    *ret_ns += fraction_ms * NS_PER_MS;
    return settled.tm_mday == day || date.tm_sec == 60; /* no February 30 */
}

/* Reads a number that is all of the text. */
static bool
read_number(const char *text, double *ret_number)
{
    const char *end = text;

    return *text && *text != ' ' && weir_scan_double(&end, ret_number) &&
           *end == '\0';
}

static int
from_seconds(double seconds, int64_t *ret_ns, const char **reterr_why)
{
    static const double most = (double)(INT64_MAX / NS_PER_S) - 1;

    if (!(fabs(seconds) < most)) {
        *reterr_why = far_off;
        return -EINVAL;
    }
    *ret_ns = (int64_t)llround(seconds * 1000) * NS_PER_MS;
    return 0;
}

int
moment_read_duration(const char *text, int64_t *ret_ns, const char **reterr_why)
{
    double seconds = 0;

    if (read_number(text, &seconds))
        return from_seconds(seconds, ret_ns, reterr_why);
    return option_parse_duration(text, ret_ns, reterr_why);
}

/* Reads "-1h" or "+5m"; a unit is due, lest a number is misread. */
static int
read_relative(const char *text, int64_t now_ns, int64_t *ret_ns,
              const char **reterr_why)
{
    int64_t away_ns = 0;

    int rc = option_parse_duration(text + 1, &away_ns, reterr_why);
    if (rc < 0)
        return rc;
    if (__builtin_add_overflow(now_ns, *text == '-' ? -away_ns : away_ns,
                               ret_ns)) {
        *reterr_why = far_off;
        return -EINVAL;
    }
    return 0;
}

int
moment_read(const char *text, int64_t now_ns, int64_t *ret_ns,
            const char **reterr_why)
{
    static const char now[] = "now";
    double seconds = 0;

    if (strncmp(text, now, strlen(now)) == 0) {
        text += strlen(now);
        if (!*text) {
            *ret_ns = now_ns;
            return 0;
        }
        if (*text != '-' && *text != '+') {
            *reterr_why = time_due;
            return -EINVAL;
        }
    }
    if (*text == '-' || *text == '+')
        return read_relative(text, now_ns, ret_ns, reterr_why);
    if (read_number(text, &seconds))
        return from_seconds(seconds, ret_ns, reterr_why);
    *reterr_why = time_due;
    return read_date(text, ret_ns) ? 0 : -EINVAL;
}

/* Steps -------------------------------------------------------------------- */

/* Each divides a minute, an hour or a day. */
static const int steps_s[] = {
    1,    2,     3,     4,     5,     6,     10,    12,   15,   20,
    30,   40,    45,    60,    90,    120,   180,   240,  300,  360,
    480,  600,   720,   900,   1200,  1800,  2400,  2700, 3600, 5400,
    7200, 10800, 14400, 21600, 28800, 43200, 86400,
};

int64_t
moment_step(int64_t range_ns, size_t points)
{
    int64_t least_ms =
        (range_ns / NS_PER_MS + (int64_t)points - 1) / (int64_t)points;

    for (size_t i = 0; i < ARRAY_SIZE(steps_s); i++)
        if (steps_s[i] * INT64_C(1000) >= least_ms)
            return steps_s[i] * NS_PER_S;
    return (least_ms + DAY_MS - 1) / DAY_MS * DAY_MS * NS_PER_MS;
}

/* Texts -------------------------------------------------------------------- */

/* Returns the milliseconds, 0 to 999, and the second before them. */
static int
split(int64_t ns, time_t *ret_s)
{
    int64_t ms = ns / NS_PER_MS;
    int64_t rest = ms % 1000;

    if (rest < 0)
        rest += 1000;
    *ret_s = (ms - rest) / 1000;
    return (int)rest;
}

char *
moment_text(int64_t ns, enum moment_form form, bool milliseconds,
            char text[MOMENT_SIZE])
{
    struct tm date = {0};
    time_t seconds = 0;
    int ms = split(ns, &seconds);

    if (form == MOMENT_UTC)
        (void)gmtime_r(&seconds, &date);
    else
        (void)localtime_r(&seconds, &date);
    size_t length = strftime(text, MOMENT_SIZE, "%Y-%m-%dT%H:%M:%S", &date);
    char *at = text + length;
    size_t room = MOMENT_SIZE - length;
    int added = milliseconds ? snprintf(at, room, ".%03d", ms) : 0;
    long minutes = date.tm_gmtoff / 60;
    if (minutes == 0)
        (void)snprintf(at + added, room - (size_t)added, "Z");
    else
        (void)snprintf(at + added, room - (size_t)added, "%c%02ld:%02ld",
                       minutes < 0 ? '-' : '+', labs(minutes) / 60,
                       labs(minutes) % 60);
    return text;
}
