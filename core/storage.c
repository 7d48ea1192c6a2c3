/* storage.c - runs a storage */
#include <config.h>

#include "storage.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base.h"
#include "link/answer.h"
#include "link/counter.h"
#include "link/port.h"
#include "port_self.h"
#include "self.h"

struct storage {
    struct instance *instance;
    const struct weir_plugin *plugin;
    void *memory; /* the plugin's */
    struct crew *query;
    struct arena texts;
    const char **listen; /* [listen_count] */
    size_t listen_count;
    struct keyring *keys; /* that they ask for; or NULL */
    uint64_t credit_bytes;

    pthread_mutex_t lock; /* of 'port', which other threads tell things */
    struct port *port;    /* while open; or NULL */
    struct desk *desk;
    struct counter *counter;
};

const char *
storage_endpoint(const char *name, char endpoint[STORAGE_ENDPOINT_SIZE])
{
    (void)snprintf(endpoint, STORAGE_ENDPOINT_SIZE, "inproc://storage-%s",
                   name);
    return endpoint;
}

static void
provide(void *arg, struct weir_batch *into)
{
    const struct storage *self = arg;

    port_self_store(self->port, instance_name(self->instance), into);
}

struct storage *
storage_new(const struct storage_settings *settings)
{
    struct storage *self = xcalloc(1, sizeof(*self));

    (void)pthread_mutex_init(&self->lock, NULL);
    self->instance = settings->instance;
    self->plugin = instance_plugin(settings->instance);
    self->memory = instance_memory(settings->instance);
    self->query = settings->query;
    self->credit_bytes = settings->credit_bytes;
    self->listen_count = settings->listen_count;
    self->keys = settings->keys;
    self->listen = arena_alloc(&self->texts, (settings->listen_count + 1) *
                                                 sizeof(*self->listen));
    for (size_t i = 0; i < settings->listen_count; i++)
        self->listen[i] = arena_text(&self->texts, settings->listen[i]);
    return self;
}

void
storage_destroy(struct storage **self_p)
{
    struct storage *self = *self_p;

    if (!self)
        return;
    (void)pthread_mutex_destroy(&self->lock);
    arena_clear(&self->texts);
    free(self);
    *self_p = NULL;
}

static void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    struct storage *self = arg;

    if (self->plugin->resolve)
        (void)self->plugin->resolve(self->memory, layout_shape(layout), from,
                                    layout_resolved(layout));
}

static void
forget(void *arg, struct layout *layout)
{
    struct storage *self = arg;

    if (self->plugin->forget)
        self->plugin->forget(self->memory, *layout_resolved(layout));
}

static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct storage *self = arg;
    struct weir_batch *lent = batch_of_frame(batch);

    int rc = self->plugin->append(self->memory, lent, ticket);
    weir_batch_destroy(&lent);
    return rc;
}

static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    struct storage *self = arg;

    if (!self->plugin->last)
        return -ENOENT;
    return self->plugin->last(self->memory, stream, ret_sequence);
}

static void
asked(void *arg, struct socket *socket, const struct socket_peer *peer,
      const struct frame_view *view)
{
    struct storage *self = arg;
    desk_take(self->desk, socket, peer, view);
}

/* On a query thread. */
static int
answer(void *arg, const struct weir_select *what, struct weir_sink *sink)
{
    struct storage *self = arg;

    if (!self->plugin->select)
        return -ENOTSUP;
    return self->plugin->select(self->memory, what, sink);
}

static int
bind_all(struct storage *self)
{
    char endpoint[STORAGE_ENDPOINT_SIZE];
    const char *name = instance_name(self->instance);

    int rc = port_bind(self->port, storage_endpoint(name, endpoint), NULL);
    if (rc < 0)
        return weir_fail(self->memory, rc, "cannot bind %s", endpoint);
    for (size_t i = 0; i < self->listen_count; i++) {
        rc = port_bind(self->port, self->listen[i], self->keys);
        if (rc < 0)
            return weir_fail(self->memory, rc, "cannot listen on %s",
                             self->listen[i]);
    }
    return 0;
}

static struct counter *
open_counter(struct storage *self)
{
    char endpoint[STORAGE_ENDPOINT_SIZE];
    const struct counter_settings settings = {
        .crew = self->query,
        .select = answer,
        .arg = self,
        .is_prompt = self->plugin->is_prompt,
        .can_slice = self->plugin->can_slice,
    };

    return counter_open(
        storage_endpoint(instance_name(self->instance), endpoint), &settings);
}

static int
opened(void *arg)
{
    static const struct port_calls calls = {resolve, forget, append, last,
                                            asked};
    struct storage *self = arg;
    struct stage *stage = instance_stage(self->instance);
    struct port_settings settings = {
        .name = instance_name(self->instance),
        .credit_bytes = self->credit_bytes,
        .streams_most = PORT_STREAMS_MOST,
        .layouts_most = PORT_LAYOUTS_MOST,
    };

    self->desk = desk_new(stage, self->query, answer, self);
    self->port = port_new(stage, &settings, &calls, self);
    int rc = bind_all(self);
    if (rc < 0)
        return rc;
    self->counter = open_counter(self);
    self_register(provide, self);
    return 0;
}

static void
closing(void *arg)
{
    struct storage *self = arg;

    self_unregister(self);
    counter_close(&self->counter);
    desk_destroy(&self->desk);
    (void)pthread_mutex_lock(&self->lock);
    struct port *port = weir_take(self->port);
    (void)pthread_mutex_unlock(&self->lock);
    port_destroy(&port);
}

static void
durable(void *arg, uint64_t number)
{
    struct storage *self = arg;
    (void)pthread_mutex_lock(&self->lock);
    if (self->port)
        port_durable(self->port, number);
    (void)pthread_mutex_unlock(&self->lock);
}

static void
refused(void *arg, uint64_t number, const char *why)
{
    struct storage *self = arg;
    (void)pthread_mutex_lock(&self->lock);
    if (self->port)
        port_refused(self->port, number, why);
    (void)pthread_mutex_unlock(&self->lock);
}

static void
room(void *arg)
{
    struct storage *self = arg;
    (void)pthread_mutex_lock(&self->lock);
    if (self->port)
        port_room(self->port);
    (void)pthread_mutex_unlock(&self->lock);
}

void
storage_complete_world(struct storage *self, struct instance_world *world)
{
    world->durable = durable;
    world->refused = refused;
    world->room = room;
    world->opened = opened;
    world->closing = closing;
    world->storage_arg = self;
}
