/* backlog_fresh.c - what is fresh is on disk until the store has it */
#include <config.h>

#include <errno.h>

#include "base.h"
#include "link/backlog_inner.h"
#include "link/spool_adopt.h"
#include "log.h"

void
backlog_make_fresh(struct backlog *self)
{
    const struct backlog_settings *settings = &self->settings;

    if (asprintf(&self->fresh_folder, "%s/" SPOOL_FRESH, settings->folder) < 0)
        self->fresh_folder = x_or_die(NULL);
    if (settings->fresh_bytes)
        self->fresh = spool_new(&(struct spool_settings){
            .files = settings->files,
            .folder = self->fresh_folder,
            .link = settings->link,
            .size_bytes = settings->fresh_bytes,
            .packs = true,
        });
}

static void
tell_failure(const struct backlog *self, int rc)
{
    log_line(LOG_ERROR, "spool_failed", "link", self->settings.link, "folder",
             self->fresh_folder, "error", strerror(-rc), NULL);
}

/* What an earlier run has left is sent like the rest of it.  As long as it is
 * here nothing is written: it would be freed with that. */
static int
adopt_earlier(struct backlog *self)
{
    struct files *files = self->settings.files;
    struct spool_amount amount;
    struct stat about;

    if (file_stat(files, self->fresh_folder, &about) < 0)
        return 0;
    return spool_adopt(files, self->fresh_folder, self->settings.folder, false,
                       &amount);
}

void
backlog_take_fresh(struct backlog *self)
{
    long holder = 0;

    if (self->fresh_taken)
        return;
    int rc = adopt_earlier(self);
    if (rc == 0 && self->fresh)
        rc = spool_take(self->fresh, &holder);
    self->fresh_taken = rc == 0;
    if (rc < 0)
        tell_failure(self, rc);
}

void
backlog_drop_fresh(struct backlog *self)
{
    struct spool_amount amount;

    if (!self->fresh || self->unsafe)
        return;
    spool_destroy(&self->fresh);
    (void)spool_drop(self->settings.files, self->fresh_folder, &amount);
}

void
backlog_end_fresh(struct backlog *self)
{
    spool_destroy(&self->fresh);
    free(self->fresh_folder);
}

void
backlog_log(struct backlog *self, const uint8_t stream[16],
            const struct sender_batch *batch)
{
    int rc = self->fresh ? backlog_append(self, self->fresh, stream, batch)
                         : -ENOSPC;

    if (rc < 0 || batch->sequence != self->fresh_to + 1)
        self->fresh_from = batch->sequence + (rc < 0);
    self->fresh_to = batch->sequence;
    if (rc < 0 && batch->told)
        batch->told(batch->told_arg, -EAGAIN, "the spool has no room");
}

bool
backlog_has_fresh(const struct backlog *self, uint64_t sequence)
{
    return sequence >= self->fresh_from && sequence <= self->fresh_to;
}

void
backlog_logged(struct backlog *self, uint64_t sequence)
{
    if (self->fresh)
        spool_release(self->fresh, sequence);
}
