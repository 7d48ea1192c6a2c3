/* depot.c - a lane's backlog on a thread of its own */
#include <config.h>

#include "link/depot.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/depot_inner.h"
#include "link/word.h"
#include "log.h"
#include "stage.h"

/* As a lane's own. */
static const int64_t tick_ns = 100 * NS_PER_MS;
static const int64_t quiet_ns = 1100 * NS_PER_MS;

static const uint64_t outgoing_most = 1 << 20; /* bytes of frames */

/* On its own thread ------------------------------------------------------- */

static int
send_frame(void *arg, struct frame *frame)
{
    struct depot *self = arg;
    uint64_t cost = word_cost(frame_look(frame).size);

    (void)pthread_mutex_lock(&self->lock);
    self->stalled = self->out && self->out_bytes + cost > outgoing_most;
    if (self->stalled) {
        (void)pthread_mutex_unlock(&self->lock);
        return -EAGAIN;
    }
    struct outgoing *added = xcalloc(1, sizeof(*added));
    added->frame = frame_hold(frame);
    bool first = !self->out;
    *self->out_last_p = added;
    self->out_last_p = &added->next;
    self->out_bytes += cost;
    (void)pthread_mutex_unlock(&self->lock);
    if (first)
        self->calls->frames(self->arg);
    return 0;
}

static void
settled(void *arg, uint64_t cost, int rc)
{
    struct depot *self = arg;

    self->calls->settled(self->arg, cost, rc);
}

static void
offer_batch(struct depot *self, struct task *task)
{
    uint64_t cost = word_cost(frame_look(task->frame).size);

    backlog_offer(self->backlog, task->frame, task->batch.told,
                  task->batch.told_arg);
    self->calls->written(self->arg, cost);
}

static void
keep_batch(struct depot *self, struct task *task)
{
    struct sender_batch untold = task->batch;

    task->batch.frame = frame_hold(task->frame);
    untold.frame = task->frame;
    untold.told = NULL;
    int rc = backlog_keep(self->backlog, task->stream, &untold);
    self->unkept += rc < 0;
    if (self->kept_count == self->kept_room) {
        self->kept_room = self->kept_room * 2 + 16;
        self->kept = xrealloc(self->kept, self->kept_room, sizeof(*self->kept));
    }
    self->kept[self->kept_count++] = (struct depot_kept){task->batch, rc};
}

/* What the store has by now needs no disk.  What it refused is to be there
 * until its letter is. */
static bool
is_stored(struct depot *self, uint64_t sequence)
{
    (void)pthread_mutex_lock(&self->lock);
    bool stored = sequence <= self->settled && self->letters == 0;
    (void)pthread_mutex_unlock(&self->lock);
    return stored;
}

static void
log_batch(struct depot *self, struct task *task)
{
    struct sender_batch *batch = &task->batch;

    batch->frame = task->frame;
    if (!is_stored(self, batch->sequence))
        backlog_log(self->backlog, task->stream, batch);
    else if (batch->told)
        batch->told(batch->told_arg, 0, NULL);
}

static void
bury(struct depot *self, struct task *task)
{
    backlog_bury(self->backlog, &task->letter);
    (void)pthread_mutex_lock(&self->lock);
    self->letters--;
    (void)pthread_mutex_unlock(&self->lock);
}

static void
run_task(struct depot *self, struct task *task)
{
    struct frame_view view;

    switch (task->kind) {
    case TASK_LAYOUT:
        backlog_layout(self->backlog, task->frame);
        break;
    case TASK_FORGET:
        backlog_forget(self->backlog, task->number);
        break;
    case TASK_OFFER:
        offer_batch(self, task);
        break;
    case TASK_KEEP:
        keep_batch(self, task);
        break;
    case TASK_SPARE:
        backlog_spare_oldest(self->backlog);
        break;
    case TASK_LOG:
        log_batch(self, task);
        break;
    case TASK_BURY:
        bury(self, task);
        break;
    case TASK_HEARD:
        view = frame_look(task->frame);
        backlog_heard(self->backlog, &view, clock_now_ns());
        break;
    }
    frame_release(&task->frame);
    if (task->cost == 0)
        return;
    (void)pthread_mutex_lock(&self->lock);
    self->given -= task->cost;
    (void)pthread_mutex_unlock(&self->lock);
}

/* Frees what is kept of batches that the store has. */
static void
release_settled(struct depot *self)
{
    (void)pthread_mutex_lock(&self->lock);
    uint64_t settled = self->settled;
    (void)pthread_mutex_unlock(&self->lock);
    backlog_logged(self->backlog, settled);
}

/* Returns whether there were any. */
static bool
run_all(struct depot *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct task *task = weir_take(self->first);
    self->last_p = &self->first;
    (void)pthread_mutex_unlock(&self->lock);
    bool any = task != NULL;

    while (task) {
        struct task *next = task->next;
        run_task(self, task);
        free(task);
        task = next;
    }
    return any;
}

static void tick(void *arg);

/* After something was done. */
static void
set_pace(struct depot *self)
{
    int64_t every_ns = backlog_waits(self->backlog) ? tick_ns : quiet_ns;

    if (every_ns == self->every_ns)
        return;
    self->every_ns = every_ns;
    stage_timer_stop(self->stage, self->timer);
    self->timer = stage_timer(self->stage, every_ns, every_ns, tick, self);
}

void
depot_run(void *arg)
{
    struct depot *self = arg;

    if (run_all(self) && self->sync_always)
        (void)backlog_sync(self->backlog);
    release_settled(self);
    backlog_pump(self->backlog, clock_now_ns());
    self->calls->changed(self->arg, self->backlog);
    set_pace(self);
}

static void
tick(void *arg)
{
    struct depot *self = arg;

    release_settled(self);
    backlog_tick(self->backlog, clock_now_ns());
    self->calls->changed(self->arg, self->backlog);
    set_pace(self);
}

static void
started(void *arg)
{
    tick(arg);
}

/* Says what the next run finds. */
static void
tell_rest(const struct depot *self)
{
    struct backlog_figures figures;

    backlog_figures(self->backlog, &figures);
    if (figures.spool.bytes)
        log_line(LOG_INFO, "spool_kept", "link", self->link, "batches",
                 log_number((long long)(self->kept_count - self->unkept)),
                 "bytes", log_number((long long)figures.spool.bytes), NULL);
}

/* Brings to the disk what is to be kept, and sees what of it is there: what was
 * fresh may be twice, and is safe then if it is once. */
static void
end_kept(struct depot *self)
{
    int rc = backlog_end_keep(self->backlog);

    if (rc == 0 && self->unkept == 0)
        backlog_drop_fresh(self->backlog);
    self->unkept = 0;
    for (size_t i = 0; i < self->kept_count; i++) {
        struct depot_kept *kept = &self->kept[i];
        bool safe = kept->rc == 0 && rc == 0;
        if (safe || backlog_has_fresh(self->backlog, kept->batch.sequence))
            kept->rc = 0;
        else if (kept->rc == 0)
            kept->rc = rc;
        self->unkept += kept->rc < 0;
    }
}

static void
ended(void *arg)
{
    struct depot *self = arg;

    (void)run_all(self);
    end_kept(self);
    self->calls->changed(self->arg, self->backlog);
    tell_rest(self);
    backlog_destroy(&self->backlog);
}

/* Its life ---------------------------------------------------------------- */

void
depot_destroy(struct depot **self_p)
{
    struct depot *self = weir_take(*self_p);

    if (!self)
        return;
    backlog_destroy(&self->backlog);
    stage_destroy(&self->stage);
    self->stalled = false;
    while (self->out)
        depot_sent(self);
    (void)pthread_mutex_destroy(&self->lock);
    free(self->kept);
    free(self->link);
    free(self);
}

int
depot_open(const struct depot_settings *settings, struct depot **ret_depot)
{
    weir_cleanup(depot_destroy) struct depot *self = xcalloc(1, sizeof(*self));
    struct backlog_settings backlog = settings->backlog;

    (void)pthread_mutex_init(&self->lock, NULL);
    self->last_p = &self->first;
    self->out_last_p = &self->out;
    self->calls = settings->calls;
    self->arg = settings->arg;
    self->sync_always = settings->sync_always;
    self->link = x_or_die(strdup(backlog.link));
    self->stage = stage_new(settings->name);
    backlog.send = send_frame;
    backlog.settled = settled;
    backlog.arg = self;
    self->backlog = backlog_new(&backlog);
    self->calls->changed(self->arg, self->backlog);
    int rc = stage_start(self->stage, started, ended, self);
    if (rc == 0)
        *ret_depot = weir_take(self);
    return rc;
}

bool
depot_stop(struct depot *self, int64_t deadline_ns)
{
    stage_ask_stop(self->stage);
    return stage_join(self->stage, deadline_ns);
}
