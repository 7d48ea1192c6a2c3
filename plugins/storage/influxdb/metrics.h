/* metrics.h - what is known of metrics by their names
 *
 * InfluxDB keeps no type, unit or help of a metric, nor where its name ends and
 * the suffix begins.  What was written here since the start is remembered; of
 * the others the name says whether it is a counter.
 *
 * One thread notes, any may look.
 */
#ifndef INFLUXDB_METRICS_H
#define INFLUXDB_METRICS_H

#include <pthread.h>

#include <weir/batch.h>

#include "arena.h"
#include "table.h"

enum { METRICS_MOST = 100000 }; /* that are remembered */

struct metrics {
    pthread_rwlock_t lock;
    struct arena texts;
    struct table table;         /* numbers of 'items' */
    struct metrics_item *items; /* [count] */
    uint32_t count, room;
};

void metrics_init(struct metrics *self);
void metrics_fini(struct metrics *self);

/* Notes what a series is of, unless its name is known. */
void metrics_note(struct metrics *self, const struct weir_series *series);

/* Makes the metric and suffix of a series of that whole name; 'name' is lent to
 * them, other texts live as long as 'self'. */
void metrics_find(struct metrics *self, const char *name,
                  struct weir_metric *ret_metric, const char **ret_suffix);

#endif /* INFLUXDB_METRICS_H */
