/* limits.h - how many series there may be, and how fast new ones may come
 *
 * A label with ever new values must not fill the store, nor what one source or
 * one metric does keep others out.  What is above a limit is refused, counted
 * by the limit, and told in the log with who did it.
 *
 * A source is what has one value of the label "instance"; all series without
 * that are one source.  The instance's own thread has the limits; others read
 * the counts.
 */
#ifndef TSDB_LIMITS_H
#define TSDB_LIMITS_H

#include <stdatomic.h>
#include <stdint.h>

#include <weir/batch.h>

struct tsdb;

enum limit {
    LIMIT_SERIES, /* in all */
    LIMIT_SOURCE, /* of a source */
    LIMIT_NAME,   /* of a metric's name with its suffix */
    LIMIT_RATE,   /* new ones a second */
    LIMITS,       /* none */
};

/* Zeroed, nothing was refused. */
struct limits {
    atomic_uint_least64_t refused[LIMITS]; /* samples */
    uint64_t told[LIMITS];                 /* of these, when it was logged */
    int64_t told_ns[LIMITS];               /* monotonic; 0: never */
    double tokens;                         /* new series that may come now */
    int64_t filled_ns; /* when those were counted; 0: never */
};

/* Says which limit a series that is not known would break, or LIMITS; then it
 * counts as taken in. */
enum limit limits_check(struct tsdb *tsdb, const struct weir_series *series);

/* Returns the option that sets the limit. */
const char *limits_name(enum limit limit);

/* Counts a refused sample of the series, and logs it now and then; 'peer' sent
 * it. */
void limits_refuse(struct tsdb *tsdb, enum limit limit,
                   const struct weir_series *series, const char *peer);

#endif /* TSDB_LIMITS_H */
