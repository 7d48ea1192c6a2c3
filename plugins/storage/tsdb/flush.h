/* flush.h - moves what the head has into parts, and lets old parts go
 *
 * A flush freezes the head, writes what is frozen into a part a day, and
 * commits parts, series, marks and checkpoint in one transaction.  Only then
 * does the head drop what it had, and the log its records.  One that fails is
 * done again with what is frozen; until then all is readable, and in the log.
 *
 * The instance's own thread starts and ends a flush; between, it runs on a
 * thread of its own.
 */
#ifndef TSDB_FLUSH_H
#define TSDB_FLUSH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "marks.h"

struct tsdb;

struct flush {
    struct tsdb *tsdb;
    bool running;
    atomic_bool done; /* the thread has finished */
    pthread_t thread;
    int rc; /* of the last flush; the thread's while one runs */

    bool frozen;        /* there is what was frozen and is not committed */
    uint64_t lsn;       /* records below are frozen, or in parts */
    uint32_t series;    /* highest number when it was frozen */
    uint32_t known;     /* highest number that the catalog has */
    int64_t began_ns;   /* monotonic; of the last flush, or of the open */
    struct marks marks; /* as they were */
};

/* Starts a flush, unless one runs. */
void flush_start(struct flush *self);

/* Waits until the flush that runs, if any, has ended.  Returns how it ended: 0
 * or -errno. */
int flush_end(struct flush *self);

void flush_fini(struct flush *self);

#endif /* TSDB_FLUSH_H */
