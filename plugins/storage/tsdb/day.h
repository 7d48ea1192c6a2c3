/* day.h - the days of UTC that parts lie in
 *
 * A part has samples of one day, so that a day that is too old goes as a whole.
 * Days are counted from 1970-01-01, which is 0.
 */
#ifndef TSDB_DAY_H
#define TSDB_DAY_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { DAY_TEXT_SIZE = 16 };

#define DAY_NS INT64_C(86400000000000)

static inline int32_t
day_of(int64_t time_ns)
{
    return (int32_t)(time_ns / DAY_NS - (time_ns % DAY_NS < 0));
}

/* When the day begins; it must be one that nanoseconds reach. */
static inline int64_t
day_begin_ns(int32_t day)
{
    return day * DAY_NS;
}

/* The last time that is of the day. */
static inline int64_t
day_last_ns(int32_t day)
{
    int64_t begin_ns = day_begin_ns(day);

    return begin_ns < INT64_MAX - DAY_NS ? begin_ns + DAY_NS - 1 : INT64_MAX;
}

/* Writes it as "2026-11-22". */
static inline void
day_write(int32_t day, char text[DAY_TEXT_SIZE])
{
    time_t seconds = (time_t)day * 86400;
    struct tm date = {0};

    (void)gmtime_r(&seconds, &date);
    (void)strftime(text, DAY_TEXT_SIZE, "%Y-%m-%d", &date);
}

#endif /* TSDB_DAY_H */
