/* robust.c - a level, a spread and a move that outliers do not sway */
#include <config.h>

#include "robust.h"

#include <math.h>
#include <stdlib.h>

/* The standard deviation of normal noise by its median absolute deviation. */
static const double mad_to_deviation = 1.4826;
/* What a spread is at least, as a share of the level. */
static const double least_share = 0.02;

static int
compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

double
robust_median(double values[], size_t count)
{
    qsort(values, count, sizeof(values[0]), compare);
    double high = values[count / 2];
    return count % 2 ? high : values[count / 2 - 1] / 2 + high / 2;
}

double
robust_spread(double values[], size_t count, double center)
{
    for (size_t i = 0; i < count; i++)
        values[i] = fabs(values[i] - center);
    return mad_to_deviation * robust_median(values, count);
}

double
robust_move(const struct robust_sides *sides)
{
    if (sides->before_count < ROBUST_LEAST || sides->now_count < ROBUST_LEAST)
        return (double)NAN;
    double before = robust_median(sides->before, sides->before_count);
    double now = robust_median(sides->now, sides->now_count);
    double way = fabs(now - before);
    double least = least_share * fmax(fabs(before), fabs(now));
    double spread = robust_spread(sides->before, sides->before_count, before);

    return way > 0 ? way / fmax(spread, least) : 0;
}
