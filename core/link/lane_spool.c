/* lane_spool.c - a lane's spool: its depot, and what goes to and fro */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "link/lane_inner.h"
#include "link/pieces.h"
#include "stage.h"

static const int64_t stop_ns = 9 * NS_PER_S; /* for the depot to write all */
static const uint64_t fresh_spare = 8 << 20;

/* On the depot's thread --------------------------------------------------- */

static void
frames(void *arg)
{
    struct lane *self = arg;

    stage_post(self->stage, lane_send_spooled, self);
}

static void
written(void *arg, uint64_t cost)
{
    struct lane *self = arg;

    self->spooling -= cost;
    offers_settle(&self->offers);
}

/* One that was refused lies with the dead letters. */
static void
settled(void *arg, uint64_t cost, int rc)
{
    struct lane *self = arg;

    (void)cost;
    self->durable += rc == 0 || rc == -EDQUOT;
    self->rejected += rc == -EBADMSG;
}

static void
changed(void *arg, const struct backlog *backlog)
{
    struct lane *self = arg;
    struct backlog_figures figures;

    backlog_figures(backlog, &figures);
    self->spools = backlog_has_folder(backlog);
    self->has_room = backlog_has_room(backlog);
    (void)pthread_mutex_lock(&self->lock);
    self->spooled = figures;
    (void)pthread_mutex_unlock(&self->lock);
}

static const struct depot_calls depot_calls = {frames, written, settled,
                                               changed};

/* Telling once ------------------------------------------------------------ */

/* The fate of a batch that both the disk and the store can settle. */
struct promise {
    atomic_uint owners;
    atomic_flag told;
    lane_fate *fate;
    void *arg;
};

static void
tell(struct promise *self, int rc, const char *why)
{
    if (!atomic_flag_test_and_set(&self->told))
        self->fate(self->arg, rc, why);
}

static void
let_go(struct promise *self)
{
    if (atomic_fetch_sub(&self->owners, 1) == 1)
        free(self);
}

/* When the disk fails the store may yet have it. */
static void
tell_logged(void *arg, int rc, const char *why)
{
    struct promise *self = arg;

    if (rc == 0)
        tell(self, 0, why);
    let_go(self);
}

static void
tell_stored(void *arg, int rc, const char *why)
{
    tell(arg, rc, why);
    let_go(arg);
}

static struct promise *
promise_new(lane_fate *fate, void *arg)
{
    struct promise *self = xcalloc(1, sizeof(*self));

    atomic_init(&self->owners, 2);
    self->told = (atomic_flag)ATOMIC_FLAG_INIT;
    self->fate = fate;
    self->arg = arg;
    return self;
}

/* On the lane's ----------------------------------------------------------- */

static void
fill_backlog(const struct lane *self, const struct lane_spool *wanted,
             struct backlog_settings *ret_settings)
{
    ret_settings->sender = self->sender_name;
    ret_settings->packs = self->packs;
    ret_settings->files = files_real();
    ret_settings->folder = self->folder;
    /* All of the window, and segments that are freed as a whole. */
    ret_settings->fresh_bytes =
        wanted->sync_always ? 2 * self->window_bytes + fresh_spare : 0;
    ret_settings->link = self->name;
    ret_settings->spool = spool_new(&(struct spool_settings){
        .files = ret_settings->files,
        .folder = self->folder,
        .link = self->name,
        .size_bytes = wanted->size_bytes,
        .age_ns = wanted->age_ns,
        .drop_oldest = wanted->drop_oldest,
        .packs = true,
    });
    ret_settings->dead = dead_new(&(struct dead_settings){
        .files = ret_settings->files,
        .folder = self->folder,
        .link = self->name,
        .size_bytes = dead_size_of(wanted->size_bytes),
    });
}

int
lane_open_depot(struct lane *self, const struct lane_settings *settings)
{
    const struct lane_spool *wanted = settings->spool;
    char name[64];

    if (!wanted)
        return 0;
    (void)snprintf(name, sizeof(name), "%s spool", self->name);
    struct depot_settings depot = {.name = name,
                                   .sync_always = wanted->sync_always,
                                   .calls = &depot_calls,
                                   .arg = self};
    self->folder = x_or_die(strdup(wanted->folder));
    self->sync_always = wanted->sync_always;
    self->patience_ns = wanted->patience_ns;
    fill_backlog(self, wanted, &depot.backlog);
    return depot_open(&depot, &self->depot);
}

void
lane_send_spooled(void *arg)
{
    struct lane *self = arg;
    struct frame *frame = NULL;

    while (self->socket && (frame = depot_frame(self->depot)) != NULL &&
           socket_send(self->socket, NULL, frame) == 0)
        depot_sent(self->depot);
}

/* The spool holds a layout until no batch in the window needs it: the batch may
 * yet have to go there. */
static void
forget_later(struct lane *self, uint32_t number)
{
    forgets_add(&self->forgets, number, sender_next(self->sender) - 1);
}

/* Not before a batch needs them: a lane may never spool, and what waits for a
 * disk that hangs is bounded by batches. */
void
lane_give_layouts(struct lane *self, const struct frame *batch)
{
    struct frame_view view = frame_look(batch);
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(&view, &at, &use)) {
        struct pieces *pieces = sender_layout(self->sender, use.number);
        while (pieces && pieces->given < pieces->count)
            depot_layout(self->depot, pieces->pieces[pieces->given++].frame);
        if (pieces && pieces->leaving)
            forget_later(self, use.number);
        if (pieces)
            pieces->leaving = false;
    }
}

void
lane_forget_given(struct lane *self, uint32_t number)
{
    struct pieces *pieces = sender_layout(self->sender, number);

    if (pieces && pieces->given > 0)
        forget_later(self, number);
    else if (pieces)
        pieces->leaving = true;
}

void
lane_offer_logged(struct lane *self, struct offer *offer)
{
    struct sender_batch batch = {.sequence = sender_next(self->sender),
                                 .frame = frame_hold(offer->frame)};

    if (offer->fate) {
        batch.told_arg = promise_new(offer->fate, offer->arg);
        batch.told = tell_logged;
        offer->arg = batch.told_arg;
        offer->fate = tell_stored;
    }
    lane_give_layouts(self, offer->frame);
    /* First: it writes the number into the frame. */
    sender_offer(self->sender, &offer->frame, offer->fate, offer->arg);
    /* The store may be quicker than a disk that is slow. */
    if (!depot_log(self->depot, self->stream, &batch) && batch.told)
        batch.told(batch.told_arg, -EAGAIN, NULL);
}

void
lane_log_settled(struct lane *self)
{
    uint64_t durable = sender_durable(self->sender);

    if (!self->sync_always || durable == self->log_settled)
        return;
    self->log_settled = durable;
    depot_logged(self->depot, durable);
}

bool
lane_stop_depot(struct lane *self)
{
    return depot_stop(self->depot, clock_now_ns() + stop_ns);
}

/* The window has them still, and sends them as what is fresh: the store then
 * gets them twice, and keeps each sample once.  With sync = always the window
 * is on disk already. */
void
lane_secure_window(struct lane *self, int64_t now_ns)
{
    uint64_t taken = sender_durable(self->sender);
    struct sender_batch batch;

    if (taken != self->taken || sender_kept(self->sender) == 0) {
        self->taken = taken;
        self->taken_ns = now_ns;
        return;
    }
    if (!self->patience_ns || self->sync_always ||
        now_ns - self->taken_ns < self->patience_ns)
        return;
    while (self->spools && self->has_room && lane_may_spool(self) &&
           sender_take_fate(self->sender, &batch)) {
        struct frame *frame = frame_hold(batch.frame);
        lane_give_layouts(self, frame);
        self->spooling += batch.cost;
        offers_hold(&self->offers);
        depot_offer(self->depot, &frame, batch.told, batch.told_arg);
    }
}

/* One that is in the spool already is settled. */
static void
keep(struct lane *self, struct sender_batch *batch)
{
    if (batch->kept) {
        lane_end_batch(self, batch, 0);
        return;
    }
    lane_give_layouts(self, batch->frame);
    depot_keep(self->depot, self->stream, batch);
}

/* With an heir nothing makes way for it: that takes what has no room. */
void
lane_keep_rest(struct lane *self)
{
    struct sender_batch batch;

    if (self->heir.batch)
        depot_spare_oldest(self->depot);
    while (sender_take(self->sender, &batch))
        keep(self, &batch);
    self->hangs = !lane_stop_depot(self);
    self->has_room = false;
    lane_send_spooled(self);
    if (!self->hangs)
        lane_give_unkept(self);
}
