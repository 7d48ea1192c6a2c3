/* deadfile.c - points that InfluxDB refused for ever; see deadfile.h */
#include <config.h>

#include "deadfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"

enum { HEAD_SIZE = 512 };

static int
open_file(struct deadfile *self)
{
    if (self->fd < 0)
        self->fd =
            open(self->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    return self->fd < 0 ? -errno : 0;
}

/* Lets a file that would get too long make way for a new one. */
static int
turn(struct deadfile *self, size_t size)
{
    struct stat stat;

    if (size > self->size_most / 2)
        return -ENOSPC;
    if (fstat(self->fd, &stat) < 0)
        return -errno;
    if ((uint64_t)stat.st_size + size <= self->size_most / 2)
        return 0;

    size_t length = strlen(self->path) + sizeof(".1");
    weir_cleanup(weir_free) char *older = xcalloc(length, 1);
    (void)snprintf(older, length, "%s.1", self->path);
    if (rename(self->path, older) < 0)
        return -errno;
    int rc = deadfile_sync(self);
    return rc < 0 ? rc : open_file(self);
}

static int
write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, bytes, size);
        if (wrote < 0 && errno != EINTR)
            return -errno;
        if (wrote > 0) {
            bytes += wrote;
            size -= (size_t)wrote;
        }
    }
    return 0;
}

static size_t
write_head(const struct deadfile_points *points, char head[HEAD_SIZE])
{
    char when[32];
    time_t now = time(NULL);
    struct tm utc;

    (void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ",
                   gmtime_r(&now, &utc));
    return (size_t)snprintf(
        head, HEAD_SIZE, "# %s InfluxDB refused %zu of %zu: %.*s\n", when,
        points->refused, points->count, HEAD_SIZE - 128, points->why);
}

int
deadfile_add(struct deadfile *self, const struct deadfile_points *points)
{
    char head[HEAD_SIZE];
    size_t size = write_head(points, head);

    if (self->size_most == 0)
        return -ENOSPC;
    int rc = open_file(self);
    if (rc == 0)
        rc = turn(self, size + points->size);
    if (rc == 0)
        rc = write_all(self->fd, head, size);
    return rc < 0 ? rc : write_all(self->fd, points->text, points->size);
}

int
deadfile_sync(struct deadfile *self)
{
    int rc = 0;

    if (self->fd < 0)
        return 0;
    if (fdatasync(self->fd) < 0)
        rc = -errno;
    (void)close(self->fd);
    self->fd = -1;
    return rc;
}
