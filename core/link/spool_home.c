/* spool_home.c - where the spool of a lane lies */
#include <config.h>

#include "link/spool_home.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <weir/cleanup.h>

#include "base.h"
#include "file.h"
#include "log.h"

/* The folders of a link. */
struct found {
    const char *link; /* its folder */
    char *path;       /* of the last of them */
    unsigned count;
};

static int
see(void *arg, const char *name)
{
    struct found *self = arg;

    self->count++;
    free(self->path);
    if (asprintf(&self->path, "%s/%s", self->link, name) < 0)
        self->path = x_or_die(NULL);
    return 0;
}

/* Says whether no process has the spool. */
static bool
is_free(const char *folder)
{
    weir_cleanup(weir_free) char *path = NULL;

    if (asprintf(&path, "%s/lock", folder) < 0)
        return x_or_die(NULL);
    weir_cleanup(weir_close) int fd = open(path, O_RDWR | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void
take_along(const char *link, const char *path)
{
    struct found found = {.link = link};
    struct stat about;

    if (stat(path, &about) < 0 &&
        file_list(files_real(), link, see, &found) == 0 && found.count == 1 &&
        is_free(found.path) && file_rename(files_real(), found.path, path) == 0)
        log_line(LOG_INFO, "spool_taken_along", "from", found.path, "to", path,
                 NULL);
    free(found.path);
}

char *
spool_home(const char *state, const char *link, const char *store)
{
    weir_cleanup(weir_free) char *folder = NULL;
    char *path = NULL;

    if (asprintf(&folder, "%s/spool/%s", state, link) < 0 ||
        asprintf(&path, "%s/%s", folder, store) < 0)
        return x_or_die(NULL);
    for (char *next = path + strlen(folder) + 1; *next; next++)
        if (!isalnum((unsigned char)*next) && !strchr("-.", *next))
            *next = '_';
    take_along(folder, path);
    return path;
}
