/* files.c - targets from files; see files.h */
#include <config.h>

#include "files.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "base.h"
#include "filelook.h"
#include "scraper.h"
#include "transfers.h"

enum {
    TICK_S = 2,    /* where a folder cannot be watched */
    TICKS = 150,   /* until all is read again anyway */
    PAUSE_MS = 20, /* for changes that come together */
    EVENTS_ROOM = 4096,
};

struct files {
    struct scraper *owner;
    int inotify;           /* descriptor */
    struct filelook *look; /* that runs; or NULL */
    bool again;            /* something changed since it began */
    bool soon;             /* one is due soon */
    bool watched;          /* all folders are */
    int ticks;             /* until all is read again */
    struct file *list;     /* [count]: paths, stamps, what was told */
    size_t count, beyond;
};

int
files_judge(const char *pattern, const char **ret_why)
{
    const char *slash = strrchr(pattern, '/');
    size_t folder = slash ? (size_t)(slash - pattern) : 0;

    *ret_why = "it is no path from / on";
    if (*pattern != '/')
        return -EINVAL;
    *ret_why = "only the last part of the path may have wildcards";
    return strcspn(pattern, "*?[") < folder ? -EINVAL : 0;
}

/* What a look found -------------------------------------------------------- */

static struct file *
find_file(struct file *list, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].path, path) == 0)
            return &list[i];
    return NULL;
}

static void
offer(struct files *self, const char *path, struct findings *found)
{
    weir_cleanup(weir_free) char *name = NULL;

    if (asprintf(&name, "file %s", path) < 0)
        name = NULL;
    int rc = name ? targets_offer(&self->owner->set, name, found) : -ENOMEM;
    if (rc < 0)
        weir_warn(self->owner, "%s: %s", path, strerror(-rc));
}

/* A file that is as it was keeps what was told of it. */
static void
take_file(struct files *self, struct file *file)
{
    const struct file *before = find_file(self->list, self->count, file->path);
    const char *told = before ? before->why : "";

    if (file->same) {
        (void)snprintf(file->why, sizeof(file->why), "%s", told);
        return;
    }
    if (!*file->why)
        offer(self, file->path, &file->found);
    else if (strcmp(file->why, told) != 0)
        weir_warn(self->owner, "%s; its targets stay as they were", file->why);
}

static void
take_files(struct files *self, struct filelook *look)
{
    struct findings none = {0};

    for (size_t i = 0; i < look->count; i++)
        take_file(self, &look->files[i]);
    for (size_t i = 0; i < self->count; i++) {
        if (!find_file(look->files, look->count, self->list[i].path))
            offer(self, self->list[i].path, &none);
        file_fini(&self->list[i]);
    }
    free(self->list);
    self->list = weir_take(look->files);
    self->count = look->count;
    look->count = 0;
    if (look->beyond && !self->beyond)
        weir_warn(self->owner, "files: %zu files are above %d and are not read",
                  look->beyond, FILES_MOST);
    self->beyond = look->beyond;
}

/* When to look ------------------------------------------------------------- */

static void start_look(struct files *self);

static void
look_done(void *instance, void *arg)
{
    struct filelook *look = arg;
    struct files *self = look->owner;

    (void)instance;
    self->look = NULL;
    self->watched = look->watched;
    take_files(self, look);
    filelook_release(&look);
    if (self->again)
        start_look(self);
}

static void
start_look(struct files *self)
{
    self->again = self->look != NULL;
    if (self->look)
        return;
    struct filelook *look = filelook_new(&self->owner->files, self->inotify,
                                         self->list, self->count);
    if (!look) {
        self->watched = false; /* so that it is tried again */
        return;
    }
    look->owner = self;
    atomic_fetch_add(&look->holders, 1);
    if (weir_work(self->owner, filelook_run, look_done, look) == 0) {
        self->look = look;
        return;
    }
    atomic_store(&look->holders, 1);
    filelook_release(&look);
    self->watched = false;
}

static void
look_due(void *instance, void *arg)
{
    struct files *self = arg;

    (void)instance;
    self->soon = false;
    start_look(self);
}

static void
tick(void *instance, void *arg)
{
    struct files *self = arg;

    (void)instance;
    if (self->watched && --self->ticks > 0)
        return;
    self->ticks = TICKS;
    start_look(self);
}

/* What happened in the folders does not matter: all is looked at. */
static void
folder_changed(void *instance, int fd, short events)
{
    struct files *self = ((struct scraper *)instance)->watcher;
    char room[EVENTS_ROOM];

    (void)events;
    while (read(fd, room, sizeof(room)) > 0)
        ;
    if (self->soon)
        return;
    self->soon =
        weir_timer(self->owner, PAUSE_MS * NS_PER_MS, 0, look_due, self) == 0;
}

int
files_open(struct scraper *owner, struct files **ret_files)
{
    struct files *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    *ret_files = self;
    self->owner = owner;
    self->ticks = TICKS;
    self->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (self->inotify < 0)
        return weir_fail(owner, -errno, "files: cannot watch folders");
    int rc = weir_watch(owner, self->inotify, POLLIN, folder_changed);
    if (rc == 0)
        rc =
            weir_timer(owner, TICK_S * NS_PER_S, TICK_S * NS_PER_S, tick, self);
    if (rc == 0)
        start_look(self);
    return rc;
}

void
files_close(struct files **self_p)
{
    struct files *self = weir_take(*self_p);

    if (!self)
        return;
    filelook_release(&self->look);
    transfers_close_watched(self->owner, &self->inotify);
    for (size_t i = 0; i < self->count; i++)
        file_fini(&self->list[i]);
    free(self->list);
    free(self);
}
