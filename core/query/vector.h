/* query/vector.h - series over steps: what expressions evaluate to
 *
 * A *grid* is the times at which is evaluated; a *track* is a series with a
 * value for each of them, or none there.  A scalar is a vector of one track
 * without labels that has all its values.  One owner; not thread safe.
 */
#ifndef QUERY_VECTOR_H
#define QUERY_VECTOR_H

#include <stdint.h>
#include <string.h>

#include "query/labelset.h"

struct grid {
    int64_t start_ns;
    int64_t step_ns; /* above 0 */
    size_t count;    /* of steps, at least 1 */
};

static inline int64_t
grid_time(const struct grid *grid, size_t step)
{
    return grid->start_ns + (int64_t)step * grid->step_ns;
}

/* Returns the time in seconds, rounded just once where it is in milliseconds,
 * which are all that Prometheus knows. */
static inline double
time_seconds(int64_t time_ns)
{
    int64_t time_ms = time_ns / 1000000;

    if (time_ns % 1000000 == 0)
        return (double)time_ms / 1000;
    return (double)time_ns / 1e9;
}

/* Where a track has no value it has this: the marker of staleness, which no
 * computation yields, since it is a signalling NaN. */
static inline double
value_none(void)
{
    const uint64_t bits = WEIR_STALE_BITS;
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline bool
value_is_none(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits == WEIR_STALE_BITS;
}

struct track {
    const struct labelset *labels;
    double *values; /* [steps of the grid] */
};

struct vector {
    struct track *tracks; /* [count] */
    size_t count, room;
};

/* Adds a track without values and returns it; valid until the next one. */
struct track *vector_add(struct vector *self, const struct labelset *labels,
                         size_t steps);

/* Adds a track that takes 'values'. */
void vector_take(struct vector *self, const struct labelset *labels,
                 double *values);

/* Drops the tracks that have no value at all. */
void vector_prune(struct vector *self, size_t steps);

/* Frees the tracks. */
void vector_fini(struct vector *self);

/* Says whether the track has a value at one of the steps. */
bool track_has_any(const struct track *self, size_t steps);

#endif /* QUERY_VECTOR_H */
