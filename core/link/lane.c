/* lane.c - the way to one store */
#include <config.h>

#include "link/lane.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/offers.h"
#include "link/sender.h"
#include "link/socket.h"
#include "link/word.h"
#include "log.h"
#include "stage.h"

/* Each tick wakes a thread: a lane that has nothing to wait for ticks when it
 * has been quiet, which one that is used each second never is. */
static const int64_t tick_ns = 100 * NS_PER_MS;
static const int64_t quiet_ns = 1100 * NS_PER_MS;
static const int64_t stop_ns = NS_PER_S; /* for the stage to end its turn */

struct lane {
    char *name;
    char *endpoint;
    struct socket_place place; /* the endpoint, and keys */
    uint64_t window_bytes;
    struct stage *stage;
    struct socket *socket;
    struct sender *sender;
    bool streaming;
    int timer;
    int64_t ticked_ns;

    struct offers offers;

    /* Written by the lane's thread but for 'waiting'. */
    _Atomic uint64_t waiting; /* cost */
    _Atomic uint64_t sent, durable, rejected, again, bytes;
    atomic_bool connected;
};

static int
send_frame(void *arg, struct frame *frame)
{
    struct lane *self = arg;

    return socket_send(self->socket, NULL, frame);
}

static void
show_figures(struct lane *self)
{
    struct sender_figures figures = sender_figures(self->sender);

    self->sent = figures.sent;
    self->again = figures.again;
    self->bytes = figures.bytes;
}

static void
tick(void *arg)
{
    struct lane *self = arg;

    self->ticked_ns = clock_now_ns();
    sender_tick(self->sender, self->ticked_ns);
    show_figures(self);
}

/* After something was sent or heard. */
static void
set_pace(struct lane *self)
{
    bool waits = !self->streaming || atomic_load(&self->waiting) > 0;
    int64_t every_ns = waits ? tick_ns : quiet_ns;

    stage_timer_stop(self->stage, self->timer);
    self->timer = stage_timer(self->stage, every_ns, every_ns, tick, self);
}

static void
heard(void *arg, const struct socket_peer *peer, const struct frame_view *view)
{
    struct lane *self = arg;

    (void)peer;
    sender_heard(self->sender, view, clock_now_ns());
    show_figures(self);
    set_pace(self);
}

static void
reopen(void *arg)
{
    struct lane *self = arg;
    struct socket *fresh = NULL;

    int rc = socket_connect(self->stage, &self->place, heard, self, &fresh);
    if (rc < 0) {
        log_line(LOG_ERROR, "lane_reopen_failed", "link", self->name,
                 "endpoint", self->endpoint, "error", strerror(-rc), NULL);
        return;
    }
    socket_destroy(&self->socket);
    self->socket = fresh;
}

static void
changed(void *arg, enum sender_state state, const char *why)
{
    struct lane *self = arg;
    bool was = atomic_load(&self->connected);
    bool is = state == SENDER_STREAMING || (was && state == SENDER_USING);

    atomic_store(&self->connected, is);
    self->streaming = state == SENDER_STREAMING;
    set_pace(self);
    if (is && !was)
        log_line(LOG_INFO, "lane_connected", "link", self->name, "endpoint",
                 self->endpoint, NULL);
    if (state == SENDER_REFUSED)
        log_line(LOG_ERROR, "lane_refused", "link", self->name, "endpoint",
                 self->endpoint, "error", why, NULL);
    else if (was && !is)
        log_line(LOG_WARN, "lane_lost", "link", self->name, "endpoint",
                 self->endpoint, NULL);
}

static void
settled(void *arg, uint64_t cost, int rc)
{
    struct lane *self = arg;

    if (rc == 0 || rc == -EDQUOT)
        self->durable++;
    else if (rc == -EBADMSG)
        self->rejected++;
    self->waiting -= cost;
    offers_settle(&self->offers);
}

static void
hand_over(struct lane *self, struct offer *offer)
{
    switch (offer->kind) {
    case OFFER_LAYOUT:
        sender_offer_layout(self->sender, &offer->frame);
        break;
    case OFFER_FORGET:
        sender_forget_layout(self->sender, offer->number);
        break;
    case OFFER_BATCH:
        sender_offer(self->sender, &offer->frame, offer->fate, offer->arg);
        break;
    }
}

/* On the lane's thread: hands all offers over to the sender. */
static void
take_over(struct lane *self)
{
    struct offer *offer = offers_take(&self->offers);

    while (offer) {
        struct offer *next = offer->next;
        hand_over(self, offer);
        free(offer);
        offer = next;
    }
}

static void
offered(void *arg)
{
    struct lane *self = arg;

    take_over(self);
    sender_pump(self->sender, clock_now_ns());
    if (clock_now_ns() - self->ticked_ns >= tick_ns)
        tick(self);
    show_figures(self);
    set_pace(self);
}

static void
started(void *arg)
{
    struct lane *self = arg;

    set_pace(self);
    tick(self);
}

static void
ended(void *arg)
{
    struct lane *self = arg;

    take_over(self);
    sender_bye(self->sender);
    sender_destroy(&self->sender);
    socket_destroy(&self->socket);
}

/* Frees a lane whose stage does not run. */
static void
lane_free(struct lane **self_p)
{
    struct lane *self = *self_p;

    if (!self)
        return;
    sender_destroy(&self->sender);
    socket_destroy(&self->socket);
    stage_destroy(&self->stage);
    offers_fini(&self->offers);
    free(self->name);
    free(self->endpoint);
    free(self);
    *self_p = NULL;
}

static void
make_sender(struct lane *self, const char *name)
{
    static const struct sender_calls calls = {send_frame, reopen, changed,
                                              settled};
    struct sender_settings settings = {.incarnation = 1, .name = name};

    (void)getrandom(settings.stream, sizeof(settings.stream), 0);
    self->sender = sender_new(&settings, &calls, self, clock_now_ns());
}

int
lane_open(const struct lane_settings *settings, struct lane **ret_lane)
{
    weir_cleanup(lane_free) struct lane *self = xcalloc(1, sizeof(*self));

    self->name = x_or_die(strdup(settings->name));
    self->endpoint = x_or_die(strdup(settings->endpoint));
    self->place = (struct socket_place){.endpoint = self->endpoint,
                                        .keys = settings->keys};
    self->window_bytes = settings->window_bytes;
    offers_init(&self->offers);
    self->stage = stage_new(settings->name);
    make_sender(self, settings->sender);
    int rc =
        socket_connect(self->stage, &self->place, heard, self, &self->socket);
    if (rc == 0)
        rc = stage_start(self->stage, started, ended, self);
    if (rc < 0)
        return rc;
    *ret_lane = weir_take(self);
    return 0;
}

static void
add_offer(struct lane *self, const struct offer *offer)
{
    if (offers_add(&self->offers, offer))
        stage_post(self->stage, offered, self);
}

void
lane_offer_layout(struct lane *self, struct frame **frame_p)
{
    struct offer offer = {.kind = OFFER_LAYOUT, .frame = weir_take(*frame_p)};

    add_offer(self, &offer);
}

void
lane_forget_layout(struct lane *self, uint32_t number)
{
    struct offer offer = {.kind = OFFER_FORGET, .number = number};

    add_offer(self, &offer);
}

/* Takes 'cost' of the window, unless that is full. */
static bool
reserve(struct lane *self, uint64_t cost)
{
    uint64_t waiting = atomic_load(&self->waiting);

    do {
        if (waiting && waiting + cost > self->window_bytes)
            return false;
    } while (!atomic_compare_exchange_weak(&self->waiting, &waiting,
                                           waiting + cost));
    return true;
}

int
lane_offer(struct lane *self, struct frame **frame_p, lane_fate *fate,
           void *arg)
{
    struct offer offer = {.kind = OFFER_BATCH, .fate = fate, .arg = arg};

    if (!reserve(self, word_cost(frame_look(*frame_p).size)))
        return -EAGAIN;
    offer.frame = weir_take(*frame_p);
    add_offer(self, &offer);
    return 0;
}

void
lane_figures(const struct lane *self, struct lane_figures *ret_figures)
{
    *ret_figures = (struct lane_figures){
        .batches_sent = self->sent,
        .batches_durable = self->durable,
        .batches_rejected = self->rejected,
        .batches_again = self->again,
        .bytes_sent = self->bytes,
        .waiting_bytes = self->waiting,
        .connected = self->connected,
    };
}

struct stage *
lane_stage(struct lane *self)
{
    return self->stage;
}

uint64_t
lane_close(struct lane **self_p, int64_t deadline_ns)
{
    struct lane *self = weir_take(*self_p);

    if (!self)
        return 0;
    uint64_t left = offers_wait(&self->offers, deadline_ns);
    int64_t now_ns = clock_now_ns();
    stage_ask_stop(self->stage);
    if (deadline_ns < now_ns + stop_ns)
        deadline_ns = now_ns + stop_ns;
    /* A stage that hangs, hangs in a caller's 'fate': leave both behind. */
    if (stage_join(self->stage, deadline_ns))
        lane_free(&self);
    return left;
}
