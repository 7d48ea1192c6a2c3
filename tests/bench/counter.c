/* counter.c - a store that counts samples and keeps none */
#include <config.h>

#include "counter.h"

#include <errno.h>
#include <stdatomic.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/port.h"
#include "stage.h"

enum { CREDIT_BYTES = 16 << 20 }; /* as a storage has by default */

static const int64_t patience_ns = 10 * NS_PER_S;

struct counter {
    struct stage *stage;
    struct port *port;
    const char *endpoint;
    struct keyring *keys;
    _Atomic uint64_t samples;
    _Atomic int bound; /* 1: not yet tried; else what port_bind() returned */
};

static void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    (void)arg;
    (void)layout;
    (void)from;
}

static void
forget(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static uint64_t
count_rows(const struct weir_rows *rows)
{
    size_t words = (rows->width + 63) / 64 * (size_t)rows->count;
    uint64_t count = 0;

    if (!rows->present)
        return (uint64_t)rows->width * rows->count;
    for (size_t w = 0; w < words; w++)
        count += (uint64_t)__builtin_popcountll(rows->present[w]);
    return count;
}

static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct counter *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    for (size_t i = 0; i < count; i++)
        self->samples += count_rows(&rows[i]);
    port_durable(self->port, ticket->number);
    return 0;
}

/* In the form of port_calls.  NOLINTBEGIN(readability-non-const-parameter) */
static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    (void)arg;
    (void)stream;
    (void)ret_sequence;
    return -ENOENT;
}
/* NOLINTEND(readability-non-const-parameter) */

static void
asked(void *arg, struct socket *socket, const struct socket_peer *peer,
      const struct frame_view *view)
{
    (void)arg;
    (void)socket;
    (void)peer;
    (void)view;
}

static void
begin(void *arg)
{
    static const struct port_calls calls = {resolve, forget, append, last,
                                            asked};
    static const struct port_settings settings = {
        .name = "counter",
        .credit_bytes = CREDIT_BYTES,
        .streams_most = 4,
        .layouts_most = 64,
    };
    struct counter *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    self->bound = port_bind(self->port, self->endpoint, self->keys);
}

static void
end(void *arg)
{
    struct counter *self = arg;

    port_destroy(&self->port);
}

int
counter_open(const char *endpoint, struct keyring *keys,
             struct counter **ret_counter)
{
    static const struct timespec pause = {0, NS_PER_MS};
    weir_cleanup(counter_destroy) struct counter *self =
        xcalloc(1, sizeof(*self));

    self->endpoint = endpoint;
    self->keys = keys;
    self->bound = 1;
    self->stage = stage_new("counter");
    int rc = stage_start(self->stage, begin, end, self);
    if (rc < 0)
        return rc;
    while (self->bound == 1)
        (void)nanosleep(&pause, NULL);
    if (self->bound < 0)
        return self->bound;
    *ret_counter = weir_take(self);
    return 0;
}

void
counter_destroy(struct counter **self_p)
{
    struct counter *self = *self_p;

    if (!self)
        return;
    stage_ask_stop(self->stage);
    if (!stage_join(self->stage, clock_now_ns() + patience_ns))
        abort();
    stage_destroy(&self->stage);
    free(self);
    *self_p = NULL;
}

uint64_t
counter_samples(const struct counter *self)
{
    return self->samples;
}
