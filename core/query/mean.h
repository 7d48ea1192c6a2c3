/* query/mean.h - the mean of values that come one after the other
 *
 * Their sum divided by their count, as long as the sum is a number; where it
 * would overflow, the mean is carried along instead.  As Prometheus does it,
 * digit for digit.  Pure.
 */
#ifndef QUERY_MEAN_H
#define QUERY_MEAN_H

#include <stdbool.h>

#include "query/kahan.h"

struct mean {
    struct kahan total; /* the sum, or once 'carried' the mean */
    double count;
    bool carried;
};

static inline void
mean_add(struct mean *self, double value)
{
    struct kahan total = self->total;

    self->count += 1;
    if (self->count <= 1) {
        self->total.sum = value;
        return;
    }
    if (!self->carried) {
        kahan_add(&total, value);
        if (!isinf(total.sum)) {
            self->total = total;
            return;
        }
        self->carried = true;
        self->total.sum /= self->count - 1;
        self->total.rest /= self->count - 1;
    }
    double share = (self->count - 1) / self->count;
    self->total.sum *= share;
    self->total.rest *= share;
    kahan_add(&self->total, value / self->count);
}

static inline double
mean_get(const struct mean *self)
{
    if (self->carried)
        return kahan_total(&self->total);
    return self->total.sum / self->count + self->total.rest / self->count;
}

#endif /* QUERY_MEAN_H */
