/* backlog_look.c - a backlog gets its folder, and does what others want of it
 */
#include <config.h>

#include <errno.h>

#include "base.h"
#include "link/backlog_inner.h"
#include "link/spool_adopt.h"
#include "log.h"

static const int64_t take_ns = 2 * NS_PER_S; /* between two tries */

enum { PATH_SIZE = 4096 };

/* Getting the folder ------------------------------------------------------ */

/* Once for each reason: it is tried again and again. */
static void
tell_failure(const struct backlog *self, int rc, long holder)
{
    const struct backlog_settings *settings = &self->settings;

    log_line(LOG_ERROR, "spool_failed", "link", settings->link, "folder",
             settings->folder, "process", holder ? log_number(holder) : NULL,
             "error",
             rc == -EBUSY ? "another process has it; there is no spool until "
                            "that is stopped, or this one has a state of its "
                            "own"
                          : strerror(-rc),
             NULL);
}

static void
take_folder(struct backlog *self, int64_t now_ns)
{
    long holder = 0;

    if (self->take_rc < 0 && now_ns - self->taken_ns < take_ns)
        return;
    int rc = spool_take(self->spool, &holder);
    if (rc < 0 && rc != self->take_rc)
        tell_failure(self, rc, holder);
    if (rc == 0 && self->take_rc < 0)
        log_line(LOG_INFO, "spool_taken", "link", self->settings.link, "folder",
                 self->settings.folder, NULL);
    self->take_rc = rc;
    self->taken_ns = now_ns;
    if (rc == 0 && self->dead)
        dead_look(self->dead);
}

/* What others want -------------------------------------------------------- */

static void
make_path(const struct backlog *self, const char *name, char path[PATH_SIZE])
{
    (void)snprintf(path, PATH_SIZE, "%s/%s", self->settings.folder, name);
}

/* Says whether a file of that name is there. */
static bool
is_there(const struct backlog *self, const char *name)
{
    char path[PATH_SIZE];
    struct stat about;

    make_path(self, name, path);
    return file_stat(self->settings.files, path, &about) == 0;
}

/* Tells how it went; a wish that failed is not tried again and again. */
static void
end_wish(struct backlog *self, const char *name, int rc,
         const struct spool_amount *amount)
{
    char path[PATH_SIZE];

    make_path(self, name, path);
    (void)file_unlink(self->settings.files, path);
    dead_look(self->dead);
    log_line(rc < 0 ? LOG_ERROR : LOG_INFO, "spool_wish", "link",
             self->settings.link, "wish", name, "segments",
             log_number((long long)amount->segments), "bytes",
             log_number((long long)amount->bytes), "error",
             rc < 0 ? strerror(-rc) : NULL, NULL);
}

static void
replay_dead(struct backlog *self)
{
    struct spool_amount amount;

    dead_close(self->dead);
    int rc = spool_adopt(self->settings.files, dead_folder(self->dead),
                         self->settings.folder, true, &amount);
    end_wish(self, BACKLOG_REPLAY_DEAD, rc, &amount);
}

static void
drop_dead(struct backlog *self)
{
    struct spool_amount amount;

    dead_close(self->dead);
    int rc = spool_drop(self->settings.files, dead_folder(self->dead), &amount);
    end_wish(self, BACKLOG_DROP_DEAD, rc, &amount);
}

static void
take_in(struct backlog *self)
{
    char path[PATH_SIZE];

    make_path(self, SPOOL_REPLAY, path);
    int rc = spool_take_in(self->spool, path);
    if (rc < 0)
        log_line(LOG_ERROR, "spool_failed", "link", self->settings.link,
                 "folder", path, "what", "taking segments in", "error",
                 strerror(-rc), NULL);
    (void)file_unlink(self->settings.files, path); /* when it is empty */
}

void
backlog_look(struct backlog *self, int64_t now_ns)
{
    self->looked_ns = now_ns;
    if (!spool_is_taken(self->spool))
        take_folder(self, now_ns);
    if (!spool_is_taken(self->spool))
        return;
    backlog_take_fresh(self);
    if (self->dead && is_there(self, BACKLOG_DROP_DEAD))
        drop_dead(self);
    if (self->dead && is_there(self, BACKLOG_REPLAY_DEAD))
        replay_dead(self);
    if (is_there(self, SPOOL_REPLAY))
        take_in(self);
    if (self->dead)
        dead_tick(self->dead, now_ns);
}
