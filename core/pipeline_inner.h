/* pipeline_inner.h - for pipeline*.c alone */
#ifndef PIPELINE_INNER_H
#define PIPELINE_INNER_H

#include <pthread.h>

#include "instance.h"
#include "pipeline.h"
#include "storage.h"

enum { HOST_SIZE = 256, STORES_MOST = 64, ENDPOINT_SIZE = 512 };

/* A running instance. */
struct node {
    struct pipeline *pipeline;
    struct configuration *from; /* owns 'configured' */
    const struct configured_instance *configured;
    struct instance *instance;
    struct storage *storage;     /* of a storage; else NULL */
    struct lanes_outlet *outlet; /* or NULL */
    bool marked;                 /* to be stopped, or kept */
};

/* A lane, by the name of its storage or link. */
struct way {
    struct configuration *from;
    const char *name;
    char endpoint[ENDPOINT_SIZE];
    uint64_t window_bytes;
    struct lane *lane;
    bool held; /* a stage that was left behind may use the lane */
    bool marked;
};

struct pipeline {
    struct http *http;
    struct keyring *keys; /* or NULL */
    struct crew *query, *work;
    char host[HOST_SIZE];
    pthread_mutex_t lock; /* of the list of nodes, for pipeline_ready() */
    struct configuration *configuration; /* the present one */
    struct configuration **old;          /* [old_count], still in use */
    size_t old_count;
    struct node **nodes; /* [node_count] */
    size_t node_count;
    struct way **ways; /* [way_count] */
    size_t way_count;
    bool left_behind;
};

struct node *pipeline_node(const struct pipeline *self, enum weir_kind kind,
                           const char *name);

/* Starts what the present configuration has and does not run. */
void pipeline_start_missing(struct pipeline *self);

#endif /* PIPELINE_INNER_H */
