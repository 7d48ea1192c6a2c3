/* schedule.c - when the next report is due */
#include <config.h>

#include "schedule.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base.h"

enum { HOUR_MINUTES = 60, DAY_MINUTES = 24 * HOUR_MINUTES, WEEK_DAYS = 7 };

#define MINUTE_NS (60 * NS_PER_S)
#define DAY_NS    (DAY_MINUTES * MINUTE_NS)

static const char *const weekdays[WEEK_DAYS] = {"Sun", "Mon", "Tue", "Wed",
                                                "Thu", "Fri", "Sat"};

/* Reads one or two digits and moves '*at_p' past them; -1 for none. */
static int
take_number(const char **at_p)
{
    int number = -1;

    for (int i = 0; i < 2 && **at_p >= '0' && **at_p <= '9'; i++)
        number = 10 * (number < 0 ? 0 : number) + (*(*at_p)++ - '0');
    return number;
}

/* Reads "Mon " and moves '*at_p' past it; -1 for none. */
static int
take_weekday(const char **at_p)
{
    for (int i = 0; i < WEEK_DAYS; i++)
        if (strncasecmp(*at_p, weekdays[i], 3) == 0 && (*at_p)[3] == ' ') {
            *at_p += 4;
            return i;
        }
    return -1;
}

static bool
read_at(const char *text, int *ret_weekday, int *ret_minutes)
{
    *ret_weekday = take_weekday(&text);
    int hours = take_number(&text);
    if (hours < 0 || hours > 23 || *text++ != ':')
        return false;
    const char *second = text;
    int minutes = take_number(&text);
    *ret_minutes = hours * HOUR_MINUTES + minutes;
    return text - second == 2 && minutes < HOUR_MINUTES && !*text;
}

int
schedule_read(int64_t every_ns, const char *at, struct schedule *ret_self,
              char *why, size_t size)
{
    struct schedule self = {.every_ns = every_ns};
    const char *wrong = NULL;

    if (!read_at(at, &self.weekday, &self.at_minutes))
        wrong = "at: a time of day such as 06:00 is due, or of a week's "
                "reports one such as \"Mon 06:00\"";
    else if (every_ns == WEEK_DAYS * DAY_NS)
        self.weekday = self.weekday < 0 ? 1 : self.weekday;
    else if (self.weekday >= 0)
        wrong = "at: a weekday is for every = 7d";
    else if (every_ns < NS_PER_S || every_ns > DAY_NS || DAY_NS % every_ns)
        wrong = "every: a week (7d), a day (1d), or a part of one that divides "
                "it, such as 8h, 1h or 15m, is due";
    if (!wrong) {
        *ret_self = self;
        return 0;
    }
    (void)snprintf(why, size, "%s", wrong);
    return -EINVAL;
}

/* Returns the time of the first report of a day; 'days' counts from that of
 * 'now_ns', whose weekday is told, too. */
static int64_t
first_of_day(const struct schedule *self, int64_t now_ns, int days,
             int *ret_weekday)
{
    time_t now = (time_t)(now_ns / NS_PER_S);
    int minutes = self->at_minutes;
    struct tm date = {0};

    if (self->every_ns < MINUTE_NS)
        minutes = 0;
    else if (self->every_ns < DAY_NS)
        minutes %= (int)(self->every_ns / MINUTE_NS);
    (void)(self->utc ? gmtime_r(&now, &date) : localtime_r(&now, &date));
    date.tm_mday += days;
    date.tm_hour = minutes / HOUR_MINUTES;
    date.tm_min = minutes % HOUR_MINUTES;
    date.tm_sec = 0;
    date.tm_isdst = -1;
    time_t at = self->utc ? timegm(&date) : mktime(&date);
    *ret_weekday = date.tm_wday;
    return at * NS_PER_S;
}

/* Those of a day are counted from its first, lest one comes twice where clocks
 * are set back; one that is close to the next day's first is that. */
static int64_t
next_within(const struct schedule *self, int64_t first_ns, int64_t end_ns,
            int64_t now_ns)
{
    int64_t count = 0;

    if (now_ns >= first_ns)
        count = (now_ns - first_ns) / self->every_ns + 1;
    int64_t at_ns = first_ns + count * self->every_ns;
    return end_ns - at_ns > self->every_ns / 2 ? at_ns : INT64_MAX;
}

int64_t
schedule_next(const struct schedule *self, int64_t now_ns)
{
    bool weekly = self->every_ns > DAY_NS;
    int weekday = 0, other = 0;

    for (int day = -1; day <= WEEK_DAYS; day++) {
        int64_t first_ns = first_of_day(self, now_ns, day, &weekday);
        if (weekly && weekday == self->weekday && first_ns > now_ns)
            return first_ns;
        if (weekly)
            continue;
        int64_t end_ns = first_of_day(self, now_ns, day + 1, &other);
        int64_t at_ns = next_within(self, first_ns, end_ns, now_ns);
        if (at_ns != INT64_MAX)
            return at_ns;
    }
    return now_ns + self->every_ns; /* a calendar unlike any */
}
