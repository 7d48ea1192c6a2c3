/* query/quantile.h - quantiles of values, and of buckets
 *
 * Pure: any thread may call.
 */
#ifndef QUERY_QUANTILE_H
#define QUERY_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>

/* Sorts 'values', what is no number first, and returns their quantile, a
 * weighted mean of the two around it; -Inf for a 'q' below 0, +Inf above 1, NAN
 * for no values or no number. */
double quantile_of(double q, double *values, size_t count);

struct bucket {
    double bound; /* what it holds is no greater */
    double count; /* of this bucket and all lower ones */
};

/* Sorts the buckets, 'count' at least 1, makes one of those with equal bounds
 * and their counts ascend, and returns the quantile; '*ret_forced' tells that
 * counts had to be changed by more than rounding explains. */
double quantile_of_buckets(double q, struct bucket *buckets, size_t count,
                           bool *ret_forced);

/* Sorts the buckets, 'count' at least 1, and returns the share of what they
 * hold between 'lower' and 'upper'. */
double quantile_fraction(double lower, double upper, struct bucket *buckets,
                         size_t count);

#endif /* QUERY_QUANTILE_H */
