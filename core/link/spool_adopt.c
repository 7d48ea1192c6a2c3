/* spool_adopt.c - the segments of one spool's folder become another's */
#include <config.h>

#include "link/spool_adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/spool_age.h"
#include "link/spool_inner.h"
#include "log.h"

/* The segments of a folder by number. */
struct found {
    uint64_t *numbers; /* [count] */
    size_t count, room;
};

static void
found_fini(struct found *self)
{
    free(self->numbers);
}

static int
see_name(void *arg, const char *name)
{
    struct found *self = arg;
    uint64_t number = 0;

    if (!spool_is_segment(name, &number))
        return 0;
    if (self->count == self->room) {
        self->room = self->room * 2 + 16;
        self->numbers =
            xrealloc(self->numbers, self->room, sizeof(*self->numbers));
    }
    self->numbers[self->count++] = number;
    return 0;
}

static int
compare(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return *left < *right ? -1 : *left > *right;
}

/* Returns 0 also when there is no such folder, or -errno. */
static int
find_segments(struct files *files, const char *folder, struct found *ret_found)
{
    int rc = file_list(files, folder, see_name, ret_found);

    if (ret_found->count)
        qsort(ret_found->numbers, ret_found->count, sizeof(uint64_t), compare);
    return rc == -ENOENT ? 0 : rc;
}

/* Into a folder that nobody has open -------------------------------------- */

/* A move under way. */
struct move {
    struct files *files;
    const char *to;
    uint64_t next; /* number that is free there, and all above */
    bool renew;    /* what is moved, see spool_adopt() */
    struct spool_amount *adopted;
};

static int
move_one(struct move *self, const char *from, uint64_t number)
{
    char old[SPOOL_PATH_MOST];
    char fresh[SPOOL_PATH_MOST];
    struct stat about;

    spool_number_path(from, number, SPOOL_SEGMENT, old);
    spool_number_path(self->to, self->next, SPOOL_SEGMENT, fresh);
    int rc = file_stat(self->files, old, &about);
    if (rc == 0 && self->renew)
        spool_renew(self->files, old);
    if (rc == 0)
        rc = file_rename(self->files, old, fresh);
    if (rc < 0)
        return rc;
    self->next++;
    self->adopted->segments++;
    self->adopted->bytes += (uint64_t)about.st_size;
    return 0;
}

static int
move_all(struct move *self, const char *from)
{
    weir_cleanup(found_fini) struct found found = {0};

    int rc = find_segments(self->files, from, &found);
    for (size_t i = 0; rc == 0 && i < found.count; i++)
        rc = move_one(self, from, found.numbers[i]);
    if (found.count == 0)
        return rc;
    int synced = file_sync_folder(self->files, self->to);
    if (synced == 0)
        synced = file_sync_folder(self->files, from);
    return rc < 0 ? rc : synced;
}

/* Takes away what is empty. */
static void
tidy(struct files *files, const char *folder)
{
    static const char *const names[] = {SPOOL_REPLAY, SPOOL_FRESH, "spare",
                                        "lock"};
    weir_cleanup(found_fini) struct found found = {0};
    char path[SPOOL_PATH_MOST];

    if (find_segments(files, folder, &found) < 0 || found.count)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)file_unlink(files, path);
    }
    (void)file_unlink(files, folder);
}

/* Returns a descriptor that holds the folder's lock, -ENOENT when it has none,
 * or another -errno. */
static int
hold_lock(const char *folder)
{
    char path[SPOOL_PATH_MOST];

    (void)snprintf(path, sizeof(path), "%s/lock", folder);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int rc = errno == EWOULDBLOCK ? -EBUSY : -errno;
    (void)close(fd);
    return rc;
}

/* Returns a number behind those that are there; by chance, since somebody else
 * may move to the same folder at this time, and what has a number is replaced
 * by what gets the same one. */
static uint64_t
number_behind(const struct found *there)
{
    uint32_t chance = 0;

    (void)getrandom(&chance, sizeof(chance), 0);
    return (there->count ? there->numbers[there->count - 1] : 0) + 1 + chance;
}

/* Moves all that there is in 'from' and in its own folders. */
static int
adopt_all(struct move *self, const char *from)
{
    static const char *const inner[] = {SPOOL_REPLAY, SPOOL_FRESH};
    weir_cleanup(found_fini) struct found there = {0};
    char path[SPOOL_PATH_MOST];

    int rc = spool_make_folders(self->files, self->to);
    if (rc == 0)
        rc = find_segments(self->files, self->to, &there);
    self->next = number_behind(&there);
    if (rc == 0)
        rc = move_all(self, from);
    for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(inner); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", from, inner[i]);
        rc = move_all(self, path);
        if (rc == 0)
            tidy(self->files, path);
    }
    if (rc == 0)
        tidy(self->files, from);
    return rc;
}

int
spool_adopt(struct files *files, const char *from, const char *to, bool renew,
            struct spool_amount *ret_adopted)
{
    char replay[SPOOL_PATH_MOST];
    struct move move = {
        .files = files, .to = replay, .renew = renew, .adopted = ret_adopted};

    *ret_adopted = (struct spool_amount){0};
    weir_cleanup(weir_close) int lock = hold_lock(from);
    if (lock < 0 && lock != -ENOENT)
        return lock;
    (void)snprintf(replay, sizeof(replay), "%s/%s", to, SPOOL_REPLAY);
    return adopt_all(&move, from);
}

/* Away -------------------------------------------------------------------- */

static int
drop_all(struct files *files, const char *folder, struct spool_amount *dropped)
{
    weir_cleanup(found_fini) struct found found = {0};
    char path[SPOOL_PATH_MOST];
    struct stat about;

    int rc = find_segments(files, folder, &found);
    for (size_t i = 0; rc == 0 && i < found.count; i++) {
        spool_number_path(folder, found.numbers[i], SPOOL_SEGMENT, path);
        rc = file_stat(files, path, &about);
        if (rc == 0)
            rc = file_unlink(files, path);
        dropped->segments += rc == 0;
        dropped->bytes += rc == 0 ? (uint64_t)about.st_size : 0;
    }
    return rc;
}

int
spool_drop(struct files *files, const char *folder,
           struct spool_amount *ret_dropped)
{
    *ret_dropped = (struct spool_amount){0};
    weir_cleanup(weir_close) int lock = hold_lock(folder);
    if (lock < 0 && lock != -ENOENT)
        return lock;
    int rc = drop_all(files, folder, ret_dropped);
    if (rc == 0)
        tidy(files, folder);
    return rc;
}

/* Into a spool that is open ----------------------------------------------- */

static bool
has_room(const struct spool *self, uint64_t size)
{
    uint64_t kept = self->figures.disk - self->spare;

    /* What exceeds the bound by itself must come in some time. */
    return self->count == 0 || kept + size <= self->size_most;
}

/* Returns 1 when it was taken in, 0 when there is no room, or -errno. */
static int
take_one(struct spool *self, const char *from, uint64_t number)
{
    char old[SPOOL_PATH_MOST];
    char fresh[SPOOL_PATH_MOST];
    struct stat about;

    spool_number_path(from, number, SPOOL_SEGMENT, old);
    int rc = file_stat(self->files, old, &about);
    if (rc < 0)
        return rc;
    uint64_t size = (uint64_t)about.st_size;
    if (!has_room(self, size))
        return 0;
    /* It comes behind the one that is written to, which is the last. */
    if (self->fd >= 0)
        spool_end_segment(self, true);
    spool_number_path(self->folder, self->next_number, SPOOL_SEGMENT, fresh);
    rc = file_rename(self->files, old, fresh);
    if (rc < 0)
        return rc;
    spool_add_file(self, &(struct spool_file){.number = self->next_number,
                                              .size = size,
                                              .used = size});
    return 1;
}

int
spool_take_in(struct spool *self, const char *from)
{
    weir_cleanup(found_fini) struct found found = {0};
    size_t taken = 0;

    int rc = find_segments(self->files, from, &found);
    bool more = rc == 0;
    for (size_t i = 0; more && i < found.count; i++) {
        rc = take_one(self, from, found.numbers[i]);
        more = rc > 0;
        taken += more;
    }
    if (taken)
        log_line(LOG_INFO, "spool_taken_in", "link", self->link, "from", from,
                 "segments", log_number((long long)taken), NULL);
    if (taken && file_sync_folder(self->files, self->folder) == 0)
        (void)file_sync_folder(self->files, from);
    return rc < 0 ? rc : (int)taken;
}
