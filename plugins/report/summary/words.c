/* words.c - numbers, times and trends as people read them */
#include <config.h>

#include "words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../print/human.h"
#include "base.h"

enum { UNIT_SIZE = 64 };

static const double minute_s = 60, hour_s = 3600, day_s = 86400;

/* Numbers ------------------------------------------------------------------ */

/* Units that human_number() has words of its own for. */
static bool
is_known(const char *unit)
{
    static const char *const known[] = {"bytes", "seconds", "ratio"};

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(known[i], unit) == 0)
            return true;
    return false;
}

/* Takes "/s" off a unit, and says whether it was there.  Seconds a second are
 * a share. */
static bool
split_unit(const char *unit, char base[UNIT_SIZE])
{
    (void)snprintf(base, UNIT_SIZE, "%s", unit);
    size_t length = strlen(base);
    bool rate = length >= 2 && strcmp(base + length - 2, "/s") == 0;

    if (rate)
        base[length - 2] = '\0';
    if (!rate || strcmp(base, "seconds") != 0)
        return rate;
    (void)snprintf(base, UNIT_SIZE, "ratio");
    return false;
}

char *
words_number(double number, const char *unit, char text[WORDS_SIZE])
{
    char base[UNIT_SIZE], short_text[HUMAN_SIZE];
    bool rate = split_unit(unit, base);

    (void)human_number(number, base, 0, short_text);
    size_t digits = strspn(short_text, "+-.0123456789");
    bool none = !isfinite(number);
    const char *rest = none ? "" : short_text + digits;
    const char *gap = *rest && is_known(base) ? " " : "";
    const char *own = none || is_known(base) || !*base ? "" : base;

    if (none)
        digits = strlen(short_text);
    (void)snprintf(text, WORDS_SIZE, "%.*s%s%s%s%s%s", (int)digits, short_text,
                   gap, rest, *own ? " " : "", own, rate && !none ? "/s" : "");
    return text;
}

char *
words_change(double before, double now, char text[WORDS_SIZE])
{
    double percent = 100 * (now - before) / fabs(before);

    if (!isfinite(now) || !isfinite(before))
        (void)snprintf(text, WORDS_SIZE, "-");
    else if (now == before)
        (void)snprintf(text, WORDS_SIZE, "the same");
    else if (before == 0)
        (void)snprintf(text, WORDS_SIZE, "from 0");
    else if (fabs(percent) >= 1000)
        (void)snprintf(text, WORDS_SIZE, "%.3g times", now / before);
    else
        (void)snprintf(text, WORDS_SIZE, "%+.*f %%", fabs(percent) < 10 ? 1 : 0,
                       percent);
    return text;
}

/* Times -------------------------------------------------------------------- */

char *
words_duration(int64_t ns, char text[WORDS_SIZE])
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    double seconds = (double)ns / 1e9;
    size_t i = 0;

    /* A single day is 24 hours, since a report is of that many. */
    while (i + 1 < ARRAY_SIZE(units) &&
           (seconds < (i < 1 ? 2 : 1) * units[i].seconds ||
            fmod(seconds, units[i].seconds) != 0))
        i++;
    double count = seconds / units[i].seconds;
    (void)snprintf(text, WORDS_SIZE, "%.4g %s%s", count, units[i].name,
                   count == 1 ? "" : "s");
    return text;
}

static void
take_apart(int64_t ns, bool utc, struct tm *ret_date)
{
    time_t seconds = (time_t)(ns / NS_PER_S);

    *ret_date = (struct tm){0};
    (void)(utc ? gmtime_r(&seconds, ret_date)
               : localtime_r(&seconds, ret_date));
}

char *
words_time(int64_t ns, bool utc, char text[WORDS_SIZE])
{
    struct tm date;

    take_apart(ns, utc, &date);
    (void)strftime(text, WORDS_SIZE,
                   date.tm_sec ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M", &date);
    return text;
}

char *
words_zone(int64_t ns, bool utc, char text[WORDS_SIZE])
{
    char name[32];
    struct tm date;

    take_apart(ns, utc, &date);
    (void)strftime(name, sizeof(name), "%Z", &date);
    long away = utc ? 0 : date.tm_gmtoff / 60;
    if (utc || strcmp(name, "UTC") == 0)
        (void)snprintf(text, WORDS_SIZE, "UTC");
    else
        (void)snprintf(text, WORDS_SIZE, "%s, UTC%c%02ld:%02ld", name,
                       away < 0 ? '-' : '+', labs(away) / 60, labs(away) % 60);
    return text;
}

/* Trends ------------------------------------------------------------------- */

/* Writes by how much it rises, per a time of which the window has some. */
static void
write_pace(double slope, double window_s, const char *unit,
           char text[WORDS_SIZE])
{
    bool minutes = window_s<2 * hour_s, days = window_s> 3 * day_s;
    double per_s = minutes ? minute_s : days ? day_s : hour_s;
    const char *per = minutes ? "a minute" : days ? "a day" : "an hour";
    char number[WORDS_SIZE], base[UNIT_SIZE];

    (void)split_unit(unit, base);
    if (strcmp(base, "ratio") == 0) {
        (void)words_number(100 * fabs(slope) * per_s, "", number);
        (void)snprintf(text, WORDS_SIZE, "%.60s percentage points %s", number,
                       per);
        return;
    }
    (void)words_number(fabs(slope) * per_s, unit, number);
    (void)snprintf(text, WORDS_SIZE, "%.100s %s", number, per);
}

/* Returns how sure it is, in whole percent, and never wholly. */
static const char *
sure_of(double p, char text[32])
{
    double percent = floor(100 * (1 - p));

    if (p < 0.001)
        (void)snprintf(text, 32, "over 99.9");
    else
        (void)snprintf(text, 32, "%.0f", fmin(percent, 99));
    return text;
}

char *
words_trend(const struct trend *trend, double window_s, const char *unit,
            char text[WORDS_SIZE])
{
    enum trend_kind kind = trend_judge(trend, window_s);
    static const char *const others[] = {
        [TREND_TOO_FEW] = "too few values for a trend",
        [TREND_STEADY] = "steady",
        [TREND_UNCLEAR] = "no clear trend",
    };
    char pace[WORDS_SIZE], sure[32];

    if (kind != TREND_RISES && kind != TREND_FALLS) {
        (void)snprintf(text, WORDS_SIZE, "%s", others[kind]);
        return text;
    }
    write_pace(trend->slope, window_s, unit, pace);
    (void)snprintf(text, WORDS_SIZE, "%s by %.110s (%s %% sure)",
                   words_kind(kind), pace, sure_of(trend->p, sure));
    return text;
}

const char *
words_kind(enum trend_kind kind)
{
    static const char *const kinds[] = {
        [TREND_TOO_FEW] = "too_few", [TREND_STEADY] = "steady",
        [TREND_UNCLEAR] = "unclear", [TREND_RISES] = "rises",
        [TREND_FALLS] = "falls",
    };

    return kinds[kind];
}

/* Units -------------------------------------------------------------------- */

const char *
words_unit(const struct weir_series *series)
{
    static const char *const units[] = {"bytes", "seconds", "ratio"};
    static const char total[] = "_total";
    const struct weir_metric *metric = series->metric;
    size_t length = strlen(metric->name);

    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strcmp(metric->unit, units[i]) == 0)
            return units[i];
    if (strcmp(series->suffix, "_count") == 0 ||
        strcmp(series->suffix, "_bucket") == 0)
        return "";
    if (length > strlen(total) &&
        strcmp(metric->name + length - strlen(total), total) == 0)
        length -= strlen(total);
    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        size_t size = strlen(units[i]);
        if (length > size && metric->name[length - size - 1] == '_' &&
            strncmp(metric->name + length - size, units[i], size) == 0)
            return units[i];
    }
    return "";
}
