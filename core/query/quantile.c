/* query/quantile.c - quantiles of values, and of buckets */
#include <config.h>

#include "query/quantile.h"

#include <math.h>
#include <stdlib.h>

/* Counts that differ by less, relatively, differ by rounding. */
static const double tolerance = 1e-12;

static int
compare_values(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    if (isnan(left) || isnan(right))
        return !isnan(left) - !isnan(right);
    return (left > right) - (left < right);
}

/* Returns whether 'q' alone decides, and what. */
static bool
is_odd(double q, double *ret_quantile)
{
    if (q >= 0 && q <= 1)
        return false;
    *ret_quantile = isnan(q) ? (double)NAN : q < 0 ? -HUGE_VAL : HUGE_VAL;
    return true;
}

double
quantile_of(double q, double *values, size_t count)
{
    double odd = (double)NAN;

    if (count == 0 || is_odd(q, &odd))
        return odd;
    qsort(values, count, sizeof(*values), compare_values);

    double rank = q * (double)(count - 1);
    double weight = rank - floor(rank);
    size_t lower = (size_t)floor(rank);
    size_t upper = lower + 1 < count ? lower + 1 : count - 1;
    return values[lower] * (1 - weight) + values[upper] * weight;
}

static int
compare_buckets(const void *a, const void *b)
{
    const struct bucket *left = a, *right = b;

    return (left->bound > right->bound) - (left->bound < right->bound);
}

/* Sorts, adds up buckets of equal bounds, and returns how many are left. */
static size_t
tidy(struct bucket *buckets, size_t count)
{
    size_t kept = 0;

    qsort(buckets, count, sizeof(*buckets), compare_buckets);
    for (size_t i = 1; i < count; i++) {
        if (buckets[i].bound == buckets[kept].bound)
            buckets[kept].count += buckets[i].count;
        else
            buckets[++kept] = buckets[i];
    }
    return kept + 1;
}

static bool
is_whole(const struct bucket *buckets, size_t count)
{
    return isinf(buckets[count - 1].bound) && buckets[count - 1].bound > 0;
}

static void
mend_rounding(struct bucket *buckets, size_t count)
{
    double last = buckets[0].count;

    for (size_t i = 1; i < count; i++) {
        double difference = fabs(buckets[i].count - last);
        if (difference == 0)
            continue;
        if (difference / buckets[i].count <= tolerance)
            buckets[i].count = last;
        else
            last = buckets[i].count;
    }
}

static bool
force_ascent(struct bucket *buckets, size_t count)
{
    double most = buckets[0].count;
    bool forced = false;

    for (size_t i = 1; i < count; i++) {
        if (buckets[i].count > most) {
            most = buckets[i].count;
        } else if (buckets[i].count < most) {
            buckets[i].count = most;
            forced = true;
        }
    }
    return forced;
}

/* Returns the first bucket but the last whose count reaches 'rank', or the
 * last. */
static size_t
find_rank(const struct bucket *buckets, size_t count, double rank)
{
    size_t low = 0, high = count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (buckets[middle].count >= rank)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

double
quantile_of_buckets(double q, struct bucket *buckets, size_t count,
                    bool *ret_forced)
{
    double odd = (double)NAN;

    *ret_forced = false;
    if (is_odd(q, &odd))
        return odd;
    count = tidy(buckets, count);
    if (!is_whole(buckets, count))
        return (double)NAN;
    mend_rounding(buckets, count);
    bool forced = force_ascent(buckets, count);
    double total = buckets[count - 1].count;
    if (count < 2 || total == 0)
        return (double)NAN;

    *ret_forced = forced;
    double rank = q * total;
    size_t at = find_rank(buckets, count, rank);
    if (at == count - 1)
        return buckets[count - 2].bound;
    if (at == 0 && buckets[0].bound <= 0)
        return buckets[0].bound;
    double start = at ? buckets[at - 1].bound : 0;
    double below = at ? buckets[at - 1].count : 0;
    return start + (buckets[at].bound - start) *
                       ((rank - below) / (buckets[at].count - below));
}

/* Returns how much lies below 'limit'.  Nothing is interpolated in a bucket
 * that has no end. */
static double
rank_of(double limit, const struct bucket *buckets, size_t count)
{
    double rank = 0;

    for (size_t i = 0; i < count; i++) {
        double start =
            i ? buckets[i - 1].bound : (buckets[0].bound > 0 ? 0 : -HUGE_VAL);
        if (start >= limit)
            return rank;
        if (buckets[i].bound > limit)
            return isinf(start)
                       ? buckets[i].count
                       : rank + (buckets[i].count - rank) * (limit - start) /
                                    (buckets[i].bound - start);
        rank = buckets[i].count;
    }
    return buckets[count - 1].count;
}

double
quantile_fraction(double lower, double upper, struct bucket *buckets,
                  size_t count)
{
    count = tidy(buckets, count);
    double total = buckets[count - 1].count;
    if (!is_whole(buckets, count) || total == 0 || isnan(lower) || isnan(upper))
        return (double)NAN;
    if (lower >= upper)
        return 0;

    double below = rank_of(lower, buckets, count);
    double above = rank_of(upper, buckets, count);
    below = below > total ? total : below;
    above = above > total ? total : above;
    return (above - below) / total;
}
