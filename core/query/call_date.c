/* query/call_date.c - what the calendar says of a time, in UTC */
#include <config.h>

#include "query/call.h"

#include <assert.h>
#include <math.h>

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

/* What Prometheus makes of a time that its integers cannot hold: its calendar
 * wraps around, and it is this one. */
static const int64_t odd_days = 106751991167300;
static const int64_t odd_second = 55808;

struct date {
    int64_t year, month, day; /* month and day from 1 */
    int64_t days;             /* since 1970-01-01 */
    int64_t second;           /* of the day */
};

/* Returns the days from 1970-01-01 to the first day of a month. */
static int64_t
days_until(int64_t year, int64_t month)
{
    static const int before[] = {306, 337, 0,   31,  61,  92,
                                 122, 153, 184, 214, 245, 275};

    assert(month >= 1 && month <= 12);
    /* Years begin in March here, so that leap days come last. */
    int64_t years = month < 3 ? year - 1 : year;
    int64_t era = (years >= 0 ? years : years - 399) / 400;
    int64_t rest = years - era * 400;
    return era * 146097 + rest * 365 + rest / 4 - rest / 100 +
           before[month - 1] - 719468;
}

static struct date
date_of(double time_s)
{
    struct date date = {.days = odd_days, .second = odd_second};

    if (fabs(time_s) < 0x1p63) {
        date.days = (int64_t)time_s / DAY_S;
        date.second = (int64_t)time_s % DAY_S;
    }

    if (date.second < 0) {
        date.second += DAY_S;
        date.days--;
    }
    /* A guess that is at most a year late. */
    date.year = 1970 + date.days * 400 / 146097 + 1;
    while (days_until(date.year, 1) > date.days)
        date.year--;
    date.month = 12;
    while (date.month > 1 && days_until(date.year, date.month) > date.days)
        date.month--;
    date.day = date.days - days_until(date.year, date.month) + 1;
    return date;
}

static int64_t
days_in_month(const struct date *date)
{
    int64_t next = date->month == 12 ? days_until(date->year + 1, 1)
                                     : days_until(date->year, date->month + 1);

    return next - days_until(date->year, date->month);
}

/* Says that it is meant: a quotient without its rest. */
static double
whole(int64_t value)
{
    return (double)value;
}

static double
part_of(enum function_id id, double time_s)
{
    struct date date = date_of(time_s);

    switch (id) {
    case FUNCTION_DAY_OF_MONTH:
        return (double)date.day;
    case FUNCTION_DAY_OF_WEEK:
        /* 1970 began on a Thursday. */
        return (double)(((date.days + 4) % 7 + 7) % 7);
    case FUNCTION_DAY_OF_YEAR:
        return (double)(date.days - days_until(date.year, 1) + 1);
    case FUNCTION_DAYS_IN_MONTH:
        return (double)days_in_month(&date);
    case FUNCTION_HOUR:
        return whole(date.second / HOUR_S);
    case FUNCTION_MINUTE:
        return whole(date.second % HOUR_S / MINUTE_S);
    case FUNCTION_MONTH:
        return (double)date.month;
    default:
        return (double)date.year;
    }
}

/* Without an argument it is about the time of the step. */
static void
fill_times(struct evaluator *self, const struct grid *grid,
           struct vector *ret_vector)
{
    struct track *track = evaluator_track(
        self, ret_vector, labelset_new(&self->arena, NULL, 0), grid);

    for (size_t i = 0; track && i < grid->count; i++)
        track->values[i] = time_seconds(grid_time(grid, i));
}

void
call_date(struct evaluator *self, const struct expression *call,
          const struct grid *grid, struct vector *ret_vector)
{
    if (call->call.argument_count == 0)
        fill_times(self, grid, ret_vector);
    call_argument(self, call, 0, grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count; i++) {
        double *values = ret_vector->tracks[i].values;
        for (size_t step = 0; step < grid->count; step++)
            if (!value_is_none(values[step]))
                values[step] = part_of(call->call.function->id, values[step]);
    }
    evaluator_drop_names(self, ret_vector, grid);
}
