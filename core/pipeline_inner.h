/* pipeline_inner.h - for pipeline*.c alone */
#ifndef PIPELINE_INNER_H
#define PIPELINE_INNER_H

#include <pthread.h>

#include "instance.h"
#include "link/spread.h"
#include "pipeline.h"
#include "storage.h"

enum { HOST_SIZE = 256, STORES_MOST = 64 };

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

/* The way to a storage or link, by its name: all inputs share it. */
struct way {
    struct configuration *from;
    const char *name;
    struct spread *spread;
    struct lane *lanes[SPREAD_MOST]; /* [lane_count] */
    size_t lane_count;
    bool held; /* a stage that was left behind may use it */
    bool marked;
};

/* A link that listens. */
struct gate {
    struct configuration *from;
    const struct configured_link *link;
    struct relay *relay;
    struct lanes_outlet *outlet;
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
    struct gate **gates; /* [gate_count], under 'lock' for pipeline_ready() */
    size_t gate_count;
    bool left_behind;
};

struct node *pipeline_node(const struct pipeline *self, enum weir_kind kind,
                           const char *name);

/* Returns the lanes to a storage or link, which are started when they are not
 * there yet; they stay as long as something names it. */
struct spread *pipeline_spread(struct pipeline *self, const char *name);

/* Says whether no lane has been in one call for longer than that. */
bool way_turns(const struct way *self, int64_t stuck_ns);

/* Gives it the stores that the present configuration says, and ends the lanes
 * to others; what those stores have not goes to those that stay. */
void way_update(struct pipeline *self, struct way *way);

/* Waits for its lanes until the monotonic 'deadline_ns', ends them and frees
 * it. */
void way_close(struct way **self_p, int64_t deadline_ns);

/* Starts what the present configuration has and does not run. */
void pipeline_start_missing(struct pipeline *self);

/* Returns the outlet to the lanes of these stores, which are started when they
 * are not there.  'stage' and 'memory' as for lanes_outlet_new(). */
struct lanes_outlet *pipeline_outlet(struct pipeline *self,
                                     const struct weir_list *stores,
                                     struct stage *stage, void *memory);

/* Starts the relays that the present configuration has and do not run. */
void pipeline_start_relays(struct pipeline *self);

/* Marks the relays that differ from those of 'fresh'; NULL: all. */
void pipeline_mark_relays(struct pipeline *self,
                          const struct configuration *fresh);

/* Stops those that are marked, before their lanes are closed: within 'grace_ns'
 * what they took becomes safe, and after that their stages end. */
void pipeline_stop_relays(struct pipeline *self, int64_t grace_ns);

/* Says whether a relay was made of 'old'. */
bool pipeline_relays_use(const struct pipeline *self,
                         const struct configuration *old);

/* As pipeline_ready() and pipeline_look(), of relays; with the lock held. */
bool pipeline_relays_ready(const struct pipeline *self, char *why, size_t size);
bool pipeline_relays_turn(const struct pipeline *self, int64_t stuck_ns);

#endif /* PIPELINE_INNER_H */
