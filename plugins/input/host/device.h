/* device.h - the entries of a folder of /sys, each with files of its own
 *
 * The folder is listed again each cycle; who was there before keeps its open
 * files.  An entry is known by its name and its inode, so that files do not go
 * on giving one device's values under the name of another after a rename.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "file.h"

struct devices;

enum { DEVICE_NAME_SIZE = 64, DEVICE_FILES = 32, DEVICES_MOST = 4096 };

struct device {
    char name[DEVICE_NAME_SIZE];
    uint64_t inode;
    uint64_t cycle;      /* when it was listed last */
    uint64_t idle_until; /* a cycle; for who found no files, to wait */
    struct held files[DEVICE_FILES];
};

/* The folder 'path' below /sys, for devices whose names start with 'prefix'
 * and then a digit; "" takes all but regular files.  The texts must outlive
 * it. */
struct devices *devices_new(struct host *host, const char *path,
                            const char *prefix);
void devices_destroy(struct devices **self_p);

/* Lists the folder.  Returns 0, -E2BIG above DEVICES_MOST, or another negative
 * errno; the reason is left unless the folder does not exist (-ENOENT). */
int devices_list(struct devices *self);

/* The same, at most each 16 cycles once there are any: for folders where hardly
 * any comes or goes.  One that has gone has no files. */
int devices_list_seldom(struct devices *self);

/* The devices that there are, in an order that lasts; valid until the folder is
 * listed again. */
size_t devices_count(const struct devices *self);
struct device *devices_at(const struct devices *self, size_t i);

/* Returns the device called 'name', or NULL.  Finds the one behind the last
 * found at once. */
struct device *devices_find(struct devices *self, const char *name);

/* Reads the file 'name', the i-th of the device, as file_read(). */
ssize_t device_read(const struct devices *folder, struct device *self, size_t i,
                    const char *name, const char **ret_text);
int device_number(const struct devices *folder, struct device *self, size_t i,
                  const char *name, double *ret_number);

#endif /* DEVICE_H */
