/* file_record.c - files that remember all that was done to them */
#include <config.h>

#include "file_record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base.h"
#include "file_record_inner.h"

struct name *
names_find(struct names *self, const char *path)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->names[i].path, path) == 0)
            return &self->names[i];
    return NULL;
}

void
names_add(struct names *self, const char *path, int file)
{
    self->names =
        xrealloc(self->names, self->count + 1, sizeof(self->names[0]));
    self->names[self->count++] = (struct name){x_or_die(strdup(path)), file};
}

void
names_remove(struct names *self, const char *path)
{
    struct name *name = names_find(self, path);

    if (!name)
        return;
    free(name->path);
    /* A folder's name stays before those in it. */
    size_t behind = self->count - (size_t)(name - self->names) - 1;
    memmove(name, name + 1, behind * sizeof(*name));
    self->count--;
}

void
names_rename(struct names *self, const char *from, const char *to)
{
    const struct name *name = names_find(self, from);

    if (!name)
        return;
    int file = name->file;
    names_remove(self, from);
    names_remove(self, to);
    names_add(self, to, file);
}

void
names_fini(struct names *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->names[i].path);
    free(self->names);
}

static struct file_record *
record_of(struct files *files)
{
    return (struct file_record *)files;
}

/* Returns the path without the root. */
static const char *
inner_path(const struct file_record *self, const char *path)
{
    size_t length = strlen(self->root);

    return strncmp(path, self->root, length) == 0 ? path + length : path;
}

static void
note(struct file_record *self, const struct change *change)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 256;
        self->changes =
            xrealloc(self->changes, self->room, sizeof(self->changes[0]));
    }
    struct change *kept = &self->changes[self->count++];
    *kept = *change;
    if (change->path)
        kept->path = x_or_die(strdup(inner_path(self, change->path)));
    if (change->to)
        kept->to = x_or_die(strdup(inner_path(self, change->to)));
    if (change->bytes) {
        kept->bytes = xcalloc(change->size, 1);
        memcpy(kept->bytes, change->bytes, change->size);
    }
}

static void
note_opened(struct file_record *self, const char *path, int flags, int fd)
{
    const struct name *name = names_find(&self->names, inner_path(self, path));
    int file = name ? name->file : self->file_count;

    if (!name && !(flags & O_CREAT))
        file = -1; /* it was there before the recording */
    if (!name && file >= 0) {
        self->file_count++;
        names_add(&self->names, inner_path(self, path), file);
        note(self, &(struct change){.kind = CHANGE_CREATE,
                                    .file = file,
                                    .path = (char *)(uintptr_t)path});
    } else if (flags & O_TRUNC)
        note(self, &(struct change){.kind = CHANGE_TRUNCATE, .file = file});
    self->of_fd[fd] = file;
}

static int
record_open(struct files *files, const char *path, int flags)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    int fd = file_open(files_real(), path, flags);
    if (fd >= RECORD_FDS) {
        (void)file_close(files_real(), fd);
        fd = -EMFILE;
    }
    if (fd >= 0)
        note_opened(self, path, flags, fd);
    (void)pthread_mutex_unlock(&self->lock);
    return fd;
}

static int
record_close(struct files *files, int fd)
{
    (void)files;
    return file_close(files_real(), fd);
}

static ssize_t
record_read(struct files *files, int fd, void *bytes, size_t size,
            uint64_t offset)
{
    (void)files;
    return files_real()->calls->read(files_real(), fd, bytes, size, offset);
}

static ssize_t
record_write(struct files *files, int fd, const void *bytes, size_t size,
             uint64_t offset)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    ssize_t put =
        files_real()->calls->write(files_real(), fd, bytes, size, offset);
    if (put > 0)
        note(self, &(struct change){.kind = CHANGE_WRITE,
                                    .file = self->of_fd[fd],
                                    .bytes = (uint8_t *)(uintptr_t)bytes,
                                    .size = (size_t)put,
                                    .offset = offset});
    (void)pthread_mutex_unlock(&self->lock);
    return put;
}

/* What is written while a sync runs is not covered by it.  The real file need
 * not be synced: no power fails but in the record. */
static int
record_sync(struct files *files, int fd)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    size_t covers = self->deaf ? 0 : self->count;
    (void)pthread_mutex_unlock(&self->lock);
    (void)sched_yield();
    (void)pthread_mutex_lock(&self->lock);
    note(self, &(struct change){.kind = CHANGE_SYNC,
                                .file = self->of_fd[fd],
                                .covers = covers});
    (void)pthread_mutex_unlock(&self->lock);
    return 0;
}

static int
note_size(struct files *files, int fd, enum change_kind kind, uint64_t size)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    int rc = kind == CHANGE_ALLOCATE ? file_allocate(files_real(), fd, size)
                                     : file_truncate(files_real(), fd, size);
    if (rc == 0)
        note(self, &(struct change){
                       .kind = kind, .file = self->of_fd[fd], .size = size});
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

static int
record_allocate(struct files *files, int fd, uint64_t size)
{
    return note_size(files, fd, CHANGE_ALLOCATE, size);
}

static int
record_truncate(struct files *files, int fd, uint64_t size)
{
    return note_size(files, fd, CHANGE_TRUNCATE, size);
}

static int
record_rename(struct files *files, const char *from, const char *to)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    int rc = file_rename(files_real(), from, to);
    if (rc == 0) {
        names_rename(&self->names, inner_path(self, from),
                     inner_path(self, to));
        note(self, &(struct change){.kind = CHANGE_RENAME,
                                    .file = -1,
                                    .path = (char *)(uintptr_t)from,
                                    .to = (char *)(uintptr_t)to});
    }
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

static void
note_path(struct file_record *self, enum change_kind kind, const char *path)
{
    note(self, &(struct change){.kind = kind,
                                .file = -1,
                                .path = (char *)(uintptr_t)path,
                                .covers = self->deaf ? 0 : self->count});
}

static int
record_unlink(struct files *files, const char *path)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    int rc = file_unlink(files_real(), path);
    if (rc == 0) {
        names_remove(&self->names, inner_path(self, path));
        note_path(self, CHANGE_UNLINK, path);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

static int
record_make_folder(struct files *files, const char *path)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    int rc = file_make_folder(files_real(), path);
    if (rc == 0)
        note_path(self, CHANGE_FOLDER, path);
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

static int
record_sync_folder(struct files *files, const char *path)
{
    struct file_record *self = record_of(files);

    (void)pthread_mutex_lock(&self->lock);
    note_path(self, CHANGE_SYNC_FOLDER, path);
    (void)pthread_mutex_unlock(&self->lock);
    return 0;
}

static int
record_list(struct files *files, const char *path, file_name *name, void *arg)
{
    (void)files;
    return file_list(files_real(), path, name, arg);
}

static int
record_stat(struct files *files, const char *path, struct stat *ret_stat)
{
    (void)files;
    return file_stat(files_real(), path, ret_stat);
}

static const struct file_calls record_calls = {
    .open = record_open,
    .close = record_close,
    .read = record_read,
    .write = record_write,
    .sync = record_sync,
    .allocate = record_allocate,
    .truncate = record_truncate,
    .rename = record_rename,
    .unlink = record_unlink,
    .make_folder = record_make_folder,
    .sync_folder = record_sync_folder,
    .list = record_list,
    .stat = record_stat,
};

struct file_record *
file_record_new(const char *root, bool deaf)
{
    struct file_record *self = xcalloc(1, sizeof(*self));

    self->files.calls = &record_calls;
    self->root = x_or_die(strdup(root));
    self->deaf = deaf;
    (void)pthread_mutex_init(&self->lock, NULL);
    return self;
}

void
file_record_destroy(struct file_record **self_p)
{
    struct file_record *self = *self_p;

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++) {
        free(self->changes[i].path);
        free(self->changes[i].to);
        free(self->changes[i].bytes);
    }
    free(self->changes);
    names_fini(&self->names);
    (void)pthread_mutex_destroy(&self->lock);
    free(self->root);
    free(self);
    *self_p = NULL;
}

struct files *
file_record_files(struct file_record *self)
{
    return &self->files;
}

size_t
file_record_count(struct file_record *self)
{
    (void)pthread_mutex_lock(&self->lock);
    size_t count = self->count;
    (void)pthread_mutex_unlock(&self->lock);
    return count;
}
