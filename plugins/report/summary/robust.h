/* robust.h - a level, a spread and a move that outliers do not sway
 *
 * Pure; any thread.  Values are finite.
 */
#ifndef SUMMARY_ROBUST_H
#define SUMMARY_ROBUST_H

#include <stddef.h>

/* Returns the median of 'count' >= 1 values, which it puts in order. */
double robust_median(double values[], size_t count);

/* Returns the median distance of 'count' >= 1 values from 'center', which for
 * normal noise is its standard deviation: 1.4826 times the MAD.  Overwrites the
 * values.  Rousseeuw and Croux, "Alternatives to the median absolute
 * deviation", J. Am. Stat. Assoc. 88 (1993). */
double robust_spread(double values[], size_t count, double center);

/* Values before and now. */
struct robust_sides {
    double *before, *now; /* [before_count], [now_count], overwritten */
    size_t before_count, now_count;
};

/* Says how far the median moved from one side to the other, in units of the
 * spread before, which is what was usual; or of a fiftieth of the larger median
 * where that is more: so what hardly varied does not seem to leap.  NAN when a
 * side has less than ROBUST_LEAST values; 0 when nothing moved. */
enum { ROBUST_LEAST = 3 };
double robust_move(const struct robust_sides *sides);

#endif /* SUMMARY_ROBUST_H */
