/* query/kahan.h - sums that keep what rounding takes away
 *
 * Neumaier's variant of Kahan's summation: the sum is 'sum' and what is to be
 * added to it in the end.  Pure.
 */
#ifndef QUERY_KAHAN_H
#define QUERY_KAHAN_H

#include <math.h>

struct kahan {
    double sum, rest;
};

static inline void
kahan_add(struct kahan *self, double value)
{
    double sum = self->sum + value;

    if (isinf(sum))
        self->rest = 0;
    else if (fabs(self->sum) >= fabs(value))
        self->rest += (self->sum - sum) + value;
    else
        self->rest += (value - sum) + self->sum;
    self->sum = sum;
}

static inline double
kahan_total(const struct kahan *self)
{
    return self->sum + self->rest;
}

#endif /* QUERY_KAHAN_H */
