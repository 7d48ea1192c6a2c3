/* lane.c - the way to one store */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/lane_inner.h"
#include "link/socket.h"
#include "link/word.h"
#include "log.h"
#include "stage.h"

/* Each tick wakes a thread: a lane that has nothing to wait for ticks when it
 * has been quiet, which one that is used each second never is. */
static const int64_t tick_ns = 100 * NS_PER_MS;
static const int64_t quiet_ns = 1100 * NS_PER_MS;
static const int64_t stop_ns = NS_PER_S; /* for the stage to end its turn */
static const int64_t keep_ns = 10 * NS_PER_S; /* or to write the rest */

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
    self->in_flight = figures.in_flight;
    self->credit = figures.credit;
    self->round_trip_ns = figures.round_trip_ns;
}

static void
forget_given(void *arg, uint32_t number)
{
    depot_forget(arg, number);
}

static void
tick(void *arg)
{
    struct lane *self = arg;

    self->ticked_ns = clock_now_ns();
    sender_tick(self->sender, self->ticked_ns);
    if (self->depot) {
        forgets_settle(&self->forgets, sender_durable(self->sender),
                       forget_given, self->depot);
        lane_secure_window(self, self->ticked_ns);
        lane_send_spooled(self);
        lane_log_settled(self);
    }
    show_figures(self);
}

/* After something was sent or heard. */
static void
set_pace(struct lane *self)
{
    bool waits = !self->streaming || atomic_load(&self->waiting) > 0 ||
                 (self->depot && depot_frame(self->depot));
    int64_t every_ns = waits ? tick_ns : quiet_ns;

    stage_timer_stop(self->stage, self->timer);
    self->timer = stage_timer(self->stage, every_ns, every_ns, tick, self);
}

static void
heard(void *arg, const struct socket_peer *peer, const struct frame_view *view)
{
    struct lane *self = arg;

    (void)peer;
    if (view->head.slot == 0)
        sender_heard(self->sender, view, clock_now_ns());
    else if (self->depot && view->head.slot == BACKLOG_SLOT)
        depot_heard(self->depot, view);
    if (self->depot)
        lane_log_settled(self);
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
    if (is)
        atomic_store(&self->met, true);
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
    else
        self->lost++;
    self->waiting -= cost;
    offers_settle(&self->offers);
}

static void
refused(void *arg, struct frame *batch, const char *why)
{
    struct lane *self = arg;

    if (!self->depot)
        return;
    struct letter *letter = letter_new(self->sender, batch, why);
    if (depot_bury(self->depot, &letter))
        return;
    self->unburied++;
    log_line(LOG_ERROR, "dead_batch_lost", "link", self->name, "reason", why,
             "error", "the spool's disk is too slow", NULL);
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
        if (self->depot)
            lane_forget_given(self, offer->number);
        break;
    case OFFER_BATCH:
        if (self->sync_always && self->spools)
            lane_offer_logged(self, offer);
        else
            sender_offer(self->sender, &offer->frame, offer->fate, offer->arg);
        break;
    case OFFER_SPOOLED:
        lane_give_layouts(self, offer->frame);
        depot_offer(self->depot, &offer->frame, offer->fate, offer->arg);
        break;
    }
}

/* On the lane's thread: hands all offers over to the sender. */
static void
take_over(struct lane *self)
{
    struct offer *offer = offers_take(&self->offers);
    unsigned count = 0;

    while (offer) {
        struct offer *next = offer->next;
        hand_over(self, offer);
        free(offer);
        offer = next;
        count++;
    }
    stage_found(self->stage, count);
}

void
lane_offered(void *arg)
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
    if (self->heir.batch && !self->spools)
        lane_give_rest(self);
    else if (self->depot)
        lane_keep_rest(self);
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
    if (self->depot && !lane_stop_depot(self))
        return; /* it still uses the lane */
    depot_destroy(&self->depot);
    sender_destroy(&self->sender);
    socket_destroy(&self->socket);
    stage_destroy(&self->stage);
    offers_fini(&self->offers);
    (void)pthread_mutex_destroy(&self->lock);
    forgets_fini(&self->forgets);
    free(self->sender_name);
    free(self->folder);
    free(self->name);
    free(self->endpoint);
    free(self);
    *self_p = NULL;
}

static void
make_sender(struct lane *self)
{
    static const struct sender_calls calls = {send_frame, reopen, changed,
                                              settled, refused};
    struct sender_settings settings = {
        .incarnation = 1, .name = self->sender_name, .packs = self->packs};

    (void)getrandom(self->stream, sizeof(self->stream), 0);
    memcpy(settings.stream, self->stream, sizeof(settings.stream));
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
    self->opened_ns = clock_now_ns();
    offers_init(&self->offers);
    self->sender_name = x_or_die(strdup(settings->sender));
    (void)pthread_mutex_init(&self->lock, NULL);
    self->packs = lane_packs(settings);
    self->stage = stage_new(settings->name);
    make_sender(self);
    int rc =
        socket_connect(self->stage, &self->place, heard, self, &self->socket);
    if (rc == 0)
        rc = lane_open_depot(self, settings);
    if (rc == 0)
        rc = stage_start(self->stage, started, ended, self);
    if (rc < 0)
        return rc;
    *ret_lane = weir_take(self);
    return 0;
}

struct stage *
lane_stage(struct lane *self)
{
    return self->stage;
}

uint64_t
lane_stop(struct lane *self, int64_t deadline_ns)
{
    uint64_t left = offers_wait(&self->offers, deadline_ns);
    int64_t least_ns = clock_now_ns() + (self->spools ? keep_ns : stop_ns);

    stage_ask_stop(self->stage);
    if (deadline_ns < least_ns)
        deadline_ns = least_ns;
    /* A stage that hangs, hangs in a caller's 'fate': leave both behind. */
    self->gone = stage_join(self->stage, deadline_ns) && !self->hangs;
    return self->gone ? self->lost : left;
}

uint64_t
lane_bequeath(struct lane **self_p, int64_t deadline_ns,
              const struct lane_heir *heir)
{
    (*self_p)->heir = *heir;
    return lane_close(self_p, deadline_ns);
}

uint64_t
lane_close(struct lane **self_p, int64_t deadline_ns)
{
    struct lane *self = weir_take(*self_p);

    if (!self)
        return 0;
    uint64_t left = lane_stop(self, deadline_ns);
    if (self->gone)
        lane_free(&self);
    return left;
}
