/* samples.h - times and values in memory, gathered and put in order
 *
 * Samples are added as they are found, oldest arrival first, and then tidied:
 * sorted by time, and of those with the same time the last one stays.  Not
 * thread safe.
 */
#ifndef TSDB_SAMPLES_H
#define TSDB_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed, it is empty. */
struct samples {
    int64_t *times_ns; /* [count] */
    double *values;    /* [count] */
    size_t count, room;
};

/* After one time and until another one, which is in it. */
struct samples_range {
    int64_t after_ns, until_ns;
};

void samples_fini(struct samples *self);

void samples_add(struct samples *self, int64_t time_ns, double value);

/* Adds those of 'count' samples that lie in the range. */
void samples_add_within(struct samples *self, const int64_t *times_ns,
                        const double *values, size_t count,
                        struct samples_range range);

/* The same of samples whose times ascend. */
void samples_add_sorted(struct samples *self, const int64_t *times_ns,
                        const double *values, size_t count,
                        struct samples_range range);

/* Sorts; of equal times the one that was added last stays. */
void samples_tidy(struct samples *self);

#endif /* TSDB_SAMPLES_H */
