/* pipeline_relay.c - the links that listen: started, stopped, looked at */
#include <config.h>

#include "pipeline_inner.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "clock.h"
#include "outlet.h"
#include "relay.h"

static struct gate *
find_gate(const struct pipeline *self, const char *name)
{
    for (size_t i = 0; i < self->gate_count; i++)
        if (strcmp(self->gates[i]->link->name, name) == 0)
            return self->gates[i];
    return NULL;
}

static void
start_gate(struct pipeline *self, const struct configured_link *link)
{
    const struct relay_settings settings = {
        .name = link->name,
        .listen = link->listen.items,
        .listen_count = link->listen.count,
        .keys = link->insecure ? NULL : self->keys,
        .window_bytes = link->window_bytes,
    };
    const struct weir_list itself = {1, &link->name};
    struct gate *gate = xcalloc(1, sizeof(*gate));

    gate->from = self->configuration;
    gate->link = link;
    gate->relay = relay_new(&settings);
    gate->outlet =
        pipeline_outlet(self, &itself, relay_stage(gate->relay), gate->relay);
    (void)pthread_mutex_lock(&self->lock);
    self->gates =
        xrealloc(self->gates, self->gate_count + 1, sizeof(struct gate *));
    self->gates[self->gate_count++] = gate;
    (void)pthread_mutex_unlock(&self->lock);
    int rc = relay_start(gate->relay, lanes_outlet_outlet(gate->outlet));
    if (rc < 0)
        log_line(LOG_ERROR, "start_failed", "link", link->name, "error",
                 strerror(-rc), NULL);
}

void
pipeline_start_relays(struct pipeline *self)
{
    const struct configuration *configuration = self->configuration;

    for (size_t i = 0; i < configuration->link_count; i++) {
        const struct configured_link *link = &configuration->links[i];
        if (link->listen.count && !find_gate(self, link->name))
            start_gate(self, link);
    }
}

void
pipeline_mark_relays(struct pipeline *self, const struct configuration *fresh)
{
    for (size_t i = 0; i < self->gate_count; i++) {
        struct gate *gate = self->gates[i];
        const struct configured_link *now =
            fresh ? configuration_link(fresh, gate->link->name) : NULL;
        gate->marked = !now || !configured_link_same(gate->link, now);
    }
}

/* Its thread may still use all of it, and the lane. */
static void
leave_behind(struct pipeline *self, struct gate *gate)
{
    log_line(LOG_ERROR, "stage_left_behind", "link", gate->link->name, "error",
             "the relay does not return from its call", NULL);
    self->left_behind = true;
    for (size_t i = 0; i < self->way_count; i++)
        if (strcmp(self->ways[i]->name, gate->link->name) == 0)
            self->ways[i]->held = true;
}

static void
close_gate(struct pipeline *self, struct gate *gate, int64_t deadline_ns)
{
    if (!stage_join(relay_stage(gate->relay), deadline_ns)) {
        leave_behind(self, gate);
        return;
    }
    lanes_outlet_leave(gate->outlet);
    relay_destroy(&gate->relay);
    lanes_outlet_destroy(&gate->outlet);
    free(gate);
}

/* Lets relays tell their senders what is safe, so that these need not send it
 * again. */
static void
wait_for_fates(struct gate *const gates[], size_t count, int64_t deadline_ns)
{
    for (size_t i = 0; i < count; i++)
        relay_leave(gates[i]->relay);
    for (size_t i = 0; i < count; i++)
        while (relay_waiting(gates[i]->relay) && clock_now_ns() < deadline_ns)
            (void)usleep(2000);
}

void
pipeline_stop_relays(struct pipeline *self, int64_t grace_ns)
{
    struct gate **stopped = xcalloc(self->gate_count, sizeof(struct gate *));
    size_t count = 0;
    size_t kept = 0;

    (void)pthread_mutex_lock(&self->lock);
    for (size_t i = 0; i < self->gate_count; i++)
        if (self->gates[i]->marked)
            stopped[count++] = self->gates[i];
        else
            self->gates[kept++] = self->gates[i];
    self->gate_count = kept;
    (void)pthread_mutex_unlock(&self->lock);
    wait_for_fates(stopped, count, clock_now_ns() + grace_ns);
    for (size_t i = 0; i < count; i++)
        stage_ask_stop(relay_stage(stopped[i]->relay));
    int64_t deadline_ns = clock_now_ns() + grace_ns;
    for (size_t i = 0; i < count; i++)
        close_gate(self, stopped[i], deadline_ns);
    free(stopped);
}

bool
pipeline_relays_use(const struct pipeline *self,
                    const struct configuration *old)
{
    for (size_t i = 0; i < self->gate_count; i++)
        if (self->gates[i]->from == old)
            return true;
    return false;
}

bool
pipeline_relays_ready(const struct pipeline *self, char *why, size_t size)
{
    for (size_t i = 0; i < self->gate_count; i++) {
        if (relay_is_open(self->gates[i]->relay))
            continue;
        (void)snprintf(why, size, "link %s does not listen",
                       self->gates[i]->link->name);
        return false;
    }
    return true;
}

bool
pipeline_relays_turn(const struct pipeline *self, int64_t stuck_ns)
{
    for (size_t i = 0; i < self->gate_count; i++)
        if (stage_busy_ns(relay_stage(self->gates[i]->relay)) > stuck_ns)
            return false;
    return true;
}
