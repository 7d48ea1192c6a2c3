/* file_fault.c - files whose calls fail when a test says so */
#include <config.h>

#include "file_fault.h"

#include <stdbool.h>

/* Counts a call.  Returns 0, or what it fails with. */
static int
pass(struct files *files, enum file_call call)
{
    struct file_fault *self = (struct file_fault *)files;
    uint64_t number =
        __atomic_add_fetch(&self->counts[call], 1, __ATOMIC_SEQ_CST);
    uint64_t first = self->first;

    bool fails = first && call == self->call && number >= first &&
                 number - first < self->times;
    return fails ? self->rc : 0;
}

static struct files *
below(const struct files *files)
{
    return ((const struct file_fault *)files)->below;
}

static int
fault_open(struct files *self, const char *path, int flags)
{
    int rc = pass(self, FILE_OPEN);

    return rc < 0 ? rc : file_open(below(self), path, flags);
}

static int
fault_close(struct files *self, int fd)
{
    return file_close(below(self), fd);
}

static ssize_t
fault_read(struct files *self, int fd, void *bytes, size_t size,
           uint64_t offset)
{
    int rc = pass(self, FILE_READ);

    if (rc < 0)
        return rc;
    return below(self)->calls->read(below(self), fd, bytes, size, offset);
}

static ssize_t
fault_write(struct files *self, int fd, const void *bytes, size_t size,
            uint64_t offset)
{
    uint64_t shorten = ((const struct file_fault *)self)->shorten;
    struct files *next = below(self);
    int rc = pass(self, FILE_WRITE);

    if (rc < 0) {
        (void)file_write(next, fd, bytes, size / 2, offset);
        return rc;
    }
    if (shorten && size > shorten)
        size = shorten;
    return next->calls->write(next, fd, bytes, size, offset);
}

static int
fault_sync(struct files *self, int fd)
{
    int rc = pass(self, FILE_SYNC);

    return rc < 0 ? rc : file_sync(below(self), fd);
}

static int
fault_allocate(struct files *self, int fd, uint64_t size)
{
    int rc = pass(self, FILE_ALLOCATE);

    return rc < 0 ? rc : file_allocate(below(self), fd, size);
}

static int
fault_truncate(struct files *self, int fd, uint64_t size)
{
    int rc = pass(self, FILE_TRUNCATE);

    return rc < 0 ? rc : file_truncate(below(self), fd, size);
}

static int
fault_rename(struct files *self, const char *from, const char *to)
{
    int rc = pass(self, FILE_RENAME);

    return rc < 0 ? rc : file_rename(below(self), from, to);
}

static int
fault_unlink(struct files *self, const char *path)
{
    int rc = pass(self, FILE_UNLINK);

    return rc < 0 ? rc : file_unlink(below(self), path);
}

static int
fault_make_folder(struct files *self, const char *path)
{
    int rc = pass(self, FILE_MAKE_FOLDER);

    return rc < 0 ? rc : file_make_folder(below(self), path);
}

static int
fault_sync_folder(struct files *self, const char *path)
{
    int rc = pass(self, FILE_SYNC_FOLDER);

    return rc < 0 ? rc : file_sync_folder(below(self), path);
}

static int
fault_list(struct files *self, const char *path, file_name *name, void *arg)
{
    int rc = pass(self, FILE_LIST);

    return rc < 0 ? rc : file_list(below(self), path, name, arg);
}

static int
fault_stat(struct files *self, const char *path, struct stat *ret_stat)
{
    int rc = pass(self, FILE_STAT);

    return rc < 0 ? rc : file_stat(below(self), path, ret_stat);
}

static const struct file_calls fault_calls = {
    .open = fault_open,
    .close = fault_close,
    .read = fault_read,
    .write = fault_write,
    .sync = fault_sync,
    .allocate = fault_allocate,
    .truncate = fault_truncate,
    .rename = fault_rename,
    .unlink = fault_unlink,
    .make_folder = fault_make_folder,
    .sync_folder = fault_sync_folder,
    .list = fault_list,
    .stat = fault_stat,
};

void
file_fault_init(struct file_fault *self, struct files *next)
{
    *self = (struct file_fault){.files = {&fault_calls}, .below = next};
}

void
file_fault_set(struct file_fault *self, enum file_call call, uint64_t first,
               uint64_t times, int rc)
{
    self->first = 0;
    self->call = call;
    self->times = times;
    self->rc = rc;
    if (first)
        first += __atomic_load_n(&self->counts[call], __ATOMIC_SEQ_CST);
    self->first = first;
}
