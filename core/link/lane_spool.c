/* lane_spool.c - a lane's spool: opened, and filled with the rest */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "link/lane_inner.h"
#include "log.h"

static void
tell_failure(const struct lane *self, const char *folder, int rc, long holder)
{
    if (rc == -EBUSY)
        log_line(LOG_ERROR, "spool_failed", "link", self->name, "folder",
                 folder, "process", log_number(holder), "error",
                 "another process has it; there is no spool until it is "
                 "stopped, or this one has a state of its own",
                 NULL);
    else
        log_line(LOG_ERROR, "spool_failed", "link", self->name, "folder",
                 folder, "error", strerror(-rc), NULL);
}

struct backlog *
lane_open_backlog(struct lane *self, const struct lane_settings *settings,
                  const struct backlog_settings *calls)
{
    const struct lane_spool *wanted = settings->spool;
    struct backlog_settings backlog = *calls;
    long holder = 0;

    if (!wanted)
        return NULL;
    struct spool_settings spool = {
        .files = files_real(),
        .folder = wanted->folder,
        .link = self->name,
        .size_bytes = wanted->size_bytes,
        .age_ns = wanted->age_ns,
        .drop_oldest = wanted->drop_oldest,
    };
    int rc = spool_open(&spool, &backlog.spool, &holder);
    if (rc < 0) {
        tell_failure(self, wanted->folder, rc, holder);
        return NULL;
    }
    self->sync_always = wanted->sync_always;
    self->patience_ns = wanted->patience_ns;
    self->spools = true;
    self->has_room = true;
    return backlog_new(&backlog);
}

/* The window has them still, and sends them as what is fresh: the store then
 * gets them twice, and keeps each sample once. */
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
    if (!self->patience_ns || now_ns - self->taken_ns < self->patience_ns)
        return;
    while (backlog_has_room(self->backlog) &&
           sender_take_fate(self->sender, &batch))
        backlog_offer(self->backlog, batch.frame, batch.told, batch.told_arg);
}

void
lane_keep_rest(struct lane *self)
{
    struct sender_batch batch;
    uint64_t kept = 0;

    while (sender_take(self->sender, &batch)) {
        int rc =
            batch.kept ? 0 : backlog_keep(self->backlog, self->stream, &batch);
        if (rc < 0 && batch.told)
            batch.told(batch.told_arg, -ECANCELED, "the link closes");
        kept += rc == 0;
        self->lost += rc < 0;
        self->waiting -= batch.cost;
        offers_settle(&self->offers);
        frame_release(&batch.frame);
    }
    if (kept)
        log_line(LOG_INFO, "spool_kept", "link", self->name, "batches",
                 log_number((long long)kept), NULL);
}

void
lane_show_backlog(struct lane *self)
{
    struct backlog_figures figures;

    if (!self->backlog)
        return;
    backlog_figures(self->backlog, &figures);
    (void)pthread_mutex_lock(&self->lock);
    self->spooled = figures;
    (void)pthread_mutex_unlock(&self->lock);
}
