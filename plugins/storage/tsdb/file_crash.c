/* file_crash.c - what a power loss leaves of recorded files */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "file_record.h"
#include "file_record_inner.h"

enum { SECTOR = 512, PATH_MOST = 4096 };

struct crash {
    const struct file_record *record;
    size_t count; /* changes that were before the crash */
    enum file_crash how;
    uint64_t chance; /* state of the random numbers */
    const char *root;
    struct names names; /* that are there after it */
};

struct content {
    uint8_t *bytes;
    size_t size, room;
};

static uint64_t
chance(struct crash *self)
{
    uint64_t bits = self->chance += UINT64_C(0x9e3779b97f4a7c15);

    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

static bool
survives(struct crash *self)
{
    if (self->how == CRASH_CHANCE)
        return chance(self) & 1;
    return self->how == CRASH_EVERYTHING;
}

/* Names ---------------------------------------------------------------------
 */

static size_t
folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) : 0;
}

/* Says whether the folder of 'path' was synced behind the change 'number'. */
static bool
name_synced(const struct crash *self, const char *path, size_t number)
{
    size_t length = folder_length(path);

    for (size_t i = number; i < self->count; i++) {
        const struct change *change = &self->record->changes[i];
        if (change->kind == CHANGE_SYNC_FOLDER && change->covers > number &&
            strlen(change->path) == length &&
            strncmp(change->path, path, length) == 0)
            return true;
    }
    return false;
}

static void
apply_name(struct crash *self, const struct change *change)
{
    struct names *names = &self->names;

    if (change->kind == CHANGE_CREATE)
        names_add(names, change->path, change->file);
    else if (change->kind == CHANGE_FOLDER && !names_find(names, change->path))
        names_add(names, change->path, -1);
    else if (change->kind == CHANGE_UNLINK)
        names_remove(names, change->path);
    else if (change->kind == CHANGE_RENAME)
        names_rename(names, change->path, change->to);
}

static void
gather_names(struct crash *self)
{
    size_t kept = self->how == CRASH_EVERYTHING ? self->count : 0;

    if (self->how == CRASH_CHANCE)
        kept = chance(self) % (self->count + 1);
    for (size_t i = 0; i < self->count; i++) {
        const struct change *change = &self->record->changes[i];
        const char *path = change->to ? change->to : change->path;
        if (path && change->kind != CHANGE_SYNC_FOLDER &&
            (i < kept || name_synced(self, path, i)))
            apply_name(self, change);
    }
}

/* Contents ------------------------------------------------------------------
 */

static void
set_size(struct content *content, size_t size)
{
    if (size > content->room) {
        content->bytes = xrealloc(content->bytes, size, 1);
        content->room = size;
    }
    if (content->bytes && size > content->size)
        memset(content->bytes + content->size, 0, size - content->size);
    content->size = size;
}

/* Puts what survives of a write, sector by sector. */
static void
apply_write(struct crash *self, const struct change *change, bool synced,
            struct content *content)
{
    size_t step = 0;

    for (size_t at = 0; at < change->size; at += step) {
        size_t offset = change->offset + at;
        step = SECTOR - offset % SECTOR;
        if (step > change->size - at)
            step = change->size - at;
        if (!synced && !survives(self))
            continue;
        if (content->size < offset + step)
            set_size(content, offset + step);
        assert(content->bytes);
        memcpy(content->bytes + offset, change->bytes + at, step);
    }
}

static void
apply_change(struct crash *self, const struct change *change, bool synced,
             struct content *content)
{
    bool cuts = change->kind == CHANGE_TRUNCATE;
    bool grows =
        change->kind == CHANGE_ALLOCATE && content->size < change->size;

    if (change->kind == CHANGE_WRITE)
        apply_write(self, change, synced, content);
    else if ((cuts || grows) && (synced || survives(self)))
        set_size(content, change->size);
}

static void
gather_content(struct crash *self, int file, struct content *content)
{
    const struct change *changes = self->record->changes;
    size_t covered = 0;

    for (size_t i = 0; i < self->count; i++)
        if (changes[i].kind == CHANGE_SYNC && changes[i].file == file &&
            changes[i].covers > covered)
            covered = changes[i].covers;
    for (size_t i = 0; i < self->count; i++)
        if (changes[i].file == file)
            apply_change(self, &changes[i], i < covered, content);
}

static int
write_file(struct crash *self, const struct name *name, const char *path)
{
    struct content content = {0};

    int fd = file_open(files_real(), path, O_RDWR | O_CREAT | O_EXCL);
    if (fd == -ENOENT) /* its folder's name did not last */
        return 0;
    if (fd < 0)
        return fd;
    gather_content(self, name->file, &content);
    int rc = content.size
                 ? file_write(files_real(), fd, content.bytes, content.size, 0)
                 : 0;
    (void)file_close(files_real(), fd);
    free(content.bytes);
    return rc;
}

/* Folders first: a folder's name is added before those in it. */
static int
write_names(struct crash *self, bool folders)
{
    char path[PATH_MOST];
    int rc = 0;

    for (size_t i = 0; i < self->names.count && rc == 0; i++) {
        const struct name *name = &self->names.names[i];
        if ((name->file < 0) != folders)
            continue;
        (void)snprintf(path, sizeof(path), "%s%s", self->root, name->path);
        rc = folders ? file_make_folder(files_real(), path)
                     : write_file(self, name, path);
    }
    return rc;
}

int
file_record_crash(struct file_record *self, size_t count, enum file_crash how,
                  uint64_t seed, const char *root)
{
    struct crash crash = {.record = self,
                          .count = count,
                          .how = how,
                          .chance = seed,
                          .root = root};

    gather_names(&crash);
    int rc = file_make_folder(files_real(), root);
    if (rc == 0)
        rc = write_names(&crash, true);
    if (rc == 0)
        rc = write_names(&crash, false);
    names_fini(&crash.names);
    return rc;
}
