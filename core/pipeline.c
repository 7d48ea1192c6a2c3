/* pipeline.c - starts the graph that the configuration describes */
#include <config.h>

#include "pipeline_inner.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "arena.h"
#include "base.h"

enum { QUERY_THREADS = 2, WORK_THREADS = 4 };

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

/* The world of an instance --------------------------------------------------
 */

/* The stores that a report asks, with the texts that they need. */
struct asked_stores {
    struct ask_store *list; /* [count] */
    size_t count;
    struct arena arena;
};

static void
add_store(struct asked_stores *self, const char *name, const char *endpoint,
          struct keyring *keys)
{
    self->list = xrealloc(self->list, self->count + 1, sizeof(*self->list));
    self->list[self->count++] = (struct ask_store){name, endpoint, keys};
}

/* Each store of a link is asked; where there are several they are told apart
 * by their endpoints. */
static void
add_link(struct asked_stores *self, const struct configured_link *link,
         struct keyring *keys)
{
    char name[640];

    for (size_t i = 0; i < link->connect.count; i++) {
        const char *endpoint = link->connect.items[i];
        (void)snprintf(name, sizeof(name),
                       link->connect.count > 1 ? "%s (%s)" : "%s", link->name,
                       endpoint);
        add_store(self, arena_text(&self->arena, name), endpoint,
                  link->insecure ? NULL : keys);
    }
}

static struct ask *
open_ask(void *arg, struct stage *stage)
{
    const struct node *node = arg;
    const struct weir_list *stores = &node->configured->stores;
    struct asked_stores asked = {0};
    struct ask *ask = NULL;

    for (size_t i = 0; i < stores->count; i++) {
        const char *name = stores->items[i];
        const struct configured_link *link =
            configuration_link(node->from, name);
        char inner[STORAGE_ENDPOINT_SIZE];
        if (link)
            add_link(&asked, link, node->pipeline->keys);
        else
            add_store(&asked, name,
                      arena_text(&asked.arena, storage_endpoint(name, inner)),
                      NULL);
    }
    int rc = ask_open(stage, asked.list, asked.count, &ask);
    if (rc < 0)
        log_line(LOG_ERROR, "ask_failed", "instance", node->configured->name,
                 "error", strerror(-rc), NULL);
    free(asked.list);
    arena_clear(&asked.arena);
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

struct lanes_outlet *
pipeline_outlet(struct pipeline *self, const struct weir_list *stores,
                struct stage *stage, void *memory)
{
    struct spread *spreads[STORES_MOST];
    size_t count = 0;

    for (size_t i = 0; i < stores->count && count < ARRAY_SIZE(spreads); i++)
        spreads[count++] = pipeline_spread(self, stores->items[i]);
    return lanes_outlet_new(stage, memory, spreads, count);
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
        lanes_outlet_name(node->outlet, self->host, configured->name);
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
