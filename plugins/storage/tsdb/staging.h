/* staging.h - samples in no order, made into one part
 *
 * Samples are gathered in memory, some millions at a time, sorted by series,
 * and written into parts of any days, which in the end become one.  Series have
 * numbers of whoever adds, not those of a store.  Of samples of one series and
 * time the one that was added last stays.  One thread has it.
 */
#ifndef TSDB_STAGING_H
#define TSDB_STAGING_H

#include <stdint.h>

#include "part.h"

struct staging;

/* Returns the series of a number that was added, lent. */
typedef const struct weir_series *staging_series(void *arg, uint32_t number);

struct staging_settings {
    struct files *files;
    const char *folder; /* copied */
    staging_series *series;
    int (*step)(void *arg); /* called now and then; a negative errno ends what
                             * is being done */
    void *arg;              /* of both */
};

/* Makes the folder when it is absent, and removes what lies in it.  Returns 0
 * or -errno. */
int staging_open(const struct staging_settings *settings,
                 struct staging **ret_staging);

/* Removes the folder with all that is in it. */
void staging_destroy(struct staging **self_p);

/* Adds a sample; numbers are 1, 2, 3...  Returns 0 or -errno. */
int staging_add(struct staging *self, uint32_t number, int64_t time_ns,
                double value);

/* Brings all together.  Returns 0 with the path of the part, valid as long as
 * the staging, -ENODATA when nothing was added, or -errno. */
int staging_end(struct staging *self, const char **ret_path);

/* Removes the folder 'path' and the files in it; nothing happens when there is
 * none. */
void staging_remove(struct files *files, const char *path);

#endif /* TSDB_STAGING_H */
