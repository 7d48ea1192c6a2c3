/* home.c - the folder of a store: who holds it, and in which format it is */
#include <config.h>

#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"

static const char title[] = "weir tsdb ";

enum { FORMAT_SIZE = 128 };

char *
home_path(const struct home *self, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", self->path, name) < 0)
        path = NULL;
    return x_or_die(path);
}

static int
hold(struct home *self, int flags, int how)
{
    weir_cleanup(weir_free) char *path = home_path(self, "LOCK");

    self->lock = file_open(self->files, path, flags);
    if (self->lock < 0)
        return self->lock;
    if (flock(self->lock, how | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? -EBUSY : -errno;
    return 0;
}

/* Reads the id's 32 digits. */
static int
read_id(struct home *self, const char *digits)
{
    if (strlen(digits) < 2 * sizeof(self->store))
        return -EBADMSG;
    for (size_t i = 0; i < sizeof(self->store); i++) {
        char pair[3] = "";
        (void)snprintf(pair, sizeof(pair), "%.2s", digits + 2 * i);
        char *end = NULL;
        self->store[i] = (uint8_t)strtoul(pair, &end, 16);
        if (end != pair + 2)
            return -EBADMSG;
    }
    return digits[32] == '\n' ? 0 : -EBADMSG;
}

static int
judge(struct home *self, const char *text)
{
    char *end = NULL;

    if (strncmp(text, title, strlen(title)) != 0)
        return -EBADMSG;
    const char *number = text + strlen(title);
    unsigned long format = strtoul(number, &end, 10);
    if (end == number || format == 0 || format > UINT32_MAX)
        return -EBADMSG;
    self->format = (uint32_t)format;
    if (format > HOME_FORMAT)
        return -ENOTSUP;
    return *end == ' ' ? read_id(self, end + 1) : -EBADMSG;
}

static int
read_format(struct home *self, const char *path)
{
    char text[FORMAT_SIZE] = "";
    struct stat found;

    int rc = file_stat(self->files, path, &found);
    if (rc < 0)
        return rc;
    if (found.st_size >= (off_t)sizeof(text))
        return -EBADMSG;
    int fd = file_open(self->files, path, O_RDONLY);
    if (fd < 0)
        return fd;
    rc = file_read(self->files, fd, text, (size_t)found.st_size, 0);
    (void)file_close(self->files, fd);
    return rc < 0 ? rc : judge(self, text);
}

static int
write_whole(struct files *files, const char *path, const char *text)
{
    int fd = file_open(files, path, O_WRONLY | O_CREAT | O_TRUNC);

    if (fd < 0)
        return fd;
    int rc = file_write(files, fd, text, strlen(text), 0);
    if (rc == 0)
        rc = file_sync(files, fd);
    (void)file_close(files, fd);
    return rc;
}

static int
write_format(struct home *self, const char *path)
{
    weir_cleanup(weir_free) char *fresh = home_path(self, "FORMAT.new");
    char text[FORMAT_SIZE];

    (void)getrandom(self->store, sizeof(self->store), 0);
    self->format = HOME_FORMAT;
    int length = snprintf(text, sizeof(text), "%s%d ", title, HOME_FORMAT);
    for (size_t i = 0; i < sizeof(self->store); i++)
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%02x",
                           self->store[i]);
    (void)snprintf(text + length, sizeof(text) - (size_t)length, "\n");
    int rc = write_whole(self->files, fresh, text);
    if (rc == 0)
        rc = file_rename(self->files, fresh, path);
    return rc < 0 ? rc : file_sync_folder(self->files, self->path);
}

/* FORMAT is there before anything else is. */
static bool
is_begun(const struct home *self)
{
    static const char *const rooms[] = {"wal", "parts", "meta"};
    struct stat stat;

    for (size_t i = 0; i < ARRAY_SIZE(rooms); i++) {
        weir_cleanup(weir_free) char *path = home_path(self, rooms[i]);
        if (file_stat(self->files, path, &stat) == 0)
            return true;
    }
    return false;
}

int
home_init(struct home *self, struct files *files, const char *path)
{
    *self = (struct home){
        .files = files, .path = x_or_die(strdup(path)), .lock = -1};

    int rc = file_make_folder(files, path);
    if (rc == 0)
        rc = hold(self, O_RDWR | O_CREAT, LOCK_EX);
    if (rc < 0)
        return rc;
    weir_cleanup(weir_free) char *format = home_path(self, "FORMAT");
    rc = read_format(self, format);
    if (rc == -ENOENT)
        return is_begun(self) ? -EBADMSG : write_format(self, format);
    return rc;
}

int
home_look(struct home *self, struct files *files, const char *path)
{
    *self = (struct home){
        .files = files, .path = x_or_die(strdup(path)), .lock = -1};

    int rc = hold(self, O_RDONLY, LOCK_SH);
    if (rc < 0 && rc != -ENOENT)
        return rc;
    weir_cleanup(weir_free) char *format = home_path(self, "FORMAT");
    rc = read_format(self, format);
    return rc == -ENOENT && is_begun(self) ? -EBADMSG : rc;
}

void
home_fini(struct home *self)
{
    if (self->path && self->lock >= 0)
        (void)file_close(self->files, self->lock);
    free(self->path);
    *self = (struct home){.lock = -1};
}

struct round {
    const struct home *home;
    const char *folder; /* in parts/ */
    home_part *each;
    void *arg;
};

static int
visit_part(void *arg, const char *name)
{
    const struct round *round = arg;
    weir_cleanup(weir_free) char *path = NULL;

    if (asprintf(&path, "%s/%s", round->folder, name) < 0)
        path = x_or_die(NULL);
    return round->each(round->arg, path, name);
}

static int
visit_folder(void *arg, const char *name)
{
    struct round *round = arg;
    weir_cleanup(weir_free) char *folder = NULL;

    if (asprintf(&folder, "%s/parts/%s", round->home->path, name) < 0)
        folder = x_or_die(NULL);
    round->folder = folder;
    int rc = file_list(round->home->files, folder, visit_part, round);
    return rc == -ENOTDIR ? 0 : rc;
}

int
home_each_part(const struct home *self, home_part *each, void *arg)
{
    weir_cleanup(weir_free) char *parts = home_path(self, "parts");
    struct round round = {.home = self, .each = each, .arg = arg};

    return file_list(self->files, parts, visit_folder, &round);
}
