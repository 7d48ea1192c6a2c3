/* file.c - read the same small files again and again */
#include <config.h>

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "host.h"
#include "scan.h"

enum { BUFFER_SIZE = 16 << 10 }; /* at first */

const char *
file_root(const struct host *host, enum root root)
{
    const char *const paths[ROOT_COUNT] = {host->procfs, host->sysfs,
                                           host->rootfs, host->udev};
    return paths[root];
}

int
file_fail(struct host *host, int rc, enum root root, const char *path)
{
    const char *folder = file_root(host, root);
    const char *slash = *folder && folder[strlen(folder) - 1] == '/' ? "" : "/";

    if (rc == -EFBIG)
        return weir_fail(host, rc, "%s%s%s is larger than %d MiB", folder,
                         slash, path, FILE_SIZE_MOST >> 20);
    return weir_fail(host, rc, "cannot read %s%s%s", folder, slash, path);
}

int
files_init(struct host *host)
{
    struct files *self = &host->files;

    self->size = BUFFER_SIZE;
    self->buffer = xcalloc(1, self->size);
    for (int i = 0; i < ROOT_COUNT; i++)
        self->roots[i] = -1;
    for (int i = 0; i < ROOT_COUNT; i++) {
        const char *path = file_root(host, (enum root)i);
        self->roots[i] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        bool due = i == ROOT_PROC || i == ROOT_SYS;
        if (self->roots[i] < 0 && due)
            return weir_fail(host, -errno, "cannot open the folder %s", path);
    }
    return 0;
}

void
files_fini(struct host *host)
{
    struct files *self = &host->files;

    if (!self->buffer)
        return;
    for (int i = 0; i < ROOT_COUNT; i++)
        weir_close(&self->roots[i]);
    free(self->buffer);
    self->buffer = NULL;
}

/* Reads from 'fd' until it has no more, with room to spare for the '\0'; a
 * piece of less than 'last_below' bytes is known to be the last. */
static ssize_t
read_whole(struct files *self, int fd, size_t last_below)
{
    size_t length = 0;

    for (;;) {
        size_t room = self->size - length - 1;
        ssize_t got = pread(fd, self->buffer + length, room, (off_t)length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        length += (size_t)got;
        if (got == 0 || ((size_t)got < last_below && (size_t)got < room))
            break;
        if (length + 1 < self->size)
            continue;
        if (self->size >= FILE_SIZE_MOST)
            return -EFBIG;
        self->size *= 2;
        self->buffer = xrealloc(self->buffer, self->size, 1);
    }
    self->buffer[length] = '\0';
    return (ssize_t)length;
}

/* What was there is gone, and may be there anew under the same name. */
static bool
is_gone(ssize_t rc)
{
    return rc == -ENODEV || rc == -ESRCH;
}

static int
open_below(const struct files *self, enum root root, const char *path)
{
    if (self->roots[root] < 0)
        return -ENOENT;
    int fd = openat(self->roots[root], path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* A file of /sys comes whole, at most a page. */
static ssize_t
read_held(struct files *self, const struct held *held, enum root root)
{
    size_t last_below = PAGE_LEAST - LONG_LINE;

    if (root == ROOT_SYS)
        last_below = SIZE_MAX;
    else if (held->has_long_lines)
        last_below = 0;
    return read_whole(self, held->descriptor_plus_1 - 1, last_below);
}

ssize_t
file_read(struct host *host, struct held *held, enum root root,
          const char *path, const char **ret_text)
{
    struct files *self = &host->files;
    ssize_t length = -ENODEV;

    if (held->descriptor_plus_1)
        length = read_held(self, held, root);
    if (host->cycle < held->missing_until)
        return -ENOENT;
    if (is_gone(length)) {
        file_close(host, held);
        int fd = open_below(self, root, path);
        if (fd == -ENOENT)
            held->missing_until = host->cycle + FILE_MISSING_CYCLES;
        if (fd < 0)
            return fd;
        held->descriptor_plus_1 = fd + 1;
        self->held++;
        length = read_held(self, held, root);
        if (self->held > FILES_HELD_MOST)
            file_close(host, held);
    }
    if (length >= 0)
        *ret_text = self->buffer;
    return length;
}

ssize_t
file_need(struct host *host, struct held *held, enum root root,
          const char *path, const char **ret_text)
{
    ssize_t length = file_read(host, held, root, path, ret_text);
    return length < 0 ? file_fail(host, (int)length, root, path) : length;
}

ssize_t
file_read_once(struct host *host, int folder, const char *path,
               struct stat *ret_status, const char **ret_text)
{
    /* A pipe among the files must not stop the cycle. */
    weir_cleanup(weir_close) int fd =
        openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
    ssize_t length = read_whole(&host->files, fd, 0);
    if (length < 0)
        return length;
    if (ret_status)
        *ret_status = status;
    *ret_text = host->files.buffer;
    return length;
}

int
file_number(struct host *host, struct held *held, enum root root,
            const char *path, double *ret_number)
{
    const char *text = "";
    ssize_t length = file_read(host, held, root, path, &text);

    if (length < 0)
        return (int)length;
    return scan_number(&text, ret_number) ? 0 : -EBADMSG;
}

void
file_close(struct host *host, struct held *held)
{
    held->missing_until = 0;
    if (!held->descriptor_plus_1)
        return;
    (void)close(held->descriptor_plus_1 - 1);
    held->descriptor_plus_1 = 0;
    host->files.held--;
}
