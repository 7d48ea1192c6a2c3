/* leave.h - series that have no samples any more leave
 *
 * When the oldest samples have gone, a thread looks through the parts for the
 * series that are still in one.  Those that are in none, nor have samples in
 * the head, leave it then, some at each tick; the catalog drops them with the
 * next flush.  One that comes again is a new series with a new number.
 *
 * What was found holds as long as no flush moves samples from the head into
 * parts; then it is looked again.  The instance's own thread has this, but for
 * the looking.
 */
#ifndef TSDB_LEAVE_H
#define TSDB_LEAVE_H

#include <pthread.h>
#include <stdatomic.h>

#include "parts.h"

struct tsdb;
struct columns;

/* Zeroed, nothing has left. */
struct leave {
    struct parts *parts; /* being looked through; or NULL */
    pthread_t thread;
    atomic_bool done;       /* the thread has finished */
    int rc;                 /* of the look */
    roaring_bitmap_t *used; /* found: series in parts; or NULL */
    uint64_t epoch;         /* of the head, when it was looked */
    uint32_t next;          /* number that is the next to be judged */
    int64_t oldest_ns;      /* of all samples in parts, at the last look */
    bool is_known;          /* that */
    int64_t looked_ns;      /* monotonic */

    uint64_t times;    /* grows whenever some have left */
    uint64_t left;     /* series, since the open */
    uint32_t *numbers; /* [count], left since the last commit */
    size_t count, room;
};

/* Does the next piece of it. */
void leave_tick(struct tsdb *tsdb);

/* Looks now, and lets all leave that can; for tests. */
void leave_now(struct tsdb *tsdb);

/* Lets one series leave that has no samples anywhere. */
void leave_one(struct tsdb *tsdb, uint32_t number);

/* Puts into the change of the catalog that is being made that they left, lest
 * one that came again is in it twice; on the flush's thread, while nothing
 * leaves. */
void leave_put(const struct tsdb *tsdb);

/* The catalog has it. */
void leave_committed(struct tsdb *tsdb);

/* Sees to it that columns know whose series have left. */
void leave_follow(const struct tsdb *tsdb, struct columns *columns);

void leave_fini(struct tsdb *tsdb);

#endif /* TSDB_LEAVE_H */
