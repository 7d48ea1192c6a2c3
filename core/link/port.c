/* port.c - a store's end of links */
#include <config.h>

#include "link/port.h"

#include <poll.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/board.h"
#include "link/receiver.h"

/* Whoever is heard makes the port tick; a timer is for when none is. */
static const int64_t tick_ns = 250 * NS_PER_MS;
static const int64_t quiet_ns = 5 * NS_PER_S;

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
    bool rung; /* by this stage: acks are to be sent */
    int64_t ticked_ns;
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
    board_show(self->board, &figures);
}

static void
tick(void *arg)
{
    struct port *self = arg;

    self->ticked_ns = clock_now_ns();
    receiver_tick(self->receiver, self->ticked_ns);
    show_figures(self);
}

static void
rung(void *arg, int fd, short events)
{
    struct port *self = arg;

    (void)fd;
    (void)events;
    self->rung = false;
    weir_cleanup(board_notes_fini) struct board_notes notes =
        board_take(self->board);
    /* What is refused is known before what else is durable. */
    for (size_t i = 0; i < notes.refusal_count; i++)
        receiver_refused(self->receiver, notes.refusals[i].number,
                         notes.refusals[i].why);
    receiver_durable(self->receiver, notes.durable);
    if (notes.room)
        receiver_room(self->receiver);
    if (clock_now_ns() - self->ticked_ns >= tick_ns)
        tick(self);
    receiver_flush(self->receiver);
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
    self->board = board_new();
    stage_watch(stage, board_bell(self->board), POLLIN, rung, self);
    self->timer = stage_timer(stage, quiet_ns, quiet_ns, tick, self);
    return self;
}

void
port_destroy(struct port **self_p)
{
    struct port *self = *self_p;

    if (!self)
        return;
    stage_timer_stop(self->stage, self->timer);
    stage_watch(self->stage, board_bell(self->board), 0, NULL, NULL);
    for (size_t i = 0; i < self->arrival_count; i++) {
        socket_destroy(&self->arrivals[i]->socket);
        free(self->arrivals[i]);
    }
    free(self->arrivals);
    receiver_destroy(&self->receiver);
    board_destroy(&self->board);
    free(self);
    *self_p = NULL;
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
        board_ring(self->board);
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
    board_note_durable(self->board, number);
}

void
port_refused(struct port *self, uint64_t number, const char *why)
{
    board_note_refused(self->board, number, why);
}

void
port_room(struct port *self)
{
    board_note_room(self->board);
}

void
port_figures(const struct port *self, struct port_figures *ret_figures)
{
    board_read(self->board, ret_figures);
}
