/* home.h - the folder of a store: who holds it, and in which format it is
 *
 *     LOCK      held by the process that has the store open
 *     FORMAT    "weir tsdb 1 " and the store's id in hexadecimal
 *     wal/ parts/ meta/ quarantine/
 */
#ifndef TSDB_HOME_H
#define TSDB_HOME_H

#include <stdint.h>

#include "file.h"

enum { HOME_FORMAT = 1 };

struct home {
    struct files *files;
    char *path;        /* own */
    int lock;          /* descriptor; -1: not held */
    uint8_t store[16]; /* the store's id */
    uint32_t format;   /* as found; also when it is refused */
};

/* Makes the folder 'path' when it is absent, and holds it.  Returns 0, -EBUSY
 * when another process has it, -ENOTSUP when its format is newer than
 * HOME_FORMAT, -EBADMSG when FORMAT is no such file, or not there beside the
 * rest of a store, or -errno.  home_fini() in each case. */
int home_init(struct home *self, struct files *files, const char *path);
void home_fini(struct home *self);

/* Makes sure that nobody holds the folder until home_fini(), and changes
 * nothing.  Returns 0; -ENOENT when there is no such folder, or no store in it;
 * otherwise as home_init(). */
int home_look(struct home *self, struct files *files, const char *path);

/* Returns "path/name"; the caller frees it. */
char *home_path(const struct home *self, const char *name);

/* Calls 'each' for all that lies in the folders in parts/, in no order; 'name'
 * is the last of 'path'.  Returns 0, -errno, or what 'each' returned to stop.
 */
typedef int home_part(void *arg, const char *path, const char *name);
int home_each_part(const struct home *self, home_part *each, void *arg);

#endif /* TSDB_HOME_H */
