/* caller.h - questions to InfluxDB, by libcurl
 *
 * Whoever asks waits until the answer has ended, and meanwhile hands on what
 * comes of it.  Several query threads may ask at once, each with a connection
 * of its own; a few are kept for those who come next.
 */
#ifndef INFLUXDB_CALLER_H
#define INFLUXDB_CALLER_H

#include <curl/curl.h>
#include <pthread.h>

#include <weir/storage.h>

#include "reply.h"

struct influxdb;

enum { CALLERS_KEPT = 8 };

struct callers {
    pthread_mutex_t lock;
    CURL *idle[CALLERS_KEPT]; /* [count] */
    size_t count;
    char *url; /* where questions go */
};

/* Begins and ends; while it is open, callers_ask() may be called. */
void callers_open(struct influxdb *self, char *url);
void callers_close(struct influxdb *self);

/* What is asked, for whom. */
struct caller_wish {
    const struct weir_select *what;
    struct weir_sink *sink;
    const char *query;
    struct reply *reply; /* takes the answer */
};

/* Asks.  Returns 0 when all of the answer was taken; what the sink returned to
 * stop; -ENOENT when there is no such database; or another negative errno,
 * which the sink was told the reason of. */
int callers_ask(struct influxdb *self, const struct caller_wish *wish);

#endif /* INFLUXDB_CALLER_H */
