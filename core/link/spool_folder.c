/* spool_folder.c - the files of a spool */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/spool_inner.h"
#include "log.h"

static const char damaged_suffix[] = ".damaged";

enum { DIGITS = 16, DAMAGED_MOST = 4, BLOCK = 4096 };

void
spool_path(const struct spool *self, const char *name,
           char path[SPOOL_PATH_MOST])
{
    (void)snprintf(path, SPOOL_PATH_MOST, "%s/%s", self->folder, name);
}

void
spool_number_path(const char *folder, uint64_t number, const char *suffix,
                  char path[SPOOL_PATH_MOST])
{
    (void)snprintf(path, SPOOL_PATH_MOST, "%s/%016" PRIx64 "%s", folder, number,
                   suffix);
}

void
spool_fail(struct spool *self, const char *what, int rc)
{
    self->figures.failures++;
    log_line(LOG_ERROR, "spool_failed", "link", self->link, "folder",
             self->folder, "what", what, "error", strerror(-rc), NULL);
}

/* Makes a folder, and its name durable. */
static int
make_folder(struct files *files, const char *path)
{
    weir_cleanup(weir_free) char *above = x_or_die(strdup(path));
    struct stat about;

    if (file_stat(files, path, &about) == 0)
        return S_ISDIR(about.st_mode) ? 0 : -ENOTDIR;
    int rc = file_make_folder(files, path);
    char *slash = strrchr(above, '/');
    if (rc < 0 || !slash || slash == above)
        return rc;
    *slash = '\0';
    return file_sync_folder(files, above);
}

int
spool_make_folders(struct files *files, const char *path)
{
    weir_cleanup(weir_free) char *part = x_or_die(strdup(path));

    for (char *slash = strchr(part + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        /* What is not ours may lie on a disk that is not to be written. */
        (void)make_folder(files, part);
        *slash = '/';
    }
    return make_folder(files, path);
}

static void
write_lock(struct spool *self, long holder)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "%-20ld %-20llu\n", holder,
                   (unsigned long long)self->incarnation);
    (void)file_write(self->files, self->lock, text, strlen(text), 0);
}

/* The file says who holds it, and which incarnation that is. */
static int
take_lock(struct spool *self, long *reterr_holder)
{
    char path[SPOOL_PATH_MOST];
    char text[64] = "";
    unsigned long long before = 0;

    spool_path(self, "lock", path);
    self->lock = file_open(self->files, path, O_RDWR | O_CREAT);
    if (self->lock < 0)
        return self->lock;
    (void)file_read(self->files, self->lock, text, sizeof(text) - 1, 0);
    char *rest = text;
    long holder = strtol(rest, &rest, 10);
    if (flock(self->lock, LOCK_EX | LOCK_NB) < 0) {
        *reterr_holder = holder;
        return errno == EWOULDBLOCK ? -EBUSY : -errno;
    }
    before = strtoull(rest, NULL, 10);
    self->incarnation = (uint64_t)clock_wall_ns();
    if (self->incarnation <= before)
        self->incarnation = before + 1;
    write_lock(self, getpid());
    return 0;
}

void
spool_leave_folder(struct spool *self)
{
    if (self->lock < 0)
        return;
    if (self->incarnation)
        write_lock(self, 0);
    (void)file_close(self->files, self->lock);
    self->lock = -1;
    self->incarnation = 0;
}

void
spool_add_file(struct spool *self, const struct spool_file *file)
{
    size_t at = self->count;

    if (self->count == self->room) {
        self->room = self->room * 2 + 16;
        self->list = xrealloc(self->list, self->room, sizeof(*self->list));
    }
    while (at > 0 && self->list[at - 1].number > file->number) {
        self->list[at] = self->list[at - 1];
        at--;
    }
    self->list[at] = *file;
    self->count++;
    self->figures.disk += file->size;
    self->figures.bytes += file->used;
    if (file->number >= self->next_number)
        self->next_number = file->number + 1;
}

/* Returns what follows the number that a name begins with, or NULL. */
static const char *
read_number(const char *name, uint64_t *ret_number)
{
    char *end = NULL;

    *ret_number = strtoull(name, &end, 16);
    return end == name + DIGITS ? end : NULL;
}

bool
spool_is_segment(const char *name, uint64_t *ret_number)
{
    const char *rest = read_number(name, ret_number);

    return rest && strcmp(rest, SPOOL_SEGMENT) == 0;
}

/* Hears of a name in the folder. */
static int
see_name(void *arg, const char *name)
{
    struct spool *self = arg;
    char path[SPOOL_PATH_MOST];
    struct stat about;
    uint64_t number = 0;
    bool spare = strcmp(name, "spare") == 0;
    bool segment = spool_is_segment(name, &number);

    /* Damaged ones have numbers, too. */
    if (read_number(name, &number) && number >= self->next_number)
        self->next_number = number + 1;
    spool_path(self, name, path);
    if ((!spare && !segment) || file_stat(self->files, path, &about) < 0)
        return 0;
    uint64_t size = (uint64_t)about.st_size;
    if (spare) {
        self->spare = size;
        self->figures.disk += size;
        return 0;
    }
    spool_add_file(self, &(struct spool_file){
                             .number = number, .size = size, .used = size});
    return 0;
}

int
spool_take_folder(struct spool *self, long *reterr_holder)
{
    self->next_number = 1;
    int rc = spool_make_folders(self->files, self->folder);
    if (rc == 0)
        rc = take_lock(self, reterr_holder);
    if (rc == 0)
        rc = file_list(self->files, self->folder, see_name, self);
    if (rc == 0)
        return 0;
    spool_leave_folder(self);
    self->count = 0;
    self->spare = 0;
    self->figures = (struct spool_figures){0};
    return rc;
}

/* A process that was killed leaves room reserved behind its last record, and
 * perhaps half of one. */
void
spool_trim(struct spool *self)
{
    struct spool_cursor *cursor = NULL;
    struct spool_record record;
    char path[SPOOL_PATH_MOST];

    if (self->count == 0)
        return;
    struct spool_file *file = &self->list[self->count - 1];
    spool_number_path(self->folder, file->number, SPOOL_SEGMENT, path);
    int fd = file_open(self->files, path, O_RDWR);
    if (fd < 0)
        return;
    uint64_t end = SPOOL_HEAD_SIZE;
    if (spool_cursor_open(self->files, &fd, &cursor) < 0) {
        (void)file_close(self->files, fd);
        return;
    }
    int rc = 0;
    while ((rc = spool_cursor_next(cursor, file->size, &record)) > 0)
        end = spool_cursor_at(cursor);
    bool ended = spool_cursor_ended(cursor);
    spool_cursor_destroy(&cursor);
    if (rc < 0 || ended || end == file->size)
        return;
    fd = file_open(self->files, path, O_RDWR);
    if (fd < 0)
        return;
    if (file_truncate(self->files, fd, end) == 0) {
        self->figures.disk -= file->size - end;
        self->figures.bytes -= file->used - end;
        file->size = end;
        file->used = end;
    }
    (void)file_close(self->files, fd);
}

/* What is counted is the room on disk, which comes in blocks. */
void
spool_cut_file(struct spool *self, struct spool_file *file, uint64_t size)
{
    uint64_t blocks = (size + BLOCK - 1) / BLOCK * BLOCK;

    if (blocks >= file->size || file_truncate(self->files, self->fd, size) < 0)
        return;
    self->figures.disk -= file->size - blocks;
    file->size = blocks;
}

/* Making and taking away ----------------------------------------------------
 */

static void
drop_spare(struct spool *self)
{
    char path[SPOOL_PATH_MOST];

    spool_path(self, "spare", path);
    if (self->spare && file_unlink(self->files, path) == 0) {
        self->figures.disk -= self->spare;
        self->spare = 0;
    }
}

/* Opens the file at 'path', perhaps the spare one, with 'size' bytes reserved.
 */
static int
open_file(struct spool *self, const char *path, uint64_t size)
{
    char spare[SPOOL_PATH_MOST];

    spool_path(self, "spare", spare);
    if (self->spare >= size && file_rename(self->files, spare, path) == 0) {
        int fd = file_open(self->files, path, O_RDWR);
        if (fd >= 0) {
            self->figures.disk -= self->spare;
            self->spare = 0;
        }
        return fd;
    }
    drop_spare(self);
    int fd = file_open(self->files, path, O_RDWR | O_CREAT | O_EXCL);
    if (fd < 0)
        return fd;
    int rc = file_allocate(self->files, fd, size);
    if (rc == 0)
        return fd;
    (void)file_close(self->files, fd);
    (void)file_unlink(self->files, path);
    return rc;
}

int
spool_make_file(struct spool *self, uint64_t size)
{
    char path[SPOOL_PATH_MOST];
    struct spool_file file = {.number = self->next_number, .size = size};
    uint64_t kept = self->figures.disk - self->spare;

    if (self->spare >= size)
        file.size = self->spare;
    if (kept + file.size > self->size_most)
        return -ENOSPC;
    spool_number_path(self->folder, file.number, SPOOL_SEGMENT, path);
    int fd = open_file(self, path, size);
    if (fd >= 0)
        spool_add_file(self, &file);
    return fd;
}

/* Takes the file out of the list; what was read of it is closed. */
static struct spool_file
unlist_first(struct spool *self)
{
    struct spool_file file = self->list[0];

    if (self->at == 0) {
        spool_close_cursor(self);
    } else {
        self->at--;
    }
    self->count--;
    memmove(self->list, self->list + 1, self->count * sizeof(*self->list));
    self->figures.disk -= file.size;
    self->figures.bytes -= file.used;
    return file;
}

/* Damaged files stay for whoever wants to look, but not too many of them. */
static void
set_aside(struct spool *self, const char *path, uint64_t number)
{
    char aside[SPOOL_PATH_MOST];

    spool_number_path(self->folder, number % DAMAGED_MOST, damaged_suffix,
                      aside);
    if (file_rename(self->files, path, aside) < 0)
        (void)file_unlink(self->files, path);
    log_line(LOG_WARN, "spool_damaged", "link", self->link, "file", aside,
             "error", "what could not be read of it is lost", NULL);
}

void
spool_remove_first(struct spool *self)
{
    char path[SPOOL_PATH_MOST];
    char spare[SPOOL_PATH_MOST];

    if (spool_is_written(self, 0)) {
        self->dirty = false;
        spool_end_segment(self, false);
    }
    struct spool_file file = unlist_first(self);
    spool_number_path(self->folder, file.number, SPOOL_SEGMENT, path);
    spool_path(self, "spare", spare);
    if (file.bad) {
        set_aside(self, path, file.number);
    } else if (!self->spare && file.size == self->segment_size &&
               file_rename(self->files, path, spare) == 0) {
        self->spare = file.size;
        self->figures.disk += file.size;
    } else {
        int rc = file_unlink(self->files, path);
        if (rc < 0 && rc != -ENOENT)
            spool_fail(self, "taking a file away", rc);
    }
    self->full = false;
}
