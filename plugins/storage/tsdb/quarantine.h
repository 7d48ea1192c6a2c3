/* quarantine.h - what was damaged and is set aside
 *
 * A file that is damaged is moved, or copied, into the folder quarantine/ of
 * the store, where nothing reads it, for whoever wants to know what happened or
 * to save what is left.  The folder has limits; the oldest files go.
 */
#ifndef TSDB_QUARANTINE_H
#define TSDB_QUARANTINE_H

#include "home.h"

enum { QUARANTINE_FILES = 64 };

#define QUARANTINE_BYTES (UINT64_C(1) << 30)

/* What it holds. */
struct quarantine {
    uint64_t files, bytes;
    uint64_t dropped; /* files that went, so far */
};

/* Moves the file 'path' there, as 'name'.  Returns 0 or -errno. */
int quarantine_take(const struct home *home, const char *path,
                    const char *name);

/* Lets the oldest go until there are at most 'files' with 'bytes' together. */
void quarantine_tidy(struct quarantine *self, const struct home *home,
                     uint64_t files, uint64_t bytes);

#endif /* TSDB_QUARANTINE_H */
