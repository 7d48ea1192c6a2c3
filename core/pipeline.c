/* pipeline.c - starts the graph that the configuration describes */
#include <config.h>

#include "pipeline_inner.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "lane_self.h"
#include "link/spool_home.h"

enum { QUERY_THREADS = 2, WORK_THREADS = 4 };

/* With a store that takes nothing; see struct lane_spool. */
static const int64_t patience_ns = 2 * NS_PER_S;

struct node *
pipeline_node(const struct pipeline *self, enum weir_kind kind,
              const char *name)
{
    for (size_t i = 0; i < self->node_count; i++)
        if (self->nodes[i]->configured->kind == kind &&
            strcmp(self->nodes[i]->configured->name, name) == 0)
            return self->nodes[i];
    return NULL;
}

static struct way *
find_way(const struct pipeline *self, const char *name)
{
    for (size_t i = 0; i < self->way_count; i++)
        if (strcmp(self->ways[i]->name, name) == 0)
            return self->ways[i];
    return NULL;
}

/* Writes where the storage or link 'name' is found. */
static void
find_endpoint(const struct configuration *configuration, const char *name,
              char *endpoint, size_t size)
{
    char inner[STORAGE_ENDPOINT_SIZE];
    const struct configured_link *link =
        configuration_link(configuration, name);

    (void)snprintf(endpoint, size, "%s",
                   link ? link->connect.items[0]
                        : storage_endpoint(name, inner));
}

/* Returns the keys that the way to 'name' asks for; NULL for none. */
static struct keyring *
find_keys(const struct pipeline *self,
          const struct configuration *configuration, const char *name)
{
    const struct configured_link *link =
        configuration_link(configuration, name);

    return link && !link->insecure ? self->keys : NULL;
}

/* The world of an instance --------------------------------------------------
 */

static struct ask *
open_ask(void *arg, struct stage *stage)
{
    const struct node *node = arg;
    const struct weir_list *stores = &node->configured->stores;
    char endpoints[STORES_MOST][ENDPOINT_SIZE];
    struct ask_store list[STORES_MOST];
    struct ask *ask = NULL;
    size_t count = stores->count < STORES_MOST ? stores->count : STORES_MOST;

    for (size_t i = 0; i < count; i++) {
        find_endpoint(node->from, stores->items[i], endpoints[i],
                      sizeof(endpoints[i]));
        list[i] = (struct ask_store){
            stores->items[i], endpoints[i],
            find_keys(node->pipeline, node->from, stores->items[i])};
    }
    int rc = ask_open(stage, list, count, &ask);
    if (rc < 0)
        log_line(LOG_ERROR, "ask_failed", "instance", node->configured->name,
                 "error", strerror(-rc), NULL);
    return ask;
}

static int
mount(void *arg, const struct http_route *route)
{
    const struct node *node = arg;
    struct http *http = node->pipeline->http;
    return http ? http_mount(http, node, route) : -ENOTSUP;
}

static void
unmount(void *arg)
{
    const struct node *node = arg;
    if (node->pipeline->http)
        http_unmount_all(node->pipeline->http, node);
}

/* Starting ----------------------------------------------------------------- */

static struct way *
start_way(struct pipeline *self, const char *name)
{
    const struct configured_link *link =
        configuration_link(self->configuration, name);
    const struct configured_instance *storage =
        configuration_instance(self->configuration, WEIR_KIND_STORAGE, name);
    struct way *way = xcalloc(1, sizeof(*way));

    way->from = self->configuration;
    way->name = name;
    way->window_bytes = link ? link->window_bytes : storage->window_bytes;
    const struct spool_options *options = link ? link->spool : storage->spool;
    find_endpoint(self->configuration, name, way->endpoint,
                  sizeof(way->endpoint));
    weir_cleanup(weir_free) char *folder =
        spool_home(self->configuration->state, name,
                   link ? way->endpoint : "this process");
    struct lane_spool spool = {.folder = folder};
    if (options) {
        spool.size_bytes = options->size.bytes;
        spool.age_ns = options->age.ns;
        spool.patience_ns = patience_ns;
        /* What a relay took it does not drop for want of room: it takes no
         * more, and its senders keep that. */
        spool.drop_oldest = options->when_full == SPOOL_DROP_OLDEST &&
                            !(link && link->listen.count);
        spool.sync_always = options->sync == SPOOL_SYNC_ALWAYS;
    }
    struct lane_settings settings = {
        .name = name,
        .endpoint = way->endpoint,
        .sender = self->host,
        .window_bytes = way->window_bytes,
        .keys = find_keys(self, self->configuration, name),
        .spool = options ? &spool : NULL,
    };
    int rc = lane_open(&settings, &way->lane);
    if (rc < 0) {
        log_line(LOG_ERROR, "link_failed", "link", name, "endpoint",
                 way->endpoint, "error", strerror(-rc), NULL);
        free(way);
        return NULL;
    }
    lane_self_register(way->lane);
    self->ways =
        xrealloc(self->ways, self->way_count + 1, sizeof(struct way *));
    self->ways[self->way_count++] = way;
    return way;
}

struct lanes_outlet *
pipeline_outlet(struct pipeline *self, const struct weir_list *stores,
                struct stage *stage, void *memory)
{
    struct lane *lanes[STORES_MOST];
    size_t count = 0;

    for (size_t i = 0; i < stores->count && count < ARRAY_SIZE(lanes); i++) {
        struct way *way = find_way(self, stores->items[i]);
        if (!way)
            way = start_way(self, stores->items[i]);
        if (way)
            lanes[count++] = way->lane;
    }
    return lanes_outlet_new(stage, memory, lanes, count);
}

static struct instance *
make_instance(const struct pipeline *self,
              const struct configured_instance *configured)
{
    bool collects = configured->head->plugin->collect != NULL;
    struct instance_settings settings = {
        .head = configured->head,
        .plugin = configured->plugin,
        .name = configured->name,
        .memory = configured->memory,
        .interval_ns = configured->interval_ns,
        .jitter_ns = configured->jitter_ns,
        .timeout_ns = configured->timeout_ns,
        .labels = configured->labels.labels,
        .host = collects ? self->host : NULL,
        .keep = configured->keep,
        .drop = configured->drop,
        .series_limit = (uint32_t)configured->series_limit,
        .work = self->work,
    };
    return instance_new(&settings);
}

static void
complete_node(struct pipeline *self, struct node *node)
{
    const struct configured_instance *configured = node->configured;
    struct instance_world world = {
        .mount = mount,
        .unmount = unmount,
        .arg = node,
    };

    if (configured->kind == WEIR_KIND_INPUT) {
        node->outlet = pipeline_outlet(self, &configured->stores,
                                       instance_stage(node->instance),
                                       instance_memory(node->instance));
        world.outlet = lanes_outlet_outlet(node->outlet);
    } else if (configured->kind == WEIR_KIND_REPORT) {
        world.ask = open_ask;
    } else {
        struct storage_settings settings = {
            .instance = node->instance,
            .query = self->query,
            .listen = configured->listen.items,
            .listen_count = configured->listen.count,
            .keys = configured->insecure ? NULL : self->keys,
            .credit_bytes = configured->window_bytes,
        };
        node->storage = storage_new(&settings);
        storage_complete_world(node->storage, &world);
    }
    instance_set_world(node->instance, &world);
}

static void
start_node(struct pipeline *self, const struct configured_instance *configured)
{
    struct node *node = xcalloc(1, sizeof(*node));

    node->pipeline = self;
    node->from = self->configuration;
    node->configured = configured;
    node->instance = make_instance(self, configured);
    complete_node(self, node);
    (void)pthread_mutex_lock(&self->lock);
    self->nodes =
        xrealloc(self->nodes, self->node_count + 1, sizeof(struct node *));
    self->nodes[self->node_count++] = node;
    (void)pthread_mutex_unlock(&self->lock);
    int rc = instance_start(node->instance);
    if (rc < 0)
        log_line(LOG_ERROR, "start_failed", "instance", configured->name,
                 "error", strerror(-rc), NULL);
}

static void
start_missing(struct pipeline *self, enum weir_kind kind)
{
    const struct configuration *configuration = self->configuration;

    for (size_t i = 0; i < configuration->instance_count; i++) {
        const struct configured_instance *c = &configuration->instances[i];
        if (c->kind == kind && !pipeline_node(self, kind, c->name))
            start_node(self, c);
    }
}

/* Storages first, so that the first batch finds its store. */
void
pipeline_start_missing(struct pipeline *self)
{
    start_missing(self, WEIR_KIND_STORAGE);
    pipeline_start_relays(self);
    start_missing(self, WEIR_KIND_INPUT);
    start_missing(self, WEIR_KIND_REPORT);
}

static void
find_host(char host[HOST_SIZE])
{
    if (gethostname(host, HOST_SIZE) < 0)
        host[0] = '\0';
    host[HOST_SIZE - 1] = '\0';
    if (*host && strcmp(host, "localhost") != 0 && strcmp(host, "(none)") != 0)
        return;
    if (!*host)
        (void)snprintf(host, HOST_SIZE, "localhost");
    log_line(LOG_WARN, "host_without_name", "name", host, "error",
             "several hosts of this name would be taken for one: set one, or "
             "labels { instance = \"...\" }",
             NULL);
}

struct pipeline *
pipeline_start(struct configuration **configuration_p, struct http *http,
               struct keyring *keys)
{
    struct pipeline *self = xcalloc(1, sizeof(*self));

    (void)pthread_mutex_init(&self->lock, NULL);
    self->http = http;
    self->keys = keys;
    self->query = crew_new("query", QUERY_THREADS);
    self->work = crew_new("work", WORK_THREADS);
    self->configuration = weir_take(*configuration_p);
    find_host(self->host);
    pipeline_start_missing(self);
    return self;
}
