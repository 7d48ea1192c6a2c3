/* command_spool_place.c - which spools a name means, and who has them */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weir/cleanup.h>

#include "base.h"
#include "command_spool_inner.h"

/* A walk through folders: state/spool, that of a link, that of a store. */
struct walk {
    const char *folder;
    const char *link; /* whose folder that is; NULL above */
    const char *name; /* what is wanted; NULL: all */
    spool_place_call *call;
    void *arg;
    int found;
};

const char *
spool_time_text(int64_t time_ns, char text[SPOOL_TIME_SIZE])
{
    time_t seconds = (time_t)(time_ns / NS_PER_S);
    struct tm when;

    if (!gmtime_r(&seconds, &when) ||
        strftime(text, SPOOL_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &when) == 0)
        (void)snprintf(text, SPOOL_TIME_SIZE, "-");
    return text;
}

/* The lock is not tried: a weir that starts just then would find it taken. */
long
spool_holder(const char *folder)
{
    char path[SPOOL_PLACE_SIZE + 8];
    char text[64] = "";

    (void)snprintf(path, sizeof(path), "%s/lock", folder);
    weir_cleanup(weir_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    (void)file_read(files_real(), fd, text, sizeof(text) - 1, 0);
    long holder = strtol(text, NULL, 10);
    return holder > 0 && (kill((pid_t)holder, 0) == 0 || errno == EPERM)
               ? holder
               : 0;
}

/* Says whether the wanted name means the link, or the store of it. */
static bool
is_wanted(const struct walk *self, const char *link, const char *store)
{
    size_t length = strlen(link);

    if (!self->name)
        return true;
    if (strncmp(self->name, link, length) != 0)
        return false;
    const char *rest = self->name + length;
    return *rest == '\0' ||
           (*rest == '/' && (!store || strcmp(rest + 1, store) == 0));
}

static bool
is_folder(const char *path)
{
    struct stat about;

    return file_stat(files_real(), path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int
see_store(void *arg, const char *store)
{
    struct walk *self = arg;
    char folder[SPOOL_PLACE_SIZE];

    (void)snprintf(folder, sizeof(folder), "%s/%s", self->folder, store);
    if (!is_wanted(self, self->link, store) || !is_folder(folder))
        return 0;
    self->found++;
    self->call(self->arg, &(struct spool_place){self->link, store, folder});
    return 0;
}

static int
see_link(void *arg, const char *link)
{
    struct walk *self = arg;
    char folder[SPOOL_PLACE_SIZE];
    struct walk inner = *self;

    if (!is_wanted(self, link, NULL))
        return 0;
    (void)snprintf(folder, sizeof(folder), "%s/%s", self->folder, link);
    inner.folder = folder;
    inner.link = link;
    (void)file_list(files_real(), folder, see_store, &inner);
    self->found = inner.found;
    return 0;
}

int
spool_places(const char *state, const char *name, spool_place_call *call,
             void *arg)
{
    char folder[SPOOL_PLACE_SIZE];
    struct walk self = {
        .folder = folder, .name = name, .call = call, .arg = arg};

    (void)snprintf(folder, sizeof(folder), "%s/spool", state);
    int rc = file_list(files_real(), folder, see_link, &self);
    return rc < 0 ? rc : self.found;
}
