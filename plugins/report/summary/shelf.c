/* shelf.c - where reports are put: standard output, a file, or a folder */
#include <config.h>

#include "shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"

/* A time's digits are 0 here; a sign may be '-', too. */
static const char time_shape[] = "0000-00-00T000000+0000";

static int
fail(char why[SHELF_WHY_SIZE], int rc, const char *what, const char *path)
{
    (void)snprintf(why, SHELF_WHY_SIZE, "cannot %s %.300s: %s", what, path,
                   strerror(-rc));
    return rc;
}

static int
write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = write(fd, bytes, size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -errno;
        bytes += count;
        size -= (size_t)count;
    }
    return 0;
}

/* Returns "folder/.base.tmp" of "folder/base"; the caller frees it. */
static char *
path_beside(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    char *beside = NULL;

    if (asprintf(&beside, "%.*s.%s.tmp", (int)(base - path), path, base) < 0)
        beside = NULL;
    return x_or_die(beside);
}

static int
write_new(const char *path, const void *bytes, size_t size)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);

    if (fd < 0)
        return -errno;
    int rc = write_all(fd, bytes, size);
    if (rc == 0 && fsync(fd) < 0)
        rc = -errno;
    if (close(fd) < 0 && rc == 0)
        rc = -errno;
    return rc;
}

/* Into a pipe, a terminal and the like. */
static int
write_into(const char *path, const void *bytes, size_t size,
           char why[SHELF_WHY_SIZE])
{
    weir_cleanup(weir_close) int fd = open(path, O_WRONLY | O_CLOEXEC);
    int rc = fd < 0 ? -errno : write_all(fd, bytes, size);

    return rc < 0 ? fail(why, rc, "write into", path) : 0;
}

int
shelf_write(const char *path, const void *bytes, size_t size,
            char why[SHELF_WHY_SIZE])
{
    struct stat what;

    if (stat(path, &what) == 0 && !S_ISREG(what.st_mode))
        return S_ISDIR(what.st_mode) ? fail(why, -EISDIR, "write", path)
                                     : write_into(path, bytes, size, why);
    weir_cleanup(weir_free) char *beside = path_beside(path);
    int rc = write_new(beside, bytes, size);
    if (rc == 0 && rename(beside, path) < 0)
        rc = -errno;
    if (rc == 0)
        return 0;
    (void)unlink(beside);
    return fail(why, rc, "write", path);
}

bool
shelf_is_folder(const char *path)
{
    size_t length = strlen(path);
    struct stat what;

    return (length > 0 && path[length - 1] == '/') ||
           (stat(path, &what) == 0 && S_ISDIR(what.st_mode));
}

/* Folders ------------------------------------------------------------------ */

/* Makes the folder and those above it. */
static int
make_folder(const char *path)
{
    weir_cleanup(weir_free) char *text = x_or_die(strdup(path));

    for (char *at = text + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(text, 0777) < 0 && errno != EEXIST)
            return -errno;
        *at = '/';
    }
    return mkdir(text, 0777) < 0 && errno != EEXIST ? -errno : 0;
}

static bool
is_time(const char *text)
{
    for (size_t i = 0; i + 1 < sizeof(time_shape); i++) {
        char shape = time_shape[i];
        bool digit = text[i] >= '0' && text[i] <= '9';
        bool sign = shape == '+' && text[i] == '-';
        if (shape == '0' ? !digit : text[i] != shape && !sign)
            return false;
    }
    return true;
}

/* Says whether a file is a report like the item. */
static bool
is_like(const struct shelf_item *item, const char *file)
{
    size_t length = strlen(item->name), time = sizeof(time_shape) - 1;

    return strncmp(file, item->name, length) == 0 && file[length] == '-' &&
           is_time(file + length + 1) && file[length + 1 + time] == '.' &&
           strcmp(file + length + 2 + time, item->ending) == 0;
}

/* Names of files, and how many. */
struct names {
    char **items; /* [count] */
    size_t count;
};

static void
names_fini(struct names *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->items[i]);
    free(self->items);
}

static int
compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Lists the reports like the item, the oldest first: names sort by time. */
static int
list_like(const struct shelf_item *item, struct names *names)
{
    DIR *folder = opendir(item->folder);
    const struct dirent *entry = NULL;

    if (!folder)
        return -errno;
    while ((entry = readdir(folder))) {
        if (!is_like(item, entry->d_name))
            continue;
        names->items =
            xrealloc(names->items, names->count + 1, sizeof(*names->items));
        names->items[names->count++] = x_or_die(strdup(entry->d_name));
    }
    (void)closedir(folder);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof(*names->items), compare_names);
    return 0;
}

static int
rotate(const struct shelf_item *item, char why[SHELF_WHY_SIZE])
{
    weir_cleanup(names_fini) struct names names = {0};

    int rc = list_like(item, &names);
    if (rc < 0)
        return fail(why, rc, "list", item->folder);
    for (size_t i = 0; i + item->keep < names.count; i++) {
        weir_cleanup(weir_free) char *path = NULL;
        if (asprintf(&path, "%s/%s", item->folder, names.items[i]) < 0)
            path = x_or_die(NULL);
        if (unlink(path) < 0 && errno != ENOENT)
            rc = fail(why, -errno, "delete", path);
    }
    return rc;
}

int
shelf_put(const struct shelf_item *item, const void *bytes, size_t size,
          char why[SHELF_WHY_SIZE])
{
    weir_cleanup(weir_free) char *path = NULL;

    int rc = make_folder(item->folder);
    if (rc < 0)
        return fail(why, rc, "make", item->folder);
    if (asprintf(&path, "%s/%s-%s.%s", item->folder, item->name, item->time,
                 item->ending) < 0)
        path = x_or_die(NULL);
    rc = shelf_write(path, bytes, size, why);
    if (rc == 0 && item->keep > 0)
        rc = rotate(item, why);
    return rc;
}
