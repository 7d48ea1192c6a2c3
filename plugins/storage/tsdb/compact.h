/* compact.h - merges parts to fewer and larger ones
 *
 * A flush makes parts of level 0.  A couple of dozens of them become one of
 * level 1, and when a day is over what it has becomes one of level 2.  Parts
 * that are merged follow each other in the log, so that what came later still
 * counts.  The new part and the end of those that it replaces are one
 * transaction; until then all is as it was.
 *
 * The instance's own thread starts and ends a compaction; between, it runs on a
 * thread of its own, which keeps to so many bytes a second.
 */
#ifndef TSDB_COMPACT_H
#define TSDB_COMPACT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "pick.h"

struct tsdb;

struct compact {
    struct tsdb *tsdb;
    struct pick_rules rules;
    bool running;
    atomic_bool done; /* the thread has finished */
    pthread_t thread;
    int rc;               /* of the last one; the thread's while one runs */
    int64_t ended_ns;     /* monotonic; of the last one */
    struct parts *looked; /* never read: a list with nothing to be done */

    struct parts *parts; /* held: those that the job is about */
    struct pick_job job;
    struct part_writer *writer; /* of the new part; the thread's */
    uint64_t claim;             /* bytes, see cap.h; the thread's */
    int64_t due_ns;             /* monotonic: until then the bytes may take */

    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* under the lock */

    /* Since the open. */
    atomic_uint_least64_t runs, read_bytes, written_bytes, failures;
};

void compact_init(struct compact *self, struct tsdb *tsdb);

/* Starts a compaction when there is something to merge.  Returns whether one
 * runs. */
bool compact_start(struct compact *self);

/* Waits until the compaction that runs, if any, has ended.  Returns how it
 * ended: 0, -ECANCELED when it was stopped or its parts have gone meanwhile, or
 * -errno; then it is tried again. */
int compact_end(struct compact *self);

/* Stops what runs, and waits for it: milliseconds. */
void compact_fini(struct compact *self);

#endif /* TSDB_COMPACT_H */
