/* trend.c - whether values rise or fall over a window, and how sure that is */
#include <config.h>

#include "trend.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "robust.h"

static const double doubt_most = 0.05;    /* of a trend that is told */
static const double slight_share = 0.01;  /* of the level: no move */
static const double thin_share = 0.02;    /* of the way: the line is all */
static const double narrow_share = 0.025; /* of the level: no spread */

/* The finite values, and when they were. */
struct kept {
    double at_s[TREND_MOST], values[TREND_MOST];
    size_t count;
};

static void
keep(const double values[], size_t count, double step_s, struct kept *kept)
{
    kept->count = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            kept->at_s[kept->count] = (double)i * step_s;
            kept->values[kept->count++] = values[i];
        }
}

static size_t
pairs_of(size_t count)
{
    return count * (count - 1) / 2;
}

/* Theil's and Sen's slope. */
static double
median_slope(const struct kept *kept)
{
    weir_cleanup(weir_free) double *slopes =
        xcalloc(pairs_of(kept->count), sizeof(*slopes));
    size_t next = 0;

    for (size_t i = 0; i < kept->count; i++)
        for (size_t j = i + 1; j < kept->count; j++)
            slopes[next++] = (kept->values[j] - kept->values[i]) /
                             (kept->at_s[j] - kept->at_s[i]);
    return robust_median(slopes, next);
}

/* Mann's and Kendall's S: pairs that rise less those that fall. */
static double
score_of(const struct kept *kept)
{
    long score = 0;

    for (size_t i = 0; i < kept->count; i++)
        for (size_t j = i + 1; j < kept->count; j++)
            score += (kept->values[j] > kept->values[i]) -
                     (kept->values[j] < kept->values[i]);
    return (double)score;
}

/* What a group of so many takes part in the variance of S. */
static double
part_of(double count)
{
    return count * (count - 1) * (2 * count + 5) / 18;
}

/* The variance of S by chance; 'sorted' has the values in order. */
static double
variance_of(const double sorted[], size_t count)
{
    double variance = part_of((double)count);

    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && sorted[end] == sorted[i];)
            end++;
        variance -= part_of((double)(end - i));
    }
    return variance;
}

/* How much neighbours among 'kept' values resemble each other: their
 * correlation; 0 where that may well be chance. */
static double
resemblance_of(const double rests[], size_t kept)
{
    double mean = 0, along = 0, all = 0, count = (double)kept;
    double chance = (1.645 * sqrt(count - 2) - 1) / (count - 1);

    for (size_t i = 0; i < kept; i++)
        mean += rests[i] / count;
    for (size_t i = 0; i < kept; i++) {
        all += (rests[i] - mean) * (rests[i] - mean);
        if (i > 0)
            along += (rests[i] - mean) * (rests[i - 1] - mean);
    }
    double resemblance = along / all;
    return resemblance > chance ? fmin(resemblance, 1) : 0;
}

/* How much the variance grows by what the line leaves of the values.  Where
 * that is next to nothing it does not matter whether neighbours resemble. */
static double
inflation_of(const struct kept *kept, double slope)
{
    double rests[TREND_MOST], sorted[TREND_MOST];
    double inflation = 1, power = 1, count = (double)kept->count;
    double way = fabs(slope) * (kept->at_s[kept->count - 1] - kept->at_s[0]);

    for (size_t i = 0; i < kept->count; i++)
        rests[i] = kept->values[i] - slope * kept->at_s[i];
    memcpy(sorted, rests, kept->count * sizeof(sorted[0]));
    double level = robust_median(sorted, kept->count);
    if (robust_spread(sorted, kept->count, level) <= thin_share * way)
        return 1;
    double resemblance = resemblance_of(rests, kept->count);
    for (size_t lag = 1; lag < kept->count; lag++) {
        power *= resemblance;
        inflation += 2 * (1 - (double)lag / count) * power;
    }
    return inflation;
}

/* Tests whether the pairs rise or fall more than chance would have it. */
static void
test(const struct kept *kept, const double sorted[], struct trend *trend)
{
    double score = score_of(kept);
    double variance = variance_of(sorted, kept->count);

    trend->inflate = inflation_of(kept, trend->slope);
    if (score != 0)
        trend->z =
            (score - copysign(1, score)) / sqrt(variance * trend->inflate);
    trend->p = erfc(fabs(trend->z) / M_SQRT2);
}

void
trend_find(const double values[], size_t count, double step_s,
           struct trend *ret_trend)
{
    double sorted[TREND_MOST];
    struct kept kept;

    assert(count <= TREND_MOST);
    keep(values, count, step_s, &kept);
    *ret_trend = (struct trend){.count = kept.count};
    if (kept.count < TREND_LEAST)
        return;
    memcpy(sorted, kept.values, kept.count * sizeof(sorted[0]));
    ret_trend->level = robust_median(sorted, kept.count);
    ret_trend->slope = median_slope(&kept);
    test(&kept, sorted, ret_trend);
    ret_trend->spread = robust_spread(sorted, kept.count, ret_trend->level);
}

enum trend_kind
trend_judge(const struct trend *self, double window_s)
{
    double size = fabs(self->level);
    double way = fabs(self->slope) * window_s;

    if (self->count < TREND_LEAST)
        return TREND_TOO_FEW;
    if (self->p >= doubt_most)
        return self->spread <= narrow_share * size ? TREND_STEADY
                                                   : TREND_UNCLEAR;
    if (way <= slight_share * size)
        return TREND_STEADY;
    return self->slope > 0 ? TREND_RISES : TREND_FALLS;
}
