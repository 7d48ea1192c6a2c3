/* link/roll.c - all peers, as their folder has them */
#include <config.h>

#include "link/roll.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <weir/cleanup.h>

#include "base.h"
#include "textfile.h"

struct roll {
    atomic_int holders;
    struct peer *peers; /* [count], by key */
    size_t count;
    struct arena memory;
};

/* A folder that is being read. */
struct calling {
    struct roll *self;
    const char *folder;
    roll_wrong *wrong;
    void *arg;
};

/* What is not the file's fault. */
static bool
is_passing(int rc)
{
    return rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM || rc == -EIO;
}

const char *
roll_why(int rc)
{
    switch (rc) {
    case -EPERM:
        return "others may write into it; say chmod 755";
    case -ENOENT:
        return "there is no such folder; make it, and put public keys there";
    default:
        return strerror(-rc);
    }
}

static int
choose(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return entry->d_name[0] != '.' && dot && strcmp(dot, ".pub") == 0;
}

struct roll *
roll_new(void)
{
    struct roll *self = xcalloc(1, sizeof(*self));

    self->holders = 1;
    return self;
}

struct roll *
roll_hold(struct roll *self)
{
    atomic_fetch_add(&self->holders, 1);
    return self;
}

void
roll_release(struct roll **self_p)
{
    struct roll *self = *self_p;

    *self_p = NULL;
    if (!self || atomic_fetch_sub(&self->holders, 1) > 1)
        return;
    for (size_t i = 0; i < self->count; i++)
        peer_fini(&self->peers[i]);
    free(self->peers);
    arena_clear(&self->memory);
    free(self);
}

size_t
roll_count(const struct roll *self)
{
    return self->count;
}

/* Returns where the key is, or belongs. */
static size_t
place_of(const struct roll *self, const uint8_t key[KEY_SIZE])
{
    size_t low = 0;
    size_t high = self->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (memcmp(self->peers[middle].key, key, KEY_SIZE) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct peer *
roll_find(const struct roll *self, const uint8_t key[KEY_SIZE])
{
    size_t place = place_of(self, key);

    if (place < self->count &&
        memcmp(self->peers[place].key, key, KEY_SIZE) == 0)
        return &self->peers[place];
    return NULL;
}

const struct peer *
roll_find_text(const struct roll *self, const char *key)
{
    uint8_t bytes[KEY_SIZE];

    return key_read(key, bytes) ? roll_find(self, bytes) : NULL;
}

const struct peer *
roll_find_name(const struct roll *self, const char *name, size_t nth)
{
    char bare[256];
    size_t found = 0;

    (void)snprintf(bare, sizeof(bare), "%s", name[0] == '[' ? name + 1 : name);
    bare[strcspn(bare, "]")] = '\0';
    for (size_t i = 0; i < self->count; i++)
        found += peer_is_called(&self->peers[i], bare);
    for (size_t i = 0, seen = 0; i < self->count; i++)
        if (peer_is_called(&self->peers[i], bare) && seen++ == nth % found)
            return &self->peers[i];
    return NULL;
}

bool
roll_keeps(const struct roll *self, const struct roll *old)
{
    for (size_t i = 0; i < old->count; i++) {
        const struct peer *peer = roll_find(self, old->peers[i].key);
        if (old->peers[i].rights && (!peer || !peer->rights))
            return false;
    }
    return true;
}

static void
add(struct roll *self, const struct peer *peer)
{
    size_t place = place_of(self, peer->key);

    memmove(&self->peers[place + 1], &self->peers[place],
            (self->count - place) * sizeof(*self->peers));
    self->peers[place] = *peer;
    self->count++;
}

/* Adds the peer of a file that was read, or says why not. */
static void
add_file(const struct calling *with, const char *path,
         const struct textfile *file)
{
    struct peer peer = {0};
    struct peer_wrong wrong = {0};

    int rc = file->mode & 022 ? -EPERM
                              : peer_read(&peer, path, file->text,
                                          &with->self->memory, &wrong);
    const struct peer *same = rc == 0 ? roll_find(with->self, peer.key) : NULL;
    if (rc == -EPERM)
        (void)snprintf(wrong.why, sizeof(wrong.why),
                       "others may change it (mode %04o); say chmod 644",
                       (unsigned)file->mode & 07777);
    else if (same)
        (void)snprintf(wrong.why, sizeof(wrong.why),
                       "this key is in %s already; give that one both names",
                       same->file);
    else if (rc == 0) {
        add(with->self, &peer);
        return;
    }
    peer_fini(&peer);
    with->wrong(with->arg, path, wrong.line, wrong.why);
}

static int
read_file(const struct calling *with, const char *name)
{
    weir_cleanup(arena_clear) struct arena texts = {0};
    weir_cleanup(weir_free) char *path = NULL;
    struct textfile file;
    int line = 0;

    if (asprintf(&path, "%s/%s", with->folder, name) < 0)
        return -ENOMEM;
    int rc = textfile_read(path, KEYFILE_MOST, &texts, &file, &line);
    if (is_passing(rc))
        return rc;
    if (rc == 0)
        add_file(with, path, &file);
    else if (rc != -ENOENT)
        with->wrong(with->arg, path, line,
                    rc == -EFBIG ? "it is larger than 16 KiB"
                                 : textfile_why(rc));
    return 0;
}

static int
read_files(const struct calling *with, struct dirent **entries, size_t count)
{
    int rc = 0;

    if (count > ROLL_MOST) {
        with->wrong(with->arg, with->folder, 0,
                    "there are more than 10000 peers; those behind are left "
                    "out");
        count = ROLL_MOST;
    }
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = read_file(with, entries[i]->d_name);
    return rc;
}

int
roll_read(const char *folder, roll_wrong *wrong, void *arg,
          struct roll **ret_roll)
{
    weir_cleanup(roll_release) struct roll *self = roll_new();
    const struct calling with = {self, folder, wrong, arg};
    struct dirent **entries = NULL;
    struct stat found;

    if (stat(folder, &found) < 0)
        return -errno;
    if (found.st_mode & 022)
        return -EPERM;
    int count = scandir(folder, &entries, choose, alphasort);
    if (count < 0)
        return -errno;
    self->peers = xcalloc((size_t)count + 1, sizeof(*self->peers));
    int rc = read_files(&with, entries, (size_t)count);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    if (rc < 0)
        return rc;
    *ret_roll = weir_take(self);
    return 0;
}

static uint64_t
stamp_of(const char *name, const struct stat *found)
{
    const int64_t parts[] = {
        found->st_mtim.tv_sec,   found->st_mtim.tv_nsec,
        found->st_ctim.tv_sec,   found->st_ctim.tv_nsec,
        (int64_t)found->st_size, (int64_t)found->st_ino,
        (int64_t)found->st_mode,
    };

    return XXH64(parts, sizeof(parts), XXH64(name, strlen(name), 0));
}

static void
close_folder(DIR **folder_p)
{
    if (*folder_p)
        (void)closedir(*folder_p);
}

uint64_t
roll_stamp(const char *folder)
{
    weir_cleanup(close_folder) DIR *open = opendir(folder);
    const struct dirent *entry = NULL;
    struct stat found;
    uint64_t sum = 1;

    if (!open)
        return 0;
    /* A sum, since the order of a folder is any. */
    while ((entry = readdir(open)))
        if (choose(entry) &&
            fstatat(dirfd(open), entry->d_name, &found, 0) == 0)
            sum += stamp_of(entry->d_name, &found);
    if (fstat(dirfd(open), &found) == 0)
        sum += stamp_of(".", &found);
    return sum ? sum : 1;
}
