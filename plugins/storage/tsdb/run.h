/* run.h - the samples of one series that are in memory
 *
 * The newest are open: as they came.  When there are RUN_OPEN_MOST of them they
 * are sealed: sorted and encoded.  Sealed stretches may overlap in time; what
 * came later counts.  Whoever calls holds the head's lock.
 */
#ifndef TSDB_RUN_H
#define TSDB_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "samples.h"

enum { RUN_OPEN_MOST = 64 };

struct run_sealed;

struct run_sample {
    int64_t time_ns;
    double value;
};

/* Zeroed, it is empty. */
struct run {
    struct run_sealed *first, *last; /* list, oldest arrivals first; or NULL */
    struct run_sample *open;         /* [open_count] */
    uint32_t open_count, open_room;
};

void run_fini(struct run *self);

static inline bool
run_empty(const struct run *self)
{
    return !self->first && self->open_count == 0;
}

void run_put(struct run *self, int64_t time_ns, double value);

/* Adds the samples with after_ns < time <= until_ns to 'samples', in the order
 * in which they came but for what is sorted already. */
void run_copy(const struct run *self, int64_t after_ns, int64_t until_ns,
              struct samples *samples);

/* Says whether a sample may lie in that range. */
bool run_touches(const struct run *self, int64_t after_ns, int64_t until_ns);

#endif /* TSDB_RUN_H */
