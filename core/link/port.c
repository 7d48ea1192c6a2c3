/* port.c - a store's end of links */
#include <config.h>

#include "link/port.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/receiver.h"

static const int64_t tick_ns = 250 * NS_PER_MS;

struct refusal {
    struct refusal *next;
    uint64_t number;
    char *why;
};

/* What threads of the store have said since the last look. */
struct notes {
    uint64_t durable;
    struct refusal *refusals; /* newest first */
    bool room;
};

/* What other threads see of a port. */
struct board {
    pthread_mutex_t lock;
    struct notes notes;
    struct port_figures figures;
};

/* Where frames come in. */
struct arrival {
    struct port *port;
    struct socket *socket;
};

struct port {
    struct stage *stage;
    const struct port_calls *calls;
    void *arg;
    struct receiver *receiver;
    struct arrival **arrivals; /* [arrival_count] */
    size_t arrival_count;
    int timer;
    int bell;  /* eventfd: there are notes, or acks to be sent */
    bool rung; /* by this stage: acks are to be sent */
    struct board *board;
};

static void
send_to(void *arg, const struct receiver_peer *to, struct frame *frame)
{
    (void)arg;
    /* A peer that does not read, or has gone, will ask again. */
    (void)socket_send(to->socket, &to->id, frame);
}

static void
show_figures(struct port *self)
{
    struct port_figures figures;

    receiver_figures(self->receiver, &figures);
    for (size_t i = 0; i < self->arrival_count; i++)
        figures.bad_frames += socket_bad_frames(self->arrivals[i]->socket);
    (void)pthread_mutex_lock(&self->board->lock);
    self->board->figures = figures;
    (void)pthread_mutex_unlock(&self->board->lock);
}

/* Refusals were noted newest first; their order does not matter. */
static void
tell_refusals(struct port *self, struct refusal *refusal)
{
    while (refusal) {
        struct refusal *next = refusal->next;
        receiver_refused(self->receiver, refusal->number, refusal->why);
        free(refusal->why);
        free(refusal);
        refusal = next;
    }
}

static struct notes
take_notes(struct port *self)
{
    (void)pthread_mutex_lock(&self->board->lock);
    struct notes notes = self->board->notes;
    self->board->notes = (struct notes){.durable = notes.durable};
    (void)pthread_mutex_unlock(&self->board->lock);
    return notes;
}

static void
rung(void *arg, int fd, short events)
{
    struct port *self = arg;
    eventfd_t rings = 0;

    (void)events;
    (void)eventfd_read(fd, &rings);
    self->rung = false;
    struct notes notes = take_notes(self);
    /* What is refused is known before what else is durable. */
    tell_refusals(self, notes.refusals);
    receiver_durable(self->receiver, notes.durable);
    if (notes.room)
        receiver_room(self->receiver);
    receiver_flush(self->receiver);
    show_figures(self);
}

static void
tick(void *arg)
{
    struct port *self = arg;

    receiver_tick(self->receiver, clock_now_ns());
    show_figures(self);
}

struct port *
port_new(struct stage *stage, const struct port_settings *settings,
         const struct port_calls *calls, void *arg)
{
    struct port *self = xcalloc(1, sizeof(*self));
    struct receiver_settings receiver = {.limits = *settings,
                                         .calls = calls,
                                         .arg = arg,
                                         .send = send_to,
                                         .send_arg = self};

    self->stage = stage;
    self->calls = calls;
    self->arg = arg;
    self->receiver = receiver_new(&receiver);
    self->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(self->bell >= 0);
    self->board = xcalloc(1, sizeof(*self->board));
    (void)pthread_mutex_init(&self->board->lock, NULL);
    stage_watch(stage, self->bell, POLLIN, rung, self);
    self->timer = stage_timer(stage, tick_ns, tick_ns, tick, self);
    return self;
}

static void
free_refusals(struct refusal *refusal)
{
    while (refusal) {
        struct refusal *next = refusal->next;
        free(refusal->why);
        free(refusal);
        refusal = next;
    }
}

void
port_destroy(struct port **self_p)
{
    struct port *self = *self_p;

    if (!self)
        return;
    stage_timer_stop(self->stage, self->timer);
    stage_watch(self->stage, self->bell, 0, NULL, NULL);
    for (size_t i = 0; i < self->arrival_count; i++) {
        socket_destroy(&self->arrivals[i]->socket);
        free(self->arrivals[i]);
    }
    free(self->arrivals);
    receiver_destroy(&self->receiver);
    (void)close(self->bell);
    free_refusals(self->board->notes.refusals);
    (void)pthread_mutex_destroy(&self->board->lock);
    free(self->board);
    free(self);
    *self_p = NULL;
}

static void
ring(struct port *self)
{
    (void)eventfd_write(self->bell, 1);
}

static bool
is_asked(uint8_t type)
{
    return type == FRAME_SELECT || type == FRAME_CREDIT || type == FRAME_CANCEL;
}

static void
received(void *arg, const struct socket_peer *peer,
         const struct frame_view *view)
{
    const struct arrival *arrival = arg;
    struct port *self = arrival->port;
    struct receiver_peer from = {arrival->socket, *peer};

    if (is_asked(view->head.type)) {
        self->calls->asked(self->arg, from.socket, peer, view);
        return;
    }
    receiver_heard(self->receiver, &from, view, clock_now_ns());
    /* Acks go out once a turn, after all that has arrived. */
    if (!self->rung)
        ring(self);
    self->rung = true;
}

int
port_bind(struct port *self, const char *endpoint)
{
    weir_cleanup(weir_free) struct arrival *arrival =
        xcalloc(1, sizeof(*arrival));

    arrival->port = self;
    int rc =
        socket_bind(self->stage, endpoint, received, arrival, &arrival->socket);
    if (rc < 0)
        return rc;
    self->arrivals = xrealloc(self->arrivals, self->arrival_count + 1,
                              sizeof(struct arrival *));
    self->arrivals[self->arrival_count++] = weir_take(arrival);
    return 0;
}

void
port_durable(struct port *self, uint64_t number)
{
    (void)pthread_mutex_lock(&self->board->lock);
    bool news = number > self->board->notes.durable;
    if (news)
        self->board->notes.durable = number;
    (void)pthread_mutex_unlock(&self->board->lock);
    if (news)
        ring(self);
}

void
port_refused(struct port *self, uint64_t number, const char *why)
{
    struct refusal *refusal = xcalloc(1, sizeof(*refusal));

    refusal->number = number;
    refusal->why = x_or_die(strdup(why));
    (void)pthread_mutex_lock(&self->board->lock);
    refusal->next = self->board->notes.refusals;
    self->board->notes.refusals = refusal;
    (void)pthread_mutex_unlock(&self->board->lock);
    ring(self);
}

void
port_room(struct port *self)
{
    (void)pthread_mutex_lock(&self->board->lock);
    self->board->notes.room = true;
    (void)pthread_mutex_unlock(&self->board->lock);
    ring(self);
}

void
port_figures(const struct port *self, struct port_figures *ret_figures)
{
    (void)pthread_mutex_lock(&self->board->lock);
    *ret_figures = self->board->figures;
    (void)pthread_mutex_unlock(&self->board->lock);
}
