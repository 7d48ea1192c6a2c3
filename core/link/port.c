/* port.c - a store's end of links */
#include <config.h>

#include "link/port.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/board.h"
#include "link/part.h"
#include "link/receiver.h"
#include "log.h"

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
    char *name; /* the storage's */
    uint64_t lent_bytes;
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
log_refused(const struct port *self, const struct peer *who, const char *label,
            const char *value, const char *why)
{
    log_line(LOG_WARN, "peer_refused", "instance", self->name, "peer",
             who ? who->name : NULL, "label", label, "value", value, "error",
             why, NULL);
}

static void
audit(void *arg, const struct peer *who, const struct weir_label *label,
      const char *why)
{
    log_refused(arg, who, label ? label->name : NULL,
                label ? label->value : NULL, why);
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
                                         .audit = audit,
                                         .send_arg = self};

    self->stage = stage;
    self->name = x_or_die(strdup(settings->name));
    self->lent_bytes = settings->credit_bytes;
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
    free(self->name);
    free(self);
    *self_p = NULL;
}

static bool
is_asked(uint8_t type)
{
    return type == FRAME_SELECT || type == FRAME_CREDIT || type == FRAME_CANCEL;
}

void
port_refuse_select(struct socket *socket, const struct socket_peer *peer,
                   const struct frame_view *view, int rc, const char *why)
{
    const struct frame_head head = {.type = FRAME_ANSWER, .a = view->head.a};
    struct part_draft *draft = part_draft_new();
    weir_cleanup(frame_release) struct frame *frame =
        part_draft_take(draft, view->head.a, rc, why, false);

    part_draft_destroy(&draft);
    frame_set_head(frame, &head);
    (void)socket_send(socket, peer, frame);
}

/* Says whether a peer may say this; when not, it is told, and so is the log. */
static bool
may_say(const struct port *self, const struct receiver_peer *from,
        const struct frame_view *view)
{
    static const struct {
        unsigned right;
        const char *why;
    } needs[] = {{PEER_WRITE, "its key has no right to write here"},
                 {PEER_READ, "its key has no right to read here"}};
    bool asks = is_asked(view->head.type);

    if (!from->who || (from->who->rights & needs[asks].right))
        return true;
    log_refused(self, from->who, NULL, NULL, needs[asks].why);
    weir_cleanup(frame_release) struct frame *word =
        word_refuse(view->head.slot, needs[asks].why);
    if (view->head.type == FRAME_SELECT)
        port_refuse_select(from->socket, &from->id, view, -EACCES,
                           needs[asks].why);
    else if (!asks)
        (void)socket_send(from->socket, &from->id, word);
    return false;
}

static void
received(void *arg, const struct socket_peer *peer,
         const struct frame_view *view)
{
    const struct arrival *arrival = arg;
    struct port *self = arrival->port;
    struct receiver_peer from = {arrival->socket, *peer,
                                 socket_who(arrival->socket)};

    if (!may_say(self, &from, view))
        return;
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
port_bind(struct port *self, const char *endpoint, struct keyring *keys)
{
    weir_cleanup(weir_free) struct arrival *arrival =
        xcalloc(1, sizeof(*arrival));

    arrival->port = self;
    const struct socket_place place = {endpoint, keys, self->lent_bytes};
    int rc =
        socket_bind(self->stage, &place, received, arrival, &arrival->socket);
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
