/* lane_ends.h - what stands at both ends of a lane in a test: a store that
 * counts, and a source of batches
 */
#ifndef LANE_ENDS_H
#define LANE_ENDS_H

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "layout.h"
#include "link/lane.h"
#include "link/port.h"
#include "link/socket.h"
#include "spec.h"
#include "stage.h"

enum { COLUMNS = 100, PATIENCE_S = 30 };

static const struct weir_metric metric = {"counted_total", WEIR_COUNTER, "",
                                          "Counts."};

/* A store that keeps nothing but what it needs to see that each batch comes
 * once and in order: the value in column 0 counts batches. */
struct store {
    struct stage *stage;
    struct port *port;
    atomic_bool begun; /* 'port' and 'bound' are set */
    const char *endpoint;
    const char *other_endpoint; /* or NULL */
    _Atomic uint64_t last;      /* sequence that is durable; survives */
    uint8_t stream[16];
    atomic_int resolved, forgotten;
    atomic_uint batches;
    atomic_uint wrong; /* batches out of order or with a wrong content */
    atomic_int mode;   /* how it behaves, see below */
    atomic_int bound;  /* what port_bind() returned */
};

enum {
    MODE_PLAIN = 0,
    MODE_LATE = 1,   /* nothing becomes durable */
    MODE_FULL = 2,   /* appends are put off */
    MODE_REFUSE = 3, /* the first batch is refused for ever */
    MODE_QUOTA = 4,  /* of each batch two samples are refused */
};

static inline void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    struct store *self = arg;

    if (from == 0)
        self->resolved++;
    *layout_resolved(layout) = self;
}

static inline void
forget(void *arg, struct layout *layout)
{
    struct store *self = arg;

    if (*layout_resolved(layout) == self)
        self->forgotten++;
}

static inline int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct store *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    if (self->mode == MODE_FULL)
        return -EAGAIN;
    if (count != 1 || rows->resolved != self || rows->width != COLUMNS ||
        rows->values[0] != (double)ticket->sequence ||
        ticket->sequence != self->last + 1)
        self->wrong++;
    self->last = ticket->sequence;
    memcpy(self->stream, ticket->stream, sizeof(self->stream));
    self->batches++;
    if (self->mode == MODE_REFUSE && ticket->sequence == 1)
        port_refused(self->port, ticket->number, "it smells");
    else if (self->mode != MODE_LATE)
        port_durable(self->port, ticket->number);
    return self->mode == MODE_QUOTA ? 2 : 0;
}

static inline int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    const struct store *self = arg;

    if (memcmp(self->stream, stream, sizeof(self->stream)) != 0)
        return -ENOENT;
    *ret_sequence = self->last;
    return 0;
}

static inline void
asked(void *arg, struct socket *socket, const struct socket_peer *peer,
      const struct frame_view *view)
{
    (void)arg;
    (void)socket_send(
        socket, peer,
        frame_new(&(struct frame_head){.type = FRAME_ANSWER, .a = view->head.a},
                  NULL, 0));
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
        .layouts_most = 4,
    };
    struct store *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    self->bound = port_bind(self->port, self->endpoint, NULL);
    if (self->other_endpoint && self->bound == 0)
        self->bound = port_bind(self->port, self->other_endpoint, NULL);
    self->begun = true;
}

static inline void
end(void *arg)
{
    struct store *self = arg;

    port_destroy(&self->port);
}

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
    ck_assert(stage_join(self->stage, clock_now_ns() + 10 * NS_PER_S));
    stage_destroy(&self->stage);
}

/* What offers batches, and counts their fates. */
struct source {
    const struct lane_spool *spool; /* or NULL */
    uint64_t noise;                 /* chance, where batches are not to pack */
    struct lane *lane;
    struct layout *layout;
    uint64_t offered;
    atomic_uint durable, refused, cut, cancelled;
};

static inline void
fate(void *arg, int rc, const char *why)
{
    struct source *self = arg;

    (void)why;
    self->durable += rc == 0;
    self->refused += rc == -EBADMSG;
    self->cut += rc == -EDQUOT;
    self->cancelled += rc == -ECANCELED;
}

static inline void
source_open(struct source *self, const char *endpoint, uint64_t window_bytes)
{
    struct lane_settings settings = {.name = "test",
                                     .endpoint = endpoint,
                                     .sender = "host",
                                     .window_bytes = window_bytes,
                                     .spool = self->spool};
    uint32_t next = 0;

    socket_setup();
    ck_assert_int_eq(lane_open(&settings, &self->lane), 0);
    self->layout = layout_new(1);
    for (uint32_t i = 0; i < COLUMNS; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%u", i);
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)layout_add(self->layout,
                         &(struct weir_series){&metric, "", labels});
    }
    struct frame *frame =
        frame_of_layout(layout_shape(self->layout), 1, 0, &next);
    lane_offer_layout(self->lane, &frame);
}

static inline int
offer(struct source *self)
{
    double values[COLUMNS] = {(double)self->offered + 1};
    int64_t time_ns = 1000;
    struct weir_rows rows = {.layout = layout_shape(self->layout),
                             .width = COLUMNS,
                             .count = 1,
                             .times_ns = &time_ns,
                             .values = values};
    for (size_t i = 1; self->noise && i < COLUMNS; i++)
        values[i] = (double)spec_random(&self->noise) / 3;
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&rows, 1, NULL, 0);

    int rc = lane_offer(self->lane, &frame, fate, self);
    ck_assert(rc == 0 ? !frame : frame != NULL);
    self->offered += rc == 0;
    return rc;
}

static inline void
offer_many(struct source *self, uint64_t count)
{
    while (count > 0)
        if (offer(self) == 0)
            count--;
        else
            (void)usleep(1000);
}

static inline uint64_t
source_close(struct source *self)
{
    uint64_t left =
        lane_close(&self->lane, clock_now_ns() + PATIENCE_S * NS_PER_S);

    ck_assert_ptr_null(self->lane);
    layout_destroy(&self->layout);
    return left;
}

static inline void
free_endpoint(char (*endpoint)[64])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    (void)close(fd);
    (void)snprintf(*endpoint, sizeof(*endpoint), "tcp://127.0.0.1:%u",
                   ntohs(address.sin_port));
}

/* A folder of its own for an ipc:// endpoint. */
struct folder {
    char path[32];
    char endpoint[64];
};

static inline void
folder_init(struct folder *self)
{
    (void)strcpy(self->path, "/tmp/weirXXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(self->path));
    (void)snprintf(self->endpoint, sizeof(self->endpoint), "ipc://%s/store",
                   self->path);
}

static inline void
folder_fini(struct folder *self)
{
    (void)unlink(self->endpoint + strlen("ipc://"));
    (void)rmdir(self->path);
}

#endif /* LANE_ENDS_H */
