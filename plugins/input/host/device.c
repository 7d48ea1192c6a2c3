/* device.c - the entries of a folder of /sys, each with files of its own */
#include <config.h>

#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "host.h"

enum { SELDOM_CYCLES = 16 };

struct devices {
    struct host *host;
    const char *path;
    const char *prefix;
    struct held folder;
    struct device *items; /* [count], room for 'room' */
    size_t count;
    size_t room;
    size_t next;  /* where the one behind the last found is */
    uint64_t due; /* the cycle in which it is listed again, when seldom */
};

struct devices *
devices_new(struct host *host, const char *path, const char *prefix)
{
    struct devices *self = xcalloc(1, sizeof(*self));
    self->host = host;
    self->path = path;
    self->prefix = prefix;
    return self;
}

static void
device_close(const struct devices *self, struct device *device)
{
    for (size_t i = 0; i < DEVICE_FILES; i++)
        file_close(self->host, &device->files[i]);
}

void
devices_destroy(struct devices **self_p)
{
    struct devices *self = *self_p;

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++) {
        device_close(self, &self->items[i]);
    }
    file_close(self->host, &self->folder);
    free(self->items);
    free(self);
    *self_p = NULL;
}

size_t
devices_count(const struct devices *self)
{
    return self->count;
}

struct device *
devices_at(const struct devices *self, size_t i)
{
    return &self->items[i];
}

struct device *
devices_find(struct devices *self, const char *name)
{
    for (size_t tried = 0; tried < self->count; tried++) {
        size_t i = self->next < self->count ? self->next : 0;
        self->next = i + 1;
        if (strcmp(self->items[i].name, name) == 0)
            return &self->items[i];
    }
    return NULL;
}

/* Files such as class/net/bonding_masters are no devices. */
static bool
is_device(const struct devices *self, const struct dirent64 *entry)
{
    size_t length = strlen(self->prefix);
    const char *name = entry->d_name;

    if (name[0] == '.' || entry->d_type == DT_REG ||
        strlen(name) >= DEVICE_NAME_SIZE)
        return false;
    return length == 0 || (strncmp(name, self->prefix, length) == 0 &&
                           name[length] >= '0' && name[length] <= '9');
}

static struct device *
add_device(struct devices *self, const char *name)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 8;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    struct device *device = &self->items[self->count++];
    *device = (struct device){0};
    memcpy(device->name, name, strlen(name) + 1);
    return device;
}

static int
note_entry(struct devices *self, const struct dirent64 *entry)
{
    struct host *host = self->host;

    if (!is_device(self, entry))
        return 0;

    struct device *device = devices_find(self, entry->d_name);
    if (!device && self->count == DEVICES_MOST)
        return weir_fail(host, -E2BIG, "there are more than %d entries in %s",
                         DEVICES_MOST, self->path);
    if (!device)
        device = add_device(self, entry->d_name);
    else if (device->inode != entry->d_ino)
        device_close(self, device);
    device->inode = entry->d_ino;
    device->cycle = host->cycle;
    return 0;
}

static int
note_entries(struct devices *self, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        const struct dirent64 *entry =
            (const struct dirent64 *)(const void *)(bytes + at);
        int rc = note_entry(self, entry);
        if (rc < 0)
            return rc;
        at += entry->d_reclen;
    }
    return 0;
}

static void
drop_the_gone(struct devices *self)
{
    uint64_t cycle = self->host->cycle;
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++) {
        struct device *device = &self->items[i];
        if (device->cycle != cycle)
            device_close(self, device);
        else if (kept++ != i)
            self->items[kept - 1] = *device;
    }
    self->count = kept;
}

static int
open_folder(struct devices *self)
{
    struct host *host = self->host;
    struct held *folder = &self->folder;

    if (folder->descriptor_plus_1 &&
        lseek(folder->descriptor_plus_1 - 1, 0, SEEK_SET) == 0)
        return 0;
    file_close(host, folder);
    int fd = openat(host->files.roots[ROOT_SYS], self->path,
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    folder->descriptor_plus_1 = fd + 1;
    host->files.held++;
    return 0;
}

int
devices_list(struct devices *self)
{
    struct host *host = self->host;
    _Alignas(struct dirent64) char bytes[8192];

    self->next = 0;
    int rc = open_folder(self);
    while (rc == 0) {
        ssize_t size = getdents64(self->folder.descriptor_plus_1 - 1, bytes,
                                  sizeof(bytes));
        if (size == 0)
            break;
        rc = size < 0 ? -errno : note_entries(self, bytes, (size_t)size);
    }
    drop_the_gone(self);
    self->next = 0;

    /* A folder that was removed and made anew looks empty for ever. */
    if (rc < 0 || self->count == 0 || host->files.held > FILES_HELD_MOST)
        file_close(host, &self->folder);
    if (rc < 0 && rc != -ENOENT && rc != -E2BIG)
        return file_fail(host, rc, ROOT_SYS, self->path);
    return rc;
}

int
devices_list_seldom(struct devices *self)
{
    uint64_t cycle = self->host->cycle;

    if (self->count > 0 && cycle < self->due)
        return 0;
    self->due = cycle + SELDOM_CYCLES;
    return devices_list(self);
}

/* Writes "folder/device/name"; what does not fit opens nothing. */
static const char *
device_path(char *path, size_t size, const struct devices *folder,
            const struct device *self, const char *name)
{
    const char *const pieces[] = {folder->path, "/", self->name, "/", name};
    size_t length = 0;

    for (size_t i = 0; i < WEIR_COUNT(pieces); i++) {
        size_t piece = strlen(pieces[i]);
        if (length + piece >= size)
            return "";
        memcpy(path + length, pieces[i], piece);
        length += piece;
    }
    path[length] = '\0';
    return path;
}

ssize_t
device_read(const struct devices *folder, struct device *self, size_t i,
            const char *name, const char **ret_text)
{
    char path[256];

    return file_read(folder->host, &self->files[i], ROOT_SYS,
                     device_path(path, sizeof(path), folder, self, name),
                     ret_text);
}

int
device_number(const struct devices *folder, struct device *self, size_t i,
              const char *name, double *ret_number)
{
    char path[256];

    return file_number(folder->host, &self->files[i], ROOT_SYS,
                       device_path(path, sizeof(path), folder, self, name),
                       ret_number);
}
