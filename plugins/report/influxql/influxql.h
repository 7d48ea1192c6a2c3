/* influxql.h - the instance of report influxql */
#ifndef INFLUXQL_H
#define INFLUXQL_H

#include <weir/plugin.h>

#include "../../influx/databases.h"
#include "../reply/outbox.h"

/* What DROP DATABASE does. */
enum drop { DROP_REFUSE, DROP_HIDE };

struct run;

struct influxql {
    const char *username; /* options: see the table */
    const char *password;
    const char *path;
    int drop; /* enum drop */
    struct weir_size max_answer, max_memory;
    int64_t max_samples, max_series, max_queries, max_queue;
    struct weir_duration query_timeout;

    struct databases databases;
    struct run *waiting; /* list: for their turn, the first is next */
    size_t waiting_count;
    struct outbox outbox; /* what is answered, for slow clients */
    int64_t running;      /* from their turn until all is sent */
    bool is_serving, closing;
    uint64_t statements, failed, refused; /* since the start */
};

/* Returns how many bytes each of these may take: what a query reads, the result
 * of a statement, and the text of an answer. */
uint64_t influxql_share(const struct influxql *self);

/* Tells the figures of the instance. */
void influxql_tell(struct influxql *self);

#endif /* INFLUXQL_H */
