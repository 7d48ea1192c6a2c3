/* spool_home.c - where the spool of a lane lies */
#include <config.h>

#include "link/spool_home.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <weir/cleanup.h>

#include "base.h"
#include "file.h"
#include "link/spool_adopt.h"
#include "log.h"

/* Folders of a link whose stores it has no more. */
struct orphans {
    const char *folder;             /* the link's */
    const struct weir_list *stores; /* that it has */
    char **paths;                   /* [count] */
    size_t count;
};

/* Returns 'store' as a file name, owned by the caller. */
static char *
name_of(const char *store)
{
    char *name = x_or_die(strdup(store));

    for (char *next = name; *next; next++)
        if (!isalnum((unsigned char)*next) && !strchr("-.", *next))
            *next = '_';
    return name;
}

static char *
join(const char *folder, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return x_or_die(NULL);
    return path;
}

char *
spool_home(const char *state, const char *link, const char *store)
{
    weir_cleanup(weir_free) char *spools = join(state, "spool");
    weir_cleanup(weir_free) char *folder = join(spools, link);
    weir_cleanup(weir_free) char *name = name_of(store);

    return join(folder, name);
}

static bool
is_home(const struct orphans *self, const char *name)
{
    for (size_t i = 0; i < self->stores->count; i++) {
        weir_cleanup(weir_free) char *home = name_of(self->stores->items[i]);
        if (strcmp(home, name) == 0)
            return true;
    }
    return false;
}

static int
see(void *arg, const char *name)
{
    struct orphans *self = arg;

    if (is_home(self, name))
        return 0;
    self->paths = xrealloc(self->paths, self->count + 1, sizeof(*self->paths));
    self->paths[self->count++] = join(self->folder, name);
    return 0;
}

/* Says whether no process has the spool. */
static bool
is_free(const char *folder)
{
    weir_cleanup(weir_free) char *path = join(folder, "lock");
    weir_cleanup(weir_close) int fd = open(path, O_RDWR | O_CLOEXEC);

    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

/* A folder that is not there yet may be the other one itself, with all that is
 * in it. */
static bool
take_along(const char *from, const char *to)
{
    struct stat about;

    if (stat(to, &about) == 0 || !is_free(from) ||
        file_rename(files_real(), from, to) < 0)
        return false;
    log_line(LOG_INFO, "spool_taken_along", "from", from, "to", to, NULL);
    return true;
}

void
spool_move(const char *link, const char *from, const char *to)
{
    struct spool_amount moved;
    int rc = spool_adopt(files_real(), from, to, false, &moved);

    if (moved.segments)
        log_line(LOG_INFO, "spool_moved", "link", link, "from", from, "to", to,
                 "segments", log_number((long long)moved.segments), "bytes",
                 log_number((long long)moved.bytes), NULL);
    if (rc < 0 && rc != -ENOENT)
        log_line(LOG_ERROR, "spool_not_moved", "link", link, "from", from, "to",
                 to, "error",
                 rc == -EBUSY ? "another process has it" : strerror(-rc), NULL);
}

void
spool_gather(const char *state, const char *link,
             const struct weir_list *stores)
{
    weir_cleanup(weir_free) char *spools = join(state, "spool");
    weir_cleanup(weir_free) char *folder = join(spools, link);
    weir_cleanup(weir_free) char *to =
        spool_home(state, link, stores->items[0]);
    struct orphans orphans = {.folder = folder, .stores = stores};

    (void)file_list(files_real(), folder, see, &orphans);
    for (size_t i = 0; i < orphans.count; i++) {
        if (!take_along(orphans.paths[i], to))
            spool_move(link, orphans.paths[i], to);
        free(orphans.paths[i]);
    }
    free(orphans.paths);
}
