/* lane_spool.c - a lane's spool: its depot, and what goes to and fro */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "link/lane_inner.h"
#include "stage.h"

static const int64_t stop_ns = 9 * NS_PER_S; /* for the depot to write all */

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

static void
kept(void *arg, uint64_t cost, int rc)
{
    struct lane *self = arg;

    self->lost += rc < 0;
    self->waiting -= cost;
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

static const struct depot_calls depot_calls = {frames, written, kept, settled,
                                               changed};

/* On the lane's ----------------------------------------------------------- */

static void
fill_backlog(const struct lane *self, const struct lane_spool *wanted,
             struct backlog_settings *ret_settings)
{
    ret_settings->sender = self->sender_name;
    ret_settings->files = files_real();
    ret_settings->folder = self->folder;
    ret_settings->link = self->name;
    ret_settings->spool = spool_new(&(struct spool_settings){
        .files = ret_settings->files,
        .folder = self->folder,
        .link = self->name,
        .size_bytes = wanted->size_bytes,
        .age_ns = wanted->age_ns,
        .drop_oldest = wanted->drop_oldest,
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

bool
lane_stop_depot(struct lane *self)
{
    return depot_stop(self->depot, clock_now_ns() + stop_ns);
}

void
lane_keep_rest(struct lane *self)
{
    struct sender_batch batch;

    while (sender_take(self->sender, &batch))
        depot_keep(self->depot, self->stream, &batch);
    self->hangs = !lane_stop_depot(self);
    self->has_room = false;
    lane_send_spooled(self);
}
