/* pipeline_stop.c - stops the graph, or the part that a reload changes */
#include <config.h>

#include "pipeline_inner.h"

#include <errno.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "self.h"

static const int64_t grace_ns = 1500 * NS_PER_MS;

static bool
names_store(const struct configured_instance *instance, const char *name)
{
    for (size_t i = 0; i < instance->stores.count; i++)
        if (strcmp(instance->stores.items[i], name) == 0)
            return true;
    return false;
}

/* Its thread may still use all of it, and all that it uses. */
static void
leave_behind(struct pipeline *self, struct node *node)
{
    log_line(LOG_ERROR, "stage_left_behind", "instance", node->configured->name,
             "error", "the plugin does not return from its call", NULL);
    self->left_behind = true;
    for (size_t i = 0; i < self->way_count; i++)
        if (names_store(node->configured, self->ways[i]->name))
            self->ways[i]->held = true;
    if (self->http)
        http_unmount_all(self->http, node);
    self_unregister(node->storage);
    instance_leave_behind(&node->instance);
}

static void
free_node(struct pipeline *self, struct node *node)
{
    if (self->http)
        http_forget(self->http, node);
    if (node->outlet)
        lanes_outlet_leave(node->outlet);
    instance_destroy(&node->instance);
    storage_destroy(&node->storage);
    lanes_outlet_destroy(&node->outlet);
    free(node);
}

/* Stops the marked nodes of a kind, all at once. */
static void
stop_marked(struct pipeline *self, enum weir_kind kind)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->node_count; i++)
        if (self->nodes[i]->marked && self->nodes[i]->configured->kind == kind)
            stage_ask_stop(instance_stage(self->nodes[i]->instance));
    int64_t deadline = clock_now_ns() + grace_ns;
    for (size_t i = 0; i < self->node_count; i++) {
        struct node *node = self->nodes[i];
        if (!node->marked || node->configured->kind != kind) {
            (void)pthread_mutex_lock(&self->lock);
            self->nodes[kept++] = node;
            (void)pthread_mutex_unlock(&self->lock);
            continue;
        }
        bool gone = stage_join(instance_stage(node->instance), deadline);
        (void)pthread_mutex_lock(&self->lock);
        self->nodes[i] = NULL;
        (void)pthread_mutex_unlock(&self->lock);
        if (gone)
            free_node(self, node);
        else
            leave_behind(self, node);
    }
    (void)pthread_mutex_lock(&self->lock);
    self->node_count = kept;
    (void)pthread_mutex_unlock(&self->lock);
}

static void
close_marked_ways(struct pipeline *self)
{
    int64_t deadline = clock_now_ns() + self->configuration->drain_timeout_ns;
    size_t kept = 0;

    for (size_t i = 0; i < self->way_count; i++) {
        if (self->ways[i]->marked)
            way_close(&self->ways[i], deadline);
        else
            self->ways[kept++] = self->ways[i];
    }
    self->way_count = kept;
}

bool
pipeline_stop(struct pipeline **self_p)
{
    struct pipeline *self = weir_take(*self_p);

    for (size_t i = 0; i < self->node_count; i++) {
        self->nodes[i]->marked = true;
        instance_be_quiet(self->nodes[i]->instance);
    }
    for (size_t i = 0; i < self->way_count; i++)
        self->ways[i]->marked = true;
    pipeline_mark_relays(self, NULL);
    stop_marked(self, WEIR_KIND_INPUT);
    pipeline_stop_relays(self, grace_ns);
    close_marked_ways(self);
    stop_marked(self, WEIR_KIND_REPORT);
    stop_marked(self, WEIR_KIND_STORAGE);
    crew_destroy(&self->query, clock_now_ns() + grace_ns);
    crew_destroy(&self->work, clock_now_ns() + grace_ns);
    if (self->left_behind)
        return false;
    configuration_destroy(&self->configuration);
    for (size_t i = 0; i < self->old_count; i++)
        configuration_destroy(&self->old[i]);
    free(self->old);
    free(self->nodes);
    free(self->ways);
    free(self->gates);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
    return true;
}

/* Reload ------------------------------------------------------------------- */

static bool
store_is_same(const struct pipeline *self, const struct configuration *fresh,
              const char *name)
{
    const struct configured_link *link = configuration_link(fresh, name);
    const struct configured_link *old_link =
        configuration_link(self->configuration, name);
    const struct configured_instance *storage =
        configuration_instance(fresh, WEIR_KIND_STORAGE, name);
    const struct node *node = pipeline_node(self, WEIR_KIND_STORAGE, name);

    if (link && old_link)
        return configured_link_same(link, old_link);
    return storage && node &&
           configured_instance_same(storage, node->configured);
}

/* The same, for what is sent: which stores a link has may differ. */
static bool
way_is_same(const struct pipeline *self, const struct configuration *fresh,
            const char *name)
{
    const struct configured_link *link = configuration_link(fresh, name);
    const struct configured_link *old_link =
        configuration_link(self->configuration, name);

    if (link && old_link)
        return configured_link_same_lanes(link, old_link);
    return store_is_same(self, fresh, name);
}

static bool
node_is_same(const struct pipeline *self, const struct configuration *fresh,
             const struct node *node)
{
    const struct configured_instance *old = node->configured;
    const struct configured_instance *now =
        configuration_instance(fresh, old->kind, old->name);

    if (!now || !configured_instance_same(old, now))
        return false;
    for (size_t i = 0; i < now->stores.count; i++)
        if (now->kind == WEIR_KIND_INPUT
                ? !way_is_same(self, fresh, now->stores.items[i])
                : !store_is_same(self, fresh, now->stores.items[i]))
            return false;
    return true;
}

static bool
way_is_needed(const struct pipeline *self, const struct configuration *fresh,
              const struct way *way)
{
    const struct configured_link *link = configuration_link(fresh, way->name);

    if (!way_is_same(self, fresh, way->name))
        return false;
    if (link && link->listen.count)
        return true;
    for (size_t i = 0; i < fresh->instance_count; i++)
        if (fresh->instances[i].kind == WEIR_KIND_INPUT &&
            names_store(&fresh->instances[i], way->name))
            return true;
    return false;
}

static bool
is_in_use(const struct pipeline *self, const struct configuration *old)
{
    for (size_t i = 0; i < self->node_count; i++)
        if (self->nodes[i]->from == old)
            return true;
    for (size_t i = 0; i < self->way_count; i++)
        if (self->ways[i]->from == old)
            return true;
    return pipeline_relays_use(self, old);
}

/* A stage that was left behind may still read its configuration. */
static void
free_old(struct pipeline *self)
{
    size_t kept = 0;

    if (self->left_behind)
        return;
    for (size_t i = 0; i < self->old_count; i++) {
        if (is_in_use(self, self->old[i]))
            self->old[kept++] = self->old[i];
        else
            configuration_destroy(&self->old[i]);
    }
    self->old_count = kept;
}

void
pipeline_reload(struct pipeline *self, struct configuration **configuration_p)
{
    struct configuration *fresh = weir_take(*configuration_p);
    size_t before = self->node_count;

    for (size_t i = 0; i < self->node_count; i++)
        self->nodes[i]->marked = !node_is_same(self, fresh, self->nodes[i]);
    for (size_t i = 0; i < self->way_count; i++)
        self->ways[i]->marked = !way_is_needed(self, fresh, self->ways[i]);
    pipeline_mark_relays(self, fresh);
    stop_marked(self, WEIR_KIND_INPUT);
    pipeline_stop_relays(self, grace_ns);
    close_marked_ways(self);
    stop_marked(self, WEIR_KIND_REPORT);
    stop_marked(self, WEIR_KIND_STORAGE);
    size_t kept = self->node_count;
    self->old = xrealloc(self->old, self->old_count + 1,
                         sizeof(struct configuration *));
    self->old[self->old_count++] = self->configuration;
    self->configuration = fresh;
    for (size_t i = 0; i < self->way_count; i++)
        way_update(self, self->ways[i]);
    pipeline_start_missing(self);
    free_old(self);
    log_line(LOG_INFO, "reloaded", "file", fresh->file, "kept",
             log_number((long long)kept), "stopped",
             log_number((long long)(before - kept)), "started",
             log_number((long long)(self->node_count - kept)), NULL);
}
