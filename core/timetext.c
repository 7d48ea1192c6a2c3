/* timetext.c - times as people and formats write them */
#include <config.h>

#include "timetext.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <time.h>

#include "base.h"
#include "clock.h"
#include "number.h"

enum { DECIMALS = 9 }; /* of seconds: nanoseconds */

static bool
is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Reads what stands behind a point: up to nine decimals. */
static const char *
scan_decimals(const char *at, int64_t *ret_ns)
{
    int64_t scale = NS_PER_S;

    for (*ret_ns = 0; is_digit(*at) && scale > 1; at++) {
        scale /= 10;
        *ret_ns += scale * (*at - '0');
    }
    return at;
}

const char *
timetext_seconds(const char *text, int64_t *ret_time_ns)
{
    return number_scan_shifted(text, DECIMALS, ret_time_ns);
}

const char *
timetext_integer(const char *text, int64_t unit_ns, int64_t *ret_time_ns)
{
    int64_t count = 0;
    const char *end = number_scan_i64(text, &count);

    if (!end || __builtin_mul_overflow(count, unit_ns, ret_time_ns))
        return NULL;
    return end;
}

/* Dates -------------------------------------------------------------------- */

/* Reads 'count' digits and the byte 'then' behind them ('\0': none). */
static bool
take_digits(const char **at_p, int count, char then, int *ret_number)
{
    const char *at = *at_p;

    for (*ret_number = 0; count > 0; count--, at++) {
        if (!is_digit(*at))
            return false;
        *ret_number = *ret_number * 10 + (*at - '0');
    }
    if (then && *at != then)
        return false;
    *at_p = at + (then != '\0');
    return true;
}

/* Reads "Z", "+01:00" or nothing. */
static bool
take_zone(const char **at_p, int64_t *ret_zone_s)
{
    int hours = 0, minutes = 0;
    char first = **at_p;

    *ret_zone_s = 0;
    if (first == 'Z' || first == 'z')
        (*at_p)++;
    if (first != '+' && first != '-')
        return true;
    (*at_p)++;
    if (!take_digits(at_p, 2, ':', &hours) ||
        !take_digits(at_p, 2, '\0', &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret_zone_s = (first == '-' ? -60 : 60) * (hours * INT64_C(60) + minutes);
    return true;
}

/* Reads "10:00:00.25" and a zone. */
static bool
take_clock(const char **at_p, struct tm *tm, int64_t *ret_ns,
           int64_t *ret_zone_s)
{
    if (!take_digits(at_p, 2, ':', &tm->tm_hour) ||
        !take_digits(at_p, 2, ':', &tm->tm_min) ||
        !take_digits(at_p, 2, '\0', &tm->tm_sec) || tm->tm_hour > 23 ||
        tm->tm_min > 59 || tm->tm_sec > 60)
        return false;
    if (**at_p == '.')
        *at_p = scan_decimals(*at_p + 1, ret_ns);
    return take_zone(at_p, ret_zone_s);
}

const char *
timetext_date(const char *text, int64_t *ret_time_ns)
{
    struct tm tm = {0};
    int64_t decimals_ns = 0, zone_s = 0, time_ns = 0;
    const char *at = text;

    if (!take_digits(&at, 4, '-', &tm.tm_year) ||
        !take_digits(&at, 2, '-', &tm.tm_mon) ||
        !take_digits(&at, 2, '\0', &tm.tm_mday) || tm.tm_mon < 1 ||
        tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31)
        return NULL;
    if (*at == 'T' || *at == 't') {
        at++;
        if (!take_clock(&at, &tm, &decimals_ns, &zone_s))
            return NULL;
    }
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    if (__builtin_mul_overflow((int64_t)timegm(&tm) - zone_s, NS_PER_S,
                               &time_ns) ||
        __builtin_add_overflow(time_ns, decimals_ns, ret_time_ns))
        return NULL;
    return at;
}

int
timetext_read(const char *text, int64_t *ret_time_ns)
{
    if (strcmp(text, "now") == 0) {
        *ret_time_ns = clock_wall_ns();
        return 0;
    }
    const char *end = timetext_date(text, ret_time_ns);
    if (!end)
        end = timetext_seconds(text, ret_time_ns);
    return end && *end == '\0' ? 0 : -EINVAL;
}

/* Writing ------------------------------------------------------------------ */

static char *
put_digits(char *at, uint64_t number, int count)
{
    for (int i = count - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + count;
}

static char *
put_decimals(char *at, uint64_t ns)
{
    if (ns == 0)
        return at;
    *at++ = '.';
    at = put_digits(at, ns, 9);
    while (at[-1] == '0')
        at--;
    return at;
}

size_t
timetext_write(int64_t time_ns, char text[TIMETEXT_SIZE])
{
    uint64_t size = time_ns < 0 ? -(uint64_t)time_ns : (uint64_t)time_ns;
    uint64_t seconds = size / NS_PER_S;
    int digits = 1;
    char *at = text;

    for (uint64_t rest = seconds; rest >= 10; rest /= 10)
        digits++;
    if (time_ns < 0)
        *at++ = '-';
    at = put_decimals(put_digits(at, seconds, digits), size % NS_PER_S);
    *at = '\0';
    return (size_t)(at - text);
}

/* Years begin in March here, so that a leap day is the last of one; 400 of them
 * have 146,097 days. */
static char *
put_day(char *at, int64_t days_since_1970)
{
    uint64_t days = (uint64_t)(days_since_1970 + 719468); /* since March of 0 */
    uint64_t era = days / 146097;
    uint64_t day = days % 146097;
    uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    uint64_t of_year = day - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * of_year + 2) / 153; /* 0 is March */
    uint64_t of_month = of_year - (153 * month + 2) / 5;

    at = put_digits(at, era * 400 + year + (month >= 10), 4);
    *at++ = '-';
    at = put_digits(at, month < 10 ? month + 3 : month - 9, 2);
    *at++ = '-';
    return put_digits(at, of_month + 1, 2);
}

size_t
timetext_write_date(int64_t time_ns, char text[TIMETEXT_SIZE])
{
    static const int64_t day_ns = 86400 * NS_PER_S;
    int64_t day = time_ns / day_ns - (time_ns % day_ns < 0);
    uint64_t of_day = (uint64_t)time_ns - (uint64_t)day * (uint64_t)day_ns;
    uint64_t seconds = of_day / NS_PER_S;
    char *at = put_day(text, day);

    *at++ = 'T';
    at = put_digits(at, seconds / 3600, 2);
    *at++ = ':';
    at = put_digits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = put_decimals(put_digits(at, seconds % 60, 2), of_day % NS_PER_S);
    *at++ = 'Z';
    *at = '\0';
    return (size_t)(at - text);
}
