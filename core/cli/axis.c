/* cli/axis.c - round numbers and times beside a drawing, and short texts */
#include <config.h>

#include "cli/axis.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base.h"

enum { DAY_S = 86400, DIGITS = 4, DIGITS_MOST = 15 };

/* Numbers ------------------------------------------------------------------ */

/* From 'least' on, one is 'size' big and called 'name'. */
static const struct scale {
    double least, size;
    const char *name;
} scales[] = {
    {1e18, 1e18, "E"}, {1e15, 1e15, "P"}, {1e12, 1e12, "T"},
    {1e9, 1e9, "G"},   {1e6, 1e6, "M"},   {1e4, 1e3, "k"},
    {1e-3, 1, ""},     {1e-6, 1e-6, "u"}, {1e-12, 1e-9, "n"},
};

/* Numbers that have no name, and zero, are written as they are. */
static const struct scale *
scale_of(double size)
{
    static const struct scale plain = {0, 1, ""};

    for (size_t i = 0; i < ARRAY_SIZE(scales); i++)
        if (size >= scales[i].least)
            return size < 1e21 ? &scales[i] : &plain;
    return &plain;
}

/* Returns the power of ten that 'size' > 0 has. */
static int
exponent_of(double size)
{
    return (int)floor(log10(size) + 1e-9);
}

static bool
is_odd(double size) /* beyond all names */
{
    return size >= 1e21 || (size > 0 && size < 1e-12);
}

/* Takes zeros behind the point away. */
static void
trim(char *text)
{
    char *end = text + strlen(text);

    if (!strchr(text, '.'))
        return;
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        *--end = '\0';
}

char *
axis_number(double number, char text[AXIS_SIZE])
{
    double size = fabs(number);
    const struct scale *scale = scale_of(size);

    if (isnan(number) || isinf(number)) {
        const char *word = number > 0 ? "+Inf" : "-Inf";
        (void)snprintf(text, AXIS_SIZE, "%s", isnan(number) ? "NaN" : word);
    } else if (is_odd(size)) {
        (void)snprintf(text, AXIS_SIZE, "%.3g", number);
    } else {
        double scaled = number / scale->size;
        int places = size > 0 ? DIGITS - 1 - exponent_of(fabs(scaled)) : 0;
        (void)snprintf(text, AXIS_SIZE, "%.*f", places > 0 ? places : 0,
                       scaled);
        trim(text);
        size_t length = strlen(text);
        (void)snprintf(text + length, AXIS_SIZE - length, "%s", scale->name);
    }
    return text;
}

/* Returns the round step nearest above 'least': 1, 2 or 5 and zeros. */
static double
round_step(double least)
{
    static const double leads[] = {1, 2, 5};
    double unit = pow(10, floor(log10(least)));

    for (size_t i = 0; i < ARRAY_SIZE(leads); i++)
        if (leads[i] * unit >= least * (1 - 1e-9))
            return leads[i] * unit;
    return 10 * unit;
}

/* Puts some room around values that are all the same, or nearly so. */
static void
widen(double *least, double *most)
{
    double size = fmax(fabs(*least), fabs(*most));
    double room = size > 1e-300 ? size / 10 : 1;

    if (*most - *least > size * 1e-9 && size > 1e-300)
        return;
    *least -= room;
    *most += room;
}

struct axis
axis_of_values(double least, double most, size_t marks)
{
    /* Half of what a double holds, so that no difference is infinite. */
    static const double far = 1e307;

    least = fmin(fmax(least, -far), far);
    most = fmin(fmax(most, -far), far);
    bool above = least > 0, below = most < 0;
    widen(&least, &most);
    if (above && least < most / 2)
        least = 0;
    if (below && most > least / 2)
        most = 0;
    double step = round_step((most - least) / (double)marks);
    struct axis axis = {floor(least / step + 1e-9) * step,
                        ceil(most / step - 1e-9) * step, step};
    return axis;
}

size_t
axis_count(const struct axis *self)
{
    return (size_t)llround((self->high - self->low) / self->step) + 1;
}

char *
axis_mark(const struct axis *self, size_t index, char text[AXIS_SIZE])
{
    double size = fmax(fabs(self->low), fabs(self->high));
    const struct scale *scale = scale_of(size);
    double number = self->low + (double)index * self->step;
    int places = -exponent_of(self->step / scale->size);

    if (fabs(number) < self->step / 2)
        number = 0;
    if (is_odd(size) || places > DIGITS_MOST)
        (void)snprintf(text, AXIS_SIZE, "%.3g", number);
    else
        (void)snprintf(text, AXIS_SIZE, "%.*f%s", places > 0 ? places : 0,
                       number / scale->size, scale->name);
    return text;
}

/* Times -------------------------------------------------------------------- */

/* Each divides the next day, or is days. */
static const int intervals_s[] = {
    1,          2,          5,           10,          15,         30,
    60,         120,        300,         600,         900,        1800,
    3600,       7200,       10800,       14400,       21600,      43200,
    DAY_S,      2 * DAY_S,  3 * DAY_S,   7 * DAY_S,   14 * DAY_S, 28 * DAY_S,
    56 * DAY_S, 91 * DAY_S, 182 * DAY_S, 364 * DAY_S,
};

int64_t
axis_interval(int64_t range_ns, size_t most)
{
    int64_t least_ns = range_ns / (int64_t)most;

    for (size_t i = 0; i < ARRAY_SIZE(intervals_s); i++)
        if (intervals_s[i] * NS_PER_S >= least_ns)
            return intervals_s[i] * NS_PER_S;
    return (least_ns / (DAY_S * NS_PER_S) + 1) * DAY_S * NS_PER_S;
}

static struct tm
local_time(int64_t time_ns)
{
    struct tm date = {0};
    time_t seconds = time_ns / NS_PER_S;

    (void)localtime_r(&seconds, &date);
    return date;
}

int64_t
axis_first(int64_t start_ns, int64_t interval_ns)
{
    int64_t offset_ns = local_time(start_ns).tm_gmtoff * NS_PER_S;
    int64_t local_ns = start_ns + offset_ns;
    int64_t past_ns = local_ns % interval_ns;

    if (past_ns < 0)
        past_ns += interval_ns;
    return past_ns ? start_ns - past_ns + interval_ns : start_ns;
}

char *
axis_time(int64_t time_ns, int64_t interval_ns, char text[AXIS_SIZE])
{
    struct tm date = local_time(time_ns);
    bool midnight = date.tm_hour == 0 && date.tm_min == 0 && date.tm_sec == 0;

    if (interval_ns >= 182 * DAY_S * NS_PER_S)
        (void)strftime(text, AXIS_SIZE, "%Y-%m-%d", &date);
    else if (midnight || interval_ns >= DAY_S * NS_PER_S)
        (void)strftime(text, AXIS_SIZE, "%m-%d", &date);
    else if (interval_ns < 60 * NS_PER_S)
        (void)strftime(text, AXIS_SIZE, "%H:%M:%S", &date);
    else
        (void)strftime(text, AXIS_SIZE, "%H:%M", &date);
    return text;
}
