/* file.c - the real files */
#include <config.h>

#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

static int
real_open(struct files *self, const char *path, int flags)
{
    (void)self;
    int fd = open(path, flags | O_CLOEXEC, 0640);
    return fd < 0 ? -errno : fd;
}

static int
real_close(struct files *self, int fd)
{
    (void)self;
    return close(fd) < 0 ? -errno : 0;
}

static ssize_t
real_read(struct files *self, int fd, void *bytes, size_t size, uint64_t offset)
{
    (void)self;
    ssize_t got = pread(fd, bytes, size, (off_t)offset);
    return got < 0 ? -errno : got;
}

static ssize_t
real_write(struct files *self, int fd, const void *bytes, size_t size,
           uint64_t offset)
{
    (void)self;
    ssize_t put = pwrite(fd, bytes, size, (off_t)offset);
    return put < 0 ? -errno : put;
}

static int
real_sync(struct files *self, int fd)
{
    (void)self;
    return fdatasync(fd) < 0 ? -errno : 0;
}

/* posix_fallocate() writes zeros itself where the file system cannot. */
static int
real_allocate(struct files *self, int fd, uint64_t size)
{
    (void)self;
    return -posix_fallocate(fd, 0, (off_t)size);
}

static int
real_truncate(struct files *self, int fd, uint64_t size)
{
    (void)self;
    return ftruncate(fd, (off_t)size) < 0 ? -errno : 0;
}

static int
real_rename(struct files *self, const char *from, const char *to)
{
    (void)self;
    return rename(from, to) < 0 ? -errno : 0;
}

static int
real_unlink(struct files *self, const char *path)
{
    (void)self;
    return remove(path) < 0 ? -errno : 0;
}

static int
real_make_folder(struct files *self, const char *path)
{
    (void)self;
    return mkdir(path, 0750) < 0 && errno != EEXIST ? -errno : 0;
}

static int
real_sync_folder(struct files *self, const char *path)
{
    (void)self;
    weir_cleanup(weir_close) int fd =
        open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int
real_list(struct files *self, const char *path, file_name *name, void *arg)
{
    (void)self;
    DIR *folder = opendir(path);
    int rc = 0;

    if (!folder)
        return -errno;
    for (struct dirent *file; rc == 0 && (file = readdir(folder));)
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            rc = name(arg, file->d_name);
    (void)closedir(folder);
    return rc;
}

static int
real_stat(struct files *self, const char *path, struct stat *ret_stat)
{
    (void)self;
    return stat(path, ret_stat) < 0 ? -errno : 0;
}

static uint64_t
real_data_end(struct files *self, int fd, uint64_t size)
{
    off_t end = 0;

    (void)self;
    while (end < (off_t)size) {
        off_t data = lseek(fd, end, SEEK_DATA);
        if (data < 0)
            return errno == ENXIO ? (uint64_t)end : size;
        end = lseek(fd, data, SEEK_HOLE);
        if (end < 0)
            return size;
    }
    return size;
}

static const struct file_calls real_calls = {
    .open = real_open,
    .close = real_close,
    .read = real_read,
    .write = real_write,
    .sync = real_sync,
    .allocate = real_allocate,
    .truncate = real_truncate,
    .rename = real_rename,
    .unlink = real_unlink,
    .make_folder = real_make_folder,
    .sync_folder = real_sync_folder,
    .list = real_list,
    .stat = real_stat,
    .data_end = real_data_end,
};

struct files *
files_real(void)
{
    static struct files real = {&real_calls};

    return &real;
}

int
file_read(struct files *self, int fd, void *bytes, size_t size, uint64_t offset)
{
    char *next = bytes;

    while (size > 0) {
        ssize_t got = self->calls->read(self, fd, next, size, offset);
        if (got == -EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? (int)got : -ENODATA;
        next += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return 0;
}

int
file_write(struct files *self, int fd, const void *bytes, size_t size,
           uint64_t offset)
{
    const char *next = bytes;

    while (size > 0) {
        ssize_t put = self->calls->write(self, fd, next, size, offset);
        if (put == -EINTR)
            continue;
        if (put <= 0)
            return put < 0 ? (int)put : -EIO;
        next += put;
        offset += (uint64_t)put;
        size -= (size_t)put;
    }
    return 0;
}
