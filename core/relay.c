/* relay.c - a link that listens: its stage */
#include <config.h>

#include "relay.h"

#include <stdio.h>

#include "base.h"
#include "clock.h"
#include "log.h"
#include "port_self.h"
#include "relay_inner.h"
#include "self.h"

/* Between two tries to listen. */
static const int64_t listen_first_ns = NS_PER_S;
static const int64_t listen_most_ns = 60 * NS_PER_S;

struct relay *
relay_new(const struct relay_settings *settings)
{
    struct relay *self = xcalloc(1, sizeof(*self));
    char *stage = NULL;

    self->name = x_or_die(strdup(settings->name));
    self->listen_count = settings->listen_count;
    self->listen = arena_alloc(&self->texts,
                               settings->listen_count * sizeof(*self->listen));
    for (size_t i = 0; i < settings->listen_count; i++)
        self->listen[i] = arena_text(&self->texts, settings->listen[i]);
    self->keys = settings->keys;
    self->window_bytes = settings->window_bytes;
    self->listen_ns = listen_first_ns;
    if (asprintf(&stage, "relay-%s", settings->name) < 0)
        stage = x_or_die(NULL);
    self->stage = stage_new(stage);
    free(stage);
    return self;
}

void
relay_destroy(struct relay **self_p)
{
    struct relay *self = *self_p;

    if (!self)
        return;
    stage_destroy(&self->stage);
    relay_book_fini(&self->book);
    arena_clear(&self->texts);
    forgets_fini(&self->forgets);
    relay_split_fini(&self->split);
    free(self->name);
    free(self);
    *self_p = NULL;
}

struct stage *
relay_stage(struct relay *self)
{
    return self->stage;
}

/* The stage ------------------------------------------------------------------
 */

static void
provide(void *arg, struct weir_batch *into)
{
    static const struct weir_metric waiting = {
        "weir_relay_waiting_bytes", WEIR_GAUGE, "bytes",
        "Bytes taken that are neither stored nor in the spool."};
    static const struct weir_metric again = {
        "weir_relay_again_batches_total", WEIR_COUNTER, "",
        "Times that the link gave a batch back, to be offered again."};
    static const struct weir_metric full = {
        "weir_relay_full_total", WEIR_COUNTER, "",
        "Times that the window was full, and senders had to wait."};
    const struct relay *self = arg;
    const struct weir_label labels[] = {{"link", self->name}, {0}};

    port_self_relay(self->port, self->name, into);
    weir_add(into, &waiting, labels, (double)self->waiting);
    weir_add(into, &again, labels, (double)self->again);
    weir_add(into, &full, labels, (double)self->full);
}

/* Returns 0, or -errno with the endpoint that cannot be had. */
static int
bind_all(struct relay *self, const char **reterr_endpoint)
{
    for (size_t i = 0; i < self->listen_count; i++) {
        int rc = port_bind(self->port, self->listen[i], self->keys);
        *reterr_endpoint = self->listen[i];
        if (rc < 0)
            return rc;
        log_line(LOG_INFO, "relay_listens", "link", self->name, "endpoint",
                 self->listen[i], NULL);
    }
    return 0;
}

static void
begin(void *arg)
{
    struct relay *self = arg;
    const struct port_settings settings = {
        .name = self->name,
        .credit_bytes = self->window_bytes,
        .streams_most = PORT_STREAMS_MOST,
        .layouts_most = PORT_LAYOUTS_MOST,
        .tells_room = true,
    };
    const char *endpoint = NULL;

    self->port = port_new(self->stage, &settings, &relay_calls, self);
    int rc = bind_all(self, &endpoint);
    if (rc == 0) {
        self_register(provide, self);
        atomic_store(&self->open, true);
        return;
    }
    log_line(LOG_ERROR, "relay_failed", "link", self->name, "endpoint",
             endpoint, "error", strerror(-rc), NULL);
    port_destroy(&self->port);
    (void)stage_timer(self->stage, self->listen_ns, 0, begin, self);
    if (self->listen_ns < listen_most_ns)
        self->listen_ns *= 2;
}

static void
end(void *arg)
{
    struct relay *self = arg;

    atomic_store(&self->open, false);
    self_unregister(self);
    port_destroy(&self->port);
    relay_forget_all(self);
}

int
relay_start(struct relay *self, const struct outlet *outlet)
{
    self->outlet = outlet;
    return stage_start(self->stage, begin, end, self);
}

bool
relay_is_open(const struct relay *self)
{
    return atomic_load(&self->open);
}

void
relay_leave(struct relay *self)
{
    atomic_store(&self->leaving, true);
}

uint64_t
relay_waiting(const struct relay *self)
{
    return atomic_load(&self->waiting);
}
