/* link/asker.c - selects to one store, and their answers in parts
 *
 * Over a socket; of a store of this process see asker_here.c.
 */
#include <config.h>

#include "link/asker_inner.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/question.h"

enum {
    ASKED_MOST = 64,         /* selects at a time */
    CREDIT_BYTES = 1 << 20,  /* that may be under way */
    CREDIT_STEP = 256 << 10, /* new credit is worth a frame */
    SILENT_TURNS = 5,        /* of one second */
    SEVERAL_TURNS = 6,       /* of one of several stores; those of a fifth */
};

static const int64_t turn_ns = NS_PER_S;
static const int64_t several_turn_ns = NS_PER_S / 5;

static struct asked *
find(struct asker *self, uint64_t id)
{
    struct asked *asked = self->asked;

    while (asked && asked->id != id)
        asked = asked->next;
    return asked;
}

static void
asked_destroy(struct asked **asked_p)
{
    struct asked *asked = *asked_p;

    *asked_p = NULL;
    if (!asked)
        return;
    if (asked->timer)
        stage_timer_stop(asked->asker->stage, asked->timer);
    errand_leave(&asked->errand);
    part_reader_destroy(&asked->reader);
    free(asked);
}

static void
forget(struct asker *self, struct asked *asked)
{
    struct asked **link = &self->asked;

    while (*link != asked)
        link = &(*link)->next;
    *link = asked->next;
    self->count--;
    asked_destroy(&asked);
    if (!self->asked && self->timer) {
        stage_timer_stop(self->stage, self->timer);
        self->timer = 0;
    }
}

/* What cannot be sent is lost: the store notices by itself, at the deadline at
 * the latest. */
static int
send_word(struct asker *self, enum frame_type type, uint64_t id, uint64_t b)
{
    const struct frame_head head = {.type = (uint8_t)type, .a = id, .b = b};
    weir_cleanup(frame_release) struct frame *frame = frame_new(&head, NULL, 0);

    return self->socket ? socket_send(self->socket, NULL, frame) : -EAGAIN;
}

/* An errand ends when it is left. */
static void
send_cancel(const struct asked *asked)
{
    if (!asked->errand)
        (void)send_word(asked->asker, FRAME_CANCEL, asked->id, 0);
}

/* Lets 'heard' hear a part; the select may be gone afterwards.  Returns whether
 * it goes on. */
static bool
tell(struct asked *asked, const struct answer_part *part)
{
    struct asker *self = asked->asker;

    asked->hearing = true;
    bool more = asked->heard(asked->arg, part);
    asked->hearing = false;
    if (part->rc == 0 && more && !asked->cancelled)
        return true;
    if (part->rc == 0)
        send_cancel(asked);
    forget(self, asked);
    return false;
}

static void
end(struct asked *asked)
{
    send_cancel(asked);
    forget(asked->asker, asked);
}

void
asked_fail(struct asked *asked, int rc, const char *why)
{
    const struct answer_part part = {.rc = rc, .why = why};

    send_cancel(asked);
    (void)tell(asked, &part);
}

static void
give_credit(struct asked *asked)
{
    uint64_t limit = asked->bytes + CREDIT_BYTES;

    if (limit - asked->limit < CREDIT_STEP)
        return;
    if (asked->errand)
        errand_credit(asked->errand, limit);
    else if (send_word(asked->asker, FRAME_CREDIT, asked->id, limit) < 0)
        return;
    asked->limit = limit;
}

void
asked_take_part(struct asked *asked, const struct frame_view *view)
{
    struct answer_part part = {0};

    asked->bytes += view->size;
    int rc = part_read(asked->reader, view, &part);
    if (rc == -E2BIG)
        asked_fail(asked, rc, "the answer's series exceed the bound");
    else if (rc < 0)
        asked_fail(asked, rc, "the store's answer is garbage");
    else if (tell(asked, &part))
        give_credit(asked);
}

static void
asker_received(void *arg, const struct socket_peer *peer,
               const struct frame_view *view)
{
    struct asker *self = arg;

    (void)peer;
    asker_find(self);
    if (view->head.type != FRAME_ANSWER)
        return;
    struct asked *asked = find(self, view->head.a);
    if (!asked || asked->hearing)
        return;
    asked->silent = 0;
    if (view->head.b == asked->part++)
        asked_take_part(asked, view);
    else
        asked_fail(asked, -ENOTCONN, "a part of the answer was lost");
}

/* An inproc:// peer that closed is not connected to again by libzmq, and what
 * waits for a peer that is away is stale: a new socket mends both. */
int
asker_reconnect(struct asker *self)
{
    socket_destroy(&self->socket);
    return socket_connect(self->stage, &self->place, asker_received, self,
                          &self->socket);
}

static struct asked *
find_silent(struct asker *self)
{
    struct asked *asked = self->asked;

    while (asked && asked->silent <= self->silent_turns)
        asked = asked->next;
    return asked;
}

/* Turns are counted rather than time, since a stage that was busy for long has
 * not yet seen what arrived meanwhile.  Whoever hears of one may end others. */
static void
look_for_silence(void *arg)
{
    struct asker *self = arg;
    struct asked *silent = NULL;
    bool all = true;

    for (struct asked *asked = self->asked; asked; asked = asked->next) {
        if (!asked->errand)
            asked->silent++;
        all = asked->silent > self->silent_turns && all;
    }
    if (all && self->several)
        asker_lose(self);
    else if (all)
        (void)asker_reconnect(self);
    while ((silent = find_silent(self)))
        asked_fail(silent, -ENOTCONN, "the store does not answer");
}

/* Nobody hears from within the call that asks. */
static void
is_away(void *arg)
{
    struct asked *asked = arg;

    asked->timer = 0;
    asked_fail(asked, -ENOTCONN, "the store is away");
}

static void
deadline_came(void *arg)
{
    struct asked *asked = arg;

    asked->timer = 0;
    asked_fail(asked, -ETIMEDOUT, "the deadline has passed");
}

int
asker_open(struct stage *stage, const char *endpoint, struct keyring *keys,
           struct asker **ret_asker)
{
    weir_cleanup(asker_destroy) struct asker *self = xcalloc(1, sizeof(*self));

    self->stage = stage;
    self->turn_ns = turn_ns;
    self->silent_turns = SILENT_TURNS;
    self->endpoint = x_or_die(strdup(endpoint));
    self->place =
        (struct socket_place){.endpoint = self->endpoint, .keys = keys};
    self->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    stage_watch(stage, self->bell, POLLIN, asker_bell_rang, self);
    /* A store of this process is mostly asked without a socket, and a stage
     * looks at each one it has in each turn. */
    int rc = strncmp(endpoint, "inproc:", 7) == 0 ? 0 : asker_reconnect(self);
    if (rc < 0)
        return rc;
    *ret_asker = weir_take(self);
    return 0;
}

void
asker_be_of_several(struct asker *self)
{
    self->several = true;
    self->turn_ns = several_turn_ns;
    self->silent_turns = SEVERAL_TURNS;
}

void
asker_destroy(struct asker **self_p)
{
    struct asker *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    while (self->asked)
        end(self->asked);
    if (self->probe_timer)
        stage_timer_stop(self->stage, self->probe_timer);
    socket_destroy(&self->socket);
    if (self->knock)
        stage_timer_stop(self->stage, self->knock);
    stage_watch(self->stage, self->bell, 0, NULL, NULL);
    (void)close(self->bell);
    free(self->endpoint);
    free(self);
}

static int
send_question(struct asker *self, const struct weir_select *what,
              struct asked *asked)
{
    weir_cleanup(wire_out_fini) struct wire_out body = {0};
    const struct frame_head head = {
        .type = FRAME_SELECT, .a = asked->id, .b = asked->limit};

    int rc = question_write(what, &body);
    if (rc < 0)
        return rc;
    weir_cleanup(frame_release) struct frame *frame =
        frame_new(&head, body.bytes, body.size);
    rc = asker_ask_here(self, frame, asked);
    if (rc != -ENOENT)
        return rc;
    if (asked->slices > 1) /* another store gives it all */
        return -EAGAIN;
    if (!self->socket && asker_reconnect(self) < 0)
        return -EAGAIN;
    if (socket_send(self->socket, NULL, frame) == 0)
        return 0;
    if (self->asked || asker_reconnect(self) < 0)
        return -EAGAIN;
    return socket_send(self->socket, NULL, frame) < 0 ? -EAGAIN : 0;
}

int
asker_ask(struct asker *self, const struct weir_select *what,
          answer_heard *heard, void *arg, uint64_t *ret_id)
{
    if (self->count == ASKED_MOST)
        return -EAGAIN;

    weir_cleanup(asked_destroy) struct asked *asked =
        xcalloc(1, sizeof(*asked));
    struct weir_select bounded = *what;
    bounded.bounds = question_bounds(&what->bounds);
    asked->asker = self;
    asked->id = ++self->last_id;
    asked->heard = heard;
    asked->arg = arg;
    asked->limit = CREDIT_BYTES;
    asked->slice = what->slice;
    asked->slices = what->slices;
    asked->reader =
        part_reader_new(bounded.bounds.series, bounded.bounds.memory_bytes);
    bool away = self->probe_timer != 0;
    int rc = away ? 0 : send_question(self, &bounded, asked);
    if (rc < 0)
        return rc;

    int64_t left_ns = bounded.bounds.deadline_ns - clock_now_ns();
    asked->timer = stage_timer(self->stage, left_ns > 0 && !away ? left_ns : 0,
                               0, away ? is_away : deadline_came, asked);
    if (!self->timer)
        self->timer = stage_timer(self->stage, self->turn_ns, self->turn_ns,
                                  look_for_silence, self);
    *ret_id = asked->id;
    asked->next = self->asked;
    self->asked = weir_take(asked);
    self->count++;
    return 0;
}

void
asker_cancel(struct asker *self, uint64_t id)
{
    struct asked *asked = find(self, id);

    if (!asked)
        return;
    asked->cancelled = true;
    if (!asked->hearing)
        end(asked);
}
