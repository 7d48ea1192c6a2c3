/* databases.c - the list of databases, in a file that lasts */
#include <config.h>

#include "databases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "utf8.h"

enum {
    PATH_SIZE = 4096,
    TEXT_MOST = DATABASES_MOST * (DATABASE_NAME_MOST + 1)
};

void
databases_init(struct databases *self, const char *folder)
{
    *self = (struct databases){.folder = x_or_die(strdup(folder))};
}

static void
forget(struct databases *self)
{
    free(self->text);
    free(self->names);
    self->text = NULL;
    self->names = NULL;
    self->count = 0;
    self->seen = (struct stat){0};
}

void
databases_fini(struct databases *self)
{
    forget(self);
    free(self->folder);
    self->folder = NULL;
}

bool
databases_valid(const char *name)
{
    size_t size = strlen(name);

    if (size == 0 || size > DATABASE_NAME_MOST || strcmp(name, ".") == 0 ||
        strcmp(name, "..") == 0 || strpbrk(name, "/\\"))
        return false;
    while (*name) {
        size_t length = utf8_length(name);
        if (!length || (unsigned char)*name < ' ' || *name == '\x7f')
            return false;
        name += length;
    }
    return true;
}

/* Returns false when the path is too long. */
static bool
path_of(const struct databases *self, const char *file, char path[PATH_SIZE])
{
    int length = snprintf(path, PATH_SIZE, "%s/%s", self->folder, file);
    return length > 0 && length < PATH_SIZE;
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Makes the list of the text; a line that is no name is passed over. */
static void
split(struct databases *self)
{
    char *rest = self->text;

    self->names = xcalloc(DATABASES_MOST, sizeof(*self->names));
    for (char *line; (line = strsep(&rest, "\n"));)
        if (databases_valid(line) && self->count < DATABASES_MOST)
            self->names[self->count++] = line;
    qsort(self->names, self->count, sizeof(*self->names), compare);
}

static bool
is_seen(const struct databases *self, const struct stat *now)
{
    const struct stat *seen = &self->seen;

    return self->text && seen->st_ino == now->st_ino &&
           seen->st_size == now->st_size &&
           seen->st_mtim.tv_sec == now->st_mtim.tv_sec &&
           seen->st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}

int
databases_look(struct databases *self)
{
    char path[PATH_SIZE];
    struct stat now = {0};

    if (!path_of(self, "databases", path))
        return -ENAMETOOLONG;
    if (stat(path, &now) < 0) {
        forget(self);
        return errno == ENOENT ? 0 : -errno;
    }
    if (is_seen(self, &now))
        return 0;
    forget(self);
    if (now.st_size > TEXT_MOST)
        return -EFBIG;
    char *text = xcalloc(TEXT_MOST + 1, 1);
    ssize_t size = weir_read_file(path, text, TEXT_MOST + 1);
    if (size < 0) {
        free(text);
        return (int)size;
    }
    self->text = xrealloc(text, (size_t)size + 1, 1);
    self->seen = now;
    split(self);
    return 0;
}

static bool
is_there(const struct databases *self, const char *name)
{
    return self->count && bsearch(&name, self->names, self->count,
                                  sizeof(*self->names), compare);
}

int
databases_has(struct databases *self, const char *name)
{
    int rc = databases_look(self);
    return rc < 0 ? rc : is_there(self, name);
}

/* Writes the list, with 'more' (or NULL) and without 'less' (or NULL). */
static int
write_names(const struct databases *self, const char *path, const char *more,
            const char *less)
{
    weir_cleanup(weir_fclose) FILE *out = fopen(path, "we");

    if (!out)
        return -errno;
    for (size_t i = 0; i < self->count; i++)
        if (!less || strcmp(self->names[i], less) != 0)
            (void)fprintf(out, "%s\n", self->names[i]);
    if (more)
        (void)fprintf(out, "%s\n", more);
    if (fflush(out) != 0 || ferror(out) || fdatasync(fileno(out)) < 0)
        return errno ? -errno : -EIO;
    return 0;
}

/* Puts a new list in the place of the old one, as a whole. */
static int
replace(const struct databases *self, const char *more, const char *less)
{
    char path[PATH_SIZE], fresh[PATH_SIZE];

    if (!path_of(self, "databases", path) ||
        !path_of(self, "databases.new", fresh))
        return -ENAMETOOLONG;
    int rc = write_names(self, fresh, more, less);
    if (rc < 0)
        return rc;
    if (rename(fresh, path) < 0)
        return -errno;
    weir_cleanup(weir_close) int folder =
        open(self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder < 0 || fsync(folder) < 0 ? -errno : 0;
}

/* Makes the folder, and takes the lock.  Returns a descriptor, or -errno. */
static int
lock(const struct databases *self)
{
    char path[PATH_SIZE];

    if (!path_of(self, "lock", path))
        return -ENAMETOOLONG;
    if (mkdir(self->folder, 0750) < 0 && errno != EEXIST)
        return -errno;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX) == 0)
        return fd;
    int rc = -errno;
    (void)close(fd);
    return rc;
}

int
databases_add(struct databases *self, const char *name)
{
    if (!databases_valid(name))
        return -EINVAL;
    weir_cleanup(weir_close) int held = lock(self);
    if (held < 0)
        return held;
    int has = databases_has(self, name);
    if (has != 0)
        return has < 0 ? has : 0;
    if (self->count >= DATABASES_MOST)
        return -EDQUOT;
    return replace(self, name, NULL);
}

int
databases_drop(struct databases *self, const char *name)
{
    if (!databases_valid(name))
        return -EINVAL;
    weir_cleanup(weir_close) int held = lock(self);
    if (held < 0)
        return held;
    int has = databases_has(self, name);
    return has <= 0 ? has : replace(self, NULL, name);
}
