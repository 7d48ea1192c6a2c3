/* pipeline_look.c - is all ready, does it turn, is the configuration sound */
#include <config.h>

#include "pipeline_inner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

static const int64_t stuck_ns = 20 * NS_PER_S;

bool
pipeline_ready(struct pipeline *self, char *why, size_t size)
{
    bool ready = true;

    (void)pthread_mutex_lock(&self->lock);
    for (size_t i = 0; ready && i < self->node_count; i++) {
        const struct node *node = self->nodes[i];
        if (!node || instance_is_open(node->instance))
            continue;
        (void)snprintf(why, size, "%s %s is not open",
                       configuration_kind(node->configured->kind),
                       node->configured->name);
        ready = false;
    }
    ready = ready && pipeline_relays_ready(self, why, size);
    (void)pthread_mutex_unlock(&self->lock);
    return ready;
}

bool
pipeline_failed(struct pipeline *self)
{
    bool failed = false;

    (void)pthread_mutex_lock(&self->lock);
    for (size_t i = 0; !failed && i < self->node_count; i++)
        failed =
            self->nodes[i] && instance_has_failed(self->nodes[i]->instance);
    (void)pthread_mutex_unlock(&self->lock);
    return failed;
}

bool
pipeline_look(struct pipeline *self)
{
    bool turns = true;

    for (size_t i = 0; i < self->node_count; i++) {
        struct node *node = self->nodes[i];
        instance_look(node->instance);
        if (node->storage &&
            stage_busy_ns(instance_stage(node->instance)) > stuck_ns)
            turns = false;
    }
    for (size_t i = 0; i < self->way_count; i++)
        turns = way_turns(self->ways[i], stuck_ns) && turns;
    return turns && pipeline_relays_turn(self, stuck_ns);
}

size_t
pipeline_count(const struct pipeline *self)
{
    return self->node_count + self->way_count;
}

static int
check_one(const struct configured_instance *configured, char *why, size_t size)
{
    struct instance_settings settings = {
        .head = configured->head,
        .plugin = configured->plugin,
        .name = configured->name,
        .memory = configured->memory,
        .interval_ns = configured->interval_ns,
        .timeout_ns = configured->timeout_ns,
        .labels = configured->labels.labels,
    };

    if (!configured->head->plugin->check)
        return 0;
    struct instance *instance = instance_new(&settings);
    int rc = configured->head->plugin->check(instance_memory(instance));
    const char *reason = instance_why(instance);
    (void)snprintf(why, size, "%s", *reason ? reason : strerror(-rc));
    instance_destroy(&instance);
    return rc;
}

size_t
pipeline_check(struct configuration *configuration)
{
    size_t failed = 0;

    for (size_t i = 0; i < configuration->instance_count; i++) {
        const struct configured_instance *c = &configuration->instances[i];
        char why[512];
        if (check_one(c, why, sizeof(why)) >= 0)
            continue;
        complaints_error(&configuration->complaints,
                         (struct place){c->file, c->line}, "%s %s: %s",
                         configuration_kind(c->kind), c->name, why);
        failed++;
    }
    return failed;
}
