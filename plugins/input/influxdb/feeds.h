/* feeds.h - a source for each database that is written to
 *
 * So the limit series_limit counts for each, and no series has to be given the
 * label "db".
 */
#ifndef INFLUXDB_FEEDS_H
#define INFLUXDB_FEEDS_H

#include <weir/batch.h>

struct feeds {
    struct feed *items; /* [count] */
    size_t count;
};

/* Returns the source of a database, a new one when it comes first; 'instance'
 * is the plugin's. */
struct weir_source *feeds_get(struct feeds *self, void *instance,
                              const char *database);

/* The database is gone: what is known of its series is of no use. */
void feeds_forget(struct feeds *self, const char *database);

void feeds_fini(struct feeds *self);

#endif /* INFLUXDB_FEEDS_H */
