/* influxdb.h - the instance of input influxdb, and one of its writes */
#ifndef INFLUXDB_H
#define INFLUXDB_H

#include <weir/plugin.h>

#include "../../influx/databases.h"
#include "feeds.h"
#include "line.h"
#include "point.h"

enum { WHY_SIZE = 512 };

struct influxdb {
    const char *username; /* options: see the table */
    const char *password;
    const char *path;
    bool create;
    int64_t rate;

    struct databases databases;
    struct feeds feeds;
    struct line line; /* memory for the next one */
    struct point point;
    uint64_t rounded, dropped, unreadable, hurried; /* since the start */
};

/* One request, from its coming to its answer. */
struct push {
    struct influxdb *owner;
    struct weir_request *request;
    struct weir_batch *batch; /* while it is read */
    int64_t unit_ns;          /* of its times */
    int64_t now_ns;           /* the time of what has none */
    size_t points;            /* that could be read */
    size_t dropped;           /* points that lost a field, or all */
    size_t unreadable;        /* lines */
    char why[WHY_SIZE];       /* of the first that was dropped; or "" */
    char *failures;           /* what is wrong with the lines, or NULL */
    size_t failures_size;
    size_t untold; /* lines that are not among them */
};

/* Adds what the body says to the batch, and notes what can not be. */
void push_read(struct push *self, const char *text, size_t size);

void push_destroy(struct push **self_p);

#endif /* INFLUXDB_H */
