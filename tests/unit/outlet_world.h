/* outlet_world.h - stores of one stage each, and a source, in tests of what is
 * between them
 */
#ifndef OUTLET_WORLD_H
#define OUTLET_WORLD_H

#include <errno.h>
#include <stdatomic.h>

#include "base.h"
#include "clock.h"
#include "layout.h"
#include "link/port.h"
#include "link/socket.h"
#include "outlet.h"
#include "spec.h"

static const int64_t patience_ns = 20 * NS_PER_S;
static const struct weir_metric load = {"load", WEIR_GAUGE, "", "Load."};
static const struct weir_label none[] = {{0}};

/* A store of one stage; it does with each batch as 'rc' says. */
struct store {
    const char *endpoint;
    struct stage *stage;
    struct port *port;
    struct lane *lane;     /* the way to it */
    struct spread *spread; /* of that lane alone; or NULL */
    atomic_uint layouts;   /* that it heard of */
    _Atomic int rc;        /* 0, -EBADMSG, or 1: nothing yet */
    atomic_uint count;     /* batches */
    _Atomic double sum;    /* of their values */
    _Atomic uint64_t number;
    uint64_t sequence; /* of the last batch */
    atomic_bool begun;
};

static inline void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    struct store *self = arg;

    (void)layout;
    self->layouts += from == 0;
}

static inline void
forget(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static inline int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct store *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    self->number = ticket->number;
    self->sequence = ticket->sequence;
    if (self->rc == 0)
        port_durable(self->port, ticket->number);
    if (self->rc < 0)
        port_refused(self->port, ticket->number, "it smells");
    self->sum = self->sum + rows->values[0];
    self->count++;
    return 0;
}

static inline int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    const struct store *self = arg;

    (void)stream;
    if (!self->sequence)
        return -ENOENT;
    *ret_sequence = self->sequence;
    return 0;
}

static inline void
asked(void *arg, struct socket *socket, const struct socket_peer *peer,
      const struct frame_view *view)
{
    (void)arg;
    (void)socket;
    (void)peer;
    (void)view;
}

static inline void
begin(void *arg)
{
    static const struct port_calls calls = {resolve, forget, append, last,
                                            asked};
    static const struct port_settings settings = {
        .name = "test",
        .credit_bytes = 4 << 20,
        .streams_most = 4,
        .layouts_most = 64,
    };
    struct store *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    ck_assert_int_eq(port_bind(self->port, self->endpoint, NULL), 0);
    self->begun = true;
}

static inline void
end(void *arg)
{
    struct store *self = arg;
    port_destroy(&self->port);
}

/* It listens at its endpoint, until store_stop(). */
static inline void
store_start(struct store *self)
{
    self->stage = stage_new("store");
    self->begun = false;
    ck_assert_int_eq(stage_start(self->stage, begin, end, self), 0);
    while (!self->begun)
        (void)usleep(1000);
}

static inline void
store_stop(struct store *self)
{
    stage_ask_stop(self->stage);
    ck_assert(stage_join(self->stage, clock_now_ns() + patience_ns));
    stage_destroy(&self->stage);
}

static inline void
store_open(struct store *self, const char *endpoint, int rc, uint64_t window)
{
    const struct lane_settings lane = {.name = "test",
                                       .endpoint = endpoint,
                                       .sender = "host",
                                       .window_bytes = window};

    socket_setup();
    *self = (struct store){.endpoint = endpoint, .rc = rc};
    store_start(self);
    ck_assert_int_eq(lane_open(&lane, &self->lane), 0);
    self->spread = spread_new("test");
    spread_set(self->spread, &self->lane, 1, 1);
}

static inline void
store_close(struct store *self)
{
    (void)lane_close(&self->lane, clock_now_ns());
    spread_destroy(&self->spread);
    if (self->stage)
        store_stop(self);
}

/* What sends. */
struct sender {
    struct stage *stage;
    struct lanes_outlet *outlet;
    const struct outlet *to;
    struct source_figures figures;
    struct weir_source *source;
    unsigned told;
    int rc; /* what was told last */
    char why[64];
};

static inline void
hear(void *self, void *arg, int rc, const char *why)
{
    struct sender *sender = arg;

    ck_assert_ptr_eq(self, sender);
    sender->told++;
    sender->rc = rc;
    (void)snprintf(sender->why, sizeof(sender->why), "%s", why ? why : "-");
}

static inline void
sender_open(struct sender *self, struct spread *const spreads[], size_t count)
{
    *self = (struct sender){.stage = stage_new("sender")};
    self->outlet = lanes_outlet_new(self->stage, self, spreads, count);
    self->to = lanes_outlet_outlet(self->outlet);
    self->source = source_new(&(struct source_settings){
        .outlet = self->to, .figures = &self->figures});
}

static inline int
send_value(struct sender *self, double value)
{
    const struct weir_series series = {&load, "", none};
    struct weir_batch *batch = weir_batch_begin(self->source, NS_PER_S);

    weir_add_series(batch, &series, value);
    return weir_batch_end(&batch, hear, self);
}

static inline void
run_until_told(struct sender *self, unsigned count)
{
    int64_t until = clock_now_ns() + patience_ns;

    while (self->told < count && clock_now_ns() < until)
        stage_run(self->stage, NS_PER_MS);
    ck_assert_uint_eq(self->told, count);
}

static inline void
sender_close(struct sender *self)
{
    lanes_outlet_leave(self->outlet);
    source_abandon(&self->source);
    stage_destroy(&self->stage);
    lanes_outlet_destroy(&self->outlet);
    ck_assert_ptr_null(self->outlet);
    lanes_outlet_destroy(&self->outlet);
}

#endif /* OUTLET_WORLD_H */
