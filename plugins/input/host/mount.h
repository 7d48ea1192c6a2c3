/* mount.h - the mounted file systems, from /proc/1/mounts
 *
 * The list is read again when the kernel tells of a change, or where it is a
 * recorded one, and taken apart anew only when the text has changed.
 */
#ifndef MOUNT_H
#define MOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "file.h"

enum { MOUNTS_MOST = 4096 };

struct mount {
    char *device;
    char *point; /* as the host sees it */
    char *type;
    bool read_only;
    bool remote; /* a server may hang */
};

/* Zero is an empty list. */
struct mounts {
    struct held files[2];
    const struct held *told; /* of them, whose changes the kernel tells */
    char *text;              /* what the kernel said last */
    size_t length;
    struct mount *items; /* [count] */
    size_t count;
};

/* Reads the list, without what the options leave out.  '*ret_changed' says
 * whether it is another one than before.  Returns 0, -E2BIG above MOUNTS_MOST,
 * or another negative errno; the reason is left. */
int mounts_update(struct host *host, struct mounts *self, bool *ret_changed);

void mounts_fini(struct host *host, struct mounts *self);

#endif /* MOUNT_H */
