/* feeds.h - a source for each database that is written to
 *
 * So the limits series_limit and rate count for each, and no series has to be
 * given the label "db".
 */
#ifndef INFLUXDB_FEEDS_H
#define INFLUXDB_FEEDS_H

#include <weir/batch.h>

struct feed {
    char *database;
    struct weir_source *source;
    double room;     /* samples that may still come; negative: too many did */
    int64_t seen_ns; /* when that was so, monotonic */
};

struct feeds {
    struct feed *items; /* [count] */
    size_t count;
};

/* Returns what comes for a database, which is new when it comes first, until
 * the next call; 'instance' is the plugin's. */
struct feed *feeds_get(struct feeds *self, void *instance,
                       const char *database);

/* Says how many seconds to wait until more may come, at 'rate' samples a second
 * (0: any), of which those of ten seconds may come at once; 0: now. */
int64_t feed_wait_s(struct feed *self, int64_t rate);

/* The database is gone: what is known of its series is of no use. */
void feeds_forget(struct feeds *self, const char *database);

void feeds_fini(struct feeds *self);

#endif /* INFLUXDB_FEEDS_H */
