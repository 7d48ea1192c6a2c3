/* run.h - the samples of one series that are in memory
 *
 * What came by itself is open: as it came.  When there are RUN_OPEN_MOST of
 * them they are sealed: sorted and packed; what came in rows is sealed by whom
 * it came with (ring.h).  Sealed stretches may overlap in time; what came later
 * counts.  What is sealed lies in an arena of the caller's, and goes with it.
 * Whoever calls holds the head's lock.
 */
#ifndef TSDB_RUN_H
#define TSDB_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "pack.h"
#include "samples.h"

enum { RUN_OPEN_MOST = PACK_MOST };

struct run_sealed;
struct run_times;

struct run_sample {
    int64_t time_ns;
    double value;
};

/* Zeroed, it is empty. */
struct run {
    struct run_sealed *newest; /* list, newest arrivals first; or NULL */
    struct run_sample *open;   /* [open_count] */
    uint32_t open_count, open_room;
};

/* Frees what is open. */
void run_fini(struct run *self);

static inline bool
run_empty(const struct run *self)
{
    return !self->newest && self->open_count == 0;
}

void run_put(struct run *self, struct arena *arena, int64_t time_ns,
             double value);

/* Packs 'count' <= RUN_OPEN_MOST strictly ascending times for any number of
 * run_seal(). */
const struct run_times *run_times_new(struct arena *arena,
                                      const int64_t *times_ns, uint32_t count);

/* Adds a sealed stretch; nothing is open.  'which' has a bit for each of the
 * times that has a value. */
void run_seal(struct run *self, struct arena *arena,
              const struct run_times *times, uint64_t which,
              const double *values);

/* Adds the samples with after_ns < time <= until_ns to 'samples', in the order
 * in which they came but for what is sorted already. */
void run_copy(const struct run *self, int64_t after_ns, int64_t until_ns,
              struct samples *samples);

/* Says whether a sample may lie in that range. */
bool run_touches(const struct run *self, int64_t after_ns, int64_t until_ns);

#endif /* TSDB_RUN_H */
