/* filelook.c - one look at files of targets; see filelook.h */
#include <config.h>

#include "filelook.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base.h"
#include "groupfile.h"

void
file_fini(struct file *self)
{
    free(self->path);
    findings_fini(&self->found);
}

static void
free_files(struct file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        file_fini(&files[i]);
    free(files);
}

void
filelook_release(struct filelook **self_p)
{
    struct filelook *self = weir_take(*self_p);

    if (!self || atomic_fetch_sub(&self->holders, 1) > 1)
        return;
    weir_close(&self->inotify);
    for (size_t i = 0; i < self->pattern_count; i++)
        free(self->patterns[i]);
    free(self->patterns);
    free_files(self->before, self->before_count);
    free_files(self->files, self->count);
    free(self);
}

struct filelook *
filelook_new(const struct weir_list *patterns, int inotify,
             const struct file *before, size_t count)
{
    weir_cleanup(filelook_release) struct filelook *self =
        calloc(1, sizeof(*self));

    if (!self)
        return NULL;
    atomic_init(&self->holders, 1);
    self->inotify = fcntl(inotify, F_DUPFD_CLOEXEC, 0);
    self->patterns = calloc(patterns->count + 1, sizeof(char *));
    self->before = calloc(count + 1, sizeof(*self->before));
    self->files = calloc(FILES_MOST, sizeof(*self->files));
    if (self->inotify < 0 || !self->patterns || !self->before || !self->files)
        return NULL;
    for (; self->pattern_count < patterns->count; self->pattern_count++) {
        const char *pattern = patterns->items[self->pattern_count];
        char *copy = strdup(pattern);
        if (!copy)
            return NULL;
        self->patterns[self->pattern_count] = copy;
    }
    for (; self->before_count < count; self->before_count++) {
        struct file *file = &self->before[self->before_count];
        *file = (struct file){.stamp = before[self->before_count].stamp,
                              .path = strdup(before[self->before_count].path)};
        if (!file->path)
            return NULL;
    }
    return weir_take(self);
}

/* On another thread -------------------------------------------------------- */

/* Removed and made again, a folder is another one, and watched anew. */
static bool
watch_folder(int inotify, const char *pattern)
{
    const uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                            IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF |
                            IN_ONLYDIR;
    const char *slash = strrchr(pattern, '/');
    weir_cleanup(weir_free) char *folder =
        strndup(pattern, slash > pattern ? (size_t)(slash - pattern) : 1);

    return folder && inotify_add_watch(inotify, folder, events) >= 0;
}

static struct file_stamp
stamp_of(const struct stat *is)
{
    return (struct file_stamp){
        .device = is->st_dev,
        .inode = is->st_ino,
        .size = (uint64_t)is->st_size,
        .changed_ns = is->st_ctim.tv_sec * NS_PER_S + is->st_ctim.tv_nsec,
        .written_ns = is->st_mtim.tv_sec * NS_PER_S + is->st_mtim.tv_nsec,
    };
}

static bool
is_known(const struct filelook *self, const struct file *file)
{
    for (size_t i = 0; i < self->before_count; i++)
        if (strcmp(self->before[i].path, file->path) == 0)
            return memcmp(&self->before[i].stamp, &file->stamp,
                          sizeof(file->stamp)) == 0;
    return false;
}

static int
read_all(int fd, char *text, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = pread(fd, text + done, size - done, (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0) /* it has become shorter */
            return -EAGAIN;
        done += (size_t)got;
    }
    return 0;
}

static void
fail(struct file *file, const char *why)
{
    (void)snprintf(file->why, sizeof(file->why), "%.160s: %s", file->path, why);
}

static void
read_groups(struct file *file, const char *text, size_t size)
{
    struct groupfile_fault fault;
    int rc = groupfile_read(text, size, &file->found, &fault);

    for (size_t i = 0; rc == 0 && i < file->found.count; i++)
        rc = findings_label(&file->found, file->found.items[i],
                            "__meta_filepath", file->path);
    if (rc == -EBADMSG)
        (void)snprintf(file->why, sizeof(file->why), "%.160s:%zu: %s",
                       file->path, fault.line, fault.why);
    else if (rc < 0)
        fail(file, strerror(-rc));
    if (rc < 0)
        findings_fini(&file->found);
}

static void
read_file(const struct filelook *self, struct file *file)
{
    weir_cleanup(weir_free) char *text = NULL;
    weir_cleanup(weir_close) int fd =
        open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat is;

    if (fd < 0 || fstat(fd, &is) < 0) {
        fail(file, strerror(errno));
        return;
    }
    file->stamp = stamp_of(&is);
    file->same = is_known(self, file);
    if (file->same)
        return;
    if (!S_ISREG(is.st_mode)) {
        fail(file, "it is no file");
    } else if (is.st_size > FILE_BYTES_MOST) {
        fail(file, "it is larger than 16 MiB");
    } else {
        text = malloc((size_t)is.st_size + 1);
        int rc = text ? read_all(fd, text, (size_t)is.st_size) : -ENOMEM;
        if (rc == -EAGAIN)
            fail(file, "it changes while it is read");
        else if (rc < 0)
            fail(file, strerror(-rc));
        else
            read_groups(file, text, (size_t)is.st_size);
    }
}

static bool
is_listed(const struct filelook *self, const char *path)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->files[i].path, path) == 0)
            return true;
    return false;
}

static void
look_at(struct filelook *self, const char *path)
{
    if (is_listed(self, path))
        return;
    if (self->count == FILES_MOST) {
        self->beyond++;
        return;
    }
    struct file *file = &self->files[self->count];
    file->path = strdup(path);
    if (!file->path)
        return;
    self->count++;
    read_file(self, file);
}

void
filelook_run(void *arg)
{
    struct filelook *self = arg;

    self->watched = true;
    for (size_t i = 0; i < self->pattern_count; i++) {
        glob_t found = {0};
        self->watched &= watch_folder(self->inotify, self->patterns[i]);
        if (glob(self->patterns[i], 0, NULL, &found) == 0)
            for (size_t k = 0; k < found.gl_pathc; k++)
                look_at(self, found.gl_pathv[k]);
        globfree(&found);
    }
    filelook_release(&self);
}
