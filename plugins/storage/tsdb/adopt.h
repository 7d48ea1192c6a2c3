/* adopt.h - lets the samples of a part from outside count in the store
 *
 * The part has samples of any days, and series with numbers of their own.  Its
 * samples go into new parts of the store, which begin to count all at once with
 * the series that are new: before that nothing of it is seen or kept.  They
 * came last, so of samples of one series and time they count.
 *
 *     the head is flushed            instance's own thread
 *     adopt_begin()                  the same
 *     adopt_write()                  any thread
 *     adopt_fini()                   instance's own thread
 *
 * From begin to fini no series leaves, and the store is open.
 */
#ifndef TSDB_ADOPT_H
#define TSDB_ADOPT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "part.h"

struct tsdb;

struct adopt_series; /* a number there and here */

struct adopt {
    /* Hears how many of its series were written; the caller's, or NULL. */
    void (*progress)(void *arg, uint64_t done, uint64_t most);
    void *arg;

    struct tsdb *tsdb;
    struct part *part;
    struct adopt_series *series; /* [count], by their numbers here */
    uint32_t count, room;
    uint32_t fresh_count;      /* of them, that the store did not have */
    struct part_origin origin; /* of the new parts */
    uint64_t epoch;            /* of the head, when it began */
    bool committed;
    uint32_t *left; /* [left_count], series that left, for the catalog */
    size_t left_count;
    atomic_bool stopping; /* ends adopt_write() soon, on any thread */
    char why[256];        /* of a failure */
};

/* Begins with the part 'path'; 'self' is zeroed, but for what is the caller's.
 * Returns 0, or with the reason in 'why': -EDQUOT
 * when a limit of the store refuses it, -ERANGE when it has samples that are
 * too old or too early, -ENOSPC when the store would grow beyond its size,
 * -EBADMSG when it is damaged or no such part, or -errno. */
int adopt_begin(struct adopt *self, struct tsdb *tsdb, const char *path);

/* Writes the new parts, and lets them count.  Returns 0, or -errno with the
 * reason, when nothing of it happened. */
int adopt_write(struct adopt *self);

/* After adopt_begin() in any case.  When it came to nothing, the new series
 * leave again, but for those that others have met meanwhile. */
void adopt_fini(struct adopt *self);

/* Both in one, for a store that takes nothing else in meanwhile; flushes the
 * head before.  As adopt_begin(). */
int adopt_now(struct adopt *self, struct tsdb *tsdb, const char *path);

#endif /* TSDB_ADOPT_H */
