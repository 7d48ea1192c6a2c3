/* herd.c - very many agents in one process, as a store sees them
 *
 * Each agent has a socket of its own and the protocol's sender, as a lane has,
 * and sends a row of its series once an interval, at a moment of its own; a
 * hundred of them share a thread.  Once a second a line says how they fare:
 *
 *     SECOND streaming N connects N durable N late N again N
 *
 * 'connects' and what follows count that second alone, but 'late': agents of
 * which a batch has waited for longer than an interval.
 *
 *     herd ENDPOINT [AGENTS [SERIES [INTERVAL_S [SECONDS]]]]
 */
#include <config.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "layout.h"
#include "link/sender.h"
#include "link/socket.h"
#include "link/word.h"
#include "stage.h"

enum {
    FLOCK = 100,            /* agents of a thread */
    WINDOW_BYTES = 1 << 20, /* that an agent keeps */
    SERIES_MOST = 4096,
};

static const int64_t turn_ns = 100 * NS_PER_MS;

struct herd {
    const char *endpoint;
    uint32_t agents, series;
    int64_t interval_ns;
    double *values;              /* [series] */
    struct weir_metric *metrics; /* [series] */
    _Atomic uint64_t streaming, connects, durable, late, again;
};

struct agent {
    struct herd *herd;
    struct stage *stage;
    struct socket *socket;
    struct sender *sender;
    struct layout *layout;
    int64_t due_ns;     /* of the next row */
    int64_t settled_ns; /* when nothing was waiting */
    uint64_t again;
    bool streaming;
};

struct flock {
    struct herd *herd;
    struct stage *stage;
    size_t first, count;
    uint64_t late;
    struct agent agents[FLOCK];
};

/* An agent -------------------------------------------------------------------
 */

static int
send_frame(void *arg, struct frame *frame)
{
    struct agent *self = arg;

    return socket_send(self->socket, NULL, frame);
}

static void
heard(void *arg, const struct socket_peer *peer, const struct frame_view *view)
{
    struct agent *self = arg;

    (void)peer;
    sender_heard(self->sender, view, clock_now_ns());
}

static int
connect_agent(struct agent *self)
{
    const struct socket_place place = {.endpoint = self->herd->endpoint};
    struct socket *fresh = NULL;

    int rc = socket_connect(self->stage, &place, heard, self, &fresh);
    if (rc < 0)
        return rc;
    socket_destroy(&self->socket);
    self->socket = fresh;
    return 0;
}

static void
reopen(void *arg)
{
    (void)connect_agent(arg);
}

static void
changed(void *arg, enum sender_state state, const char *why)
{
    struct agent *self = arg;
    bool is = state == SENDER_STREAMING;

    if (why)
        (void)fprintf(stderr, "refused: %s\n", why);
    if (is && !self->streaming) {
        self->herd->streaming++;
        self->herd->connects++;
    } else if (!is && self->streaming) {
        self->herd->streaming--;
    }
    self->streaming = is;
}

static void
settled(void *arg, uint64_t cost, int rc)
{
    struct agent *self = arg;

    (void)cost;
    self->herd->durable += rc == 0;
}

static void
make_layout(struct agent *self, size_t number)
{
    char name[24];
    const struct weir_label labels[] = {{"instance", name}, {0}};

    (void)snprintf(name, sizeof(name), "agent-%zu", number);
    self->layout = layout_new(1);
    for (uint32_t i = 0; i < self->herd->series; i++)
        (void)layout_add(
            self->layout,
            &(struct weir_series){&self->herd->metrics[i], "", labels});
}

static void
offer_layout(struct agent *self)
{
    const struct weir_layout *shape = layout_shape(self->layout);

    for (uint32_t next = 0; next < self->herd->series;) {
        weir_cleanup(frame_release) struct frame *frame =
            frame_of_layout(shape, 1, next, &next);
        sender_offer_layout(self->sender, &frame);
    }
}

static void
start_agent(struct agent *self, size_t number)
{
    static const struct sender_calls calls = {send_frame, reopen, changed,
                                              settled, NULL};
    struct sender_settings settings = {.incarnation = 1, .name = "herd"};
    uint32_t chance = 0;
    int64_t now_ns = clock_now_ns();

    (void)getrandom(settings.stream, sizeof(settings.stream), 0);
    (void)getrandom(&chance, sizeof(chance), 0);
    if (connect_agent(self) < 0) {
        (void)fprintf(stderr, "no socket for agent %zu\n", number);
        exit(EXIT_FAILURE);
    }
    self->sender = sender_new(&settings, &calls, self, now_ns);
    make_layout(self, number);
    offer_layout(self);
    self->settled_ns = now_ns;
    self->due_ns =
        now_ns + (int64_t)(chance / 0x1p32 * (double)self->herd->interval_ns);
}

static void
offer_row(struct agent *self)
{
    int64_t time_ns = clock_wall_ns();
    const struct weir_rows row = {.layout = layout_shape(self->layout),
                                  .width = self->herd->series,
                                  .count = 1,
                                  .times_ns = &time_ns,
                                  .values = self->herd->values};

    if (sender_kept(self->sender) >= WINDOW_BYTES)
        return;
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&row, 1, NULL, 0);
    sender_offer(self->sender, &frame, NULL, NULL);
}

/* Returns whether a batch has waited for longer than an interval. */
static bool
run_agent(struct agent *self, int64_t now_ns)
{
    if (now_ns >= self->due_ns) {
        self->due_ns += self->herd->interval_ns;
        offer_row(self);
        sender_pump(self->sender, now_ns);
    }
    if (!self->streaming || sender_kept(self->sender) > 0)
        sender_tick(self->sender, now_ns);
    uint64_t again = sender_figures(self->sender).again;
    self->herd->again += again - self->again;
    self->again = again;
    if (sender_kept(self->sender) == 0)
        self->settled_ns = now_ns;
    return now_ns - self->settled_ns > self->herd->interval_ns;
}

/* A flock --------------------------------------------------------------------
 */

static void
run_flock(void *arg)
{
    struct flock *self = arg;
    int64_t now_ns = clock_now_ns();
    uint64_t late = 0;

    for (size_t i = 0; i < self->count; i++)
        late += run_agent(&self->agents[i], now_ns);
    self->herd->late += late - self->late;
    self->late = late;
}

static void
begin(void *arg)
{
    struct flock *self = arg;

    for (size_t i = 0; i < self->count; i++) {
        self->agents[i].herd = self->herd;
        self->agents[i].stage = self->stage;
        start_agent(&self->agents[i], self->first + i);
    }
    (void)stage_timer(self->stage, turn_ns, turn_ns, run_flock, self);
}

static void
start_flocks(struct herd *herd)
{
    for (size_t first = 0; first < herd->agents; first += FLOCK) {
        struct flock *flock = xcalloc(1, sizeof(*flock));
        size_t left = herd->agents - first;
        *flock = (struct flock){.herd = herd,
                                .stage = stage_new("flock"),
                                .first = first,
                                .count = left < FLOCK ? left : FLOCK};
        if (stage_start(flock->stage, begin, NULL, flock) < 0)
            exit(EXIT_FAILURE);
    }
}

static void
tell(struct herd *herd, unsigned seconds)
{
    for (unsigned second = 1; second <= seconds; second++) {
        (void)sleep(1);
        (void)printf(
            "%u streaming %llu connects %llu durable %llu late %llu again "
            "%llu\n",
            second, (unsigned long long)herd->streaming,
            (unsigned long long)atomic_exchange(&herd->connects, 0),
            (unsigned long long)atomic_exchange(&herd->durable, 0),
            (unsigned long long)herd->late,
            (unsigned long long)atomic_exchange(&herd->again, 0));
        (void)fflush(stdout);
    }
}

/* Each agent has two descriptors and a socket. */
static void
make_room(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    (void)zmq_ctx_set(socket_context(), ZMQ_MAX_SOCKETS, 1 << 16);
}

static void
make_series(struct herd *herd)
{
    herd->values = xcalloc(herd->series, sizeof(*herd->values));
    herd->metrics = xcalloc(herd->series, sizeof(*herd->metrics));
    for (uint32_t i = 0; i < herd->series; i++) {
        char name[24];
        (void)snprintf(name, sizeof(name), "herd_%u", i);
        herd->values[i] = i * 1.5;
        herd->metrics[i] = (struct weir_metric){x_or_die(strdup(name)),
                                                WEIR_GAUGE, "", "Synthetic."};
    }
}

static uint32_t
number_at(char **argv, int argc, int at, uint32_t otherwise)
{
    return argc > at ? (uint32_t)strtoul(argv[at], NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "usage: herd ENDPOINT [AGENTS [SERIES "
                              "[INTERVAL_S [SECONDS]]]]\n");
        return 2;
    }
    struct herd herd = {
        .endpoint = argv[1],
        .agents = number_at(argv, argc, 2, 5000),
        .series = number_at(argv, argc, 3, 200),
        .interval_ns = number_at(argv, argc, 4, 10) * NS_PER_S,
    };

    if (herd.series == 0 || herd.series > SERIES_MOST)
        return 2;
    make_series(&herd);
    socket_setup();
    make_room();
    start_flocks(&herd);
    tell(&herd, number_at(argv, argc, 5, 60));
    /* What is under way is left to the kernel. */
    _exit(EXIT_SUCCESS);
}
