/* merge.h - what several parts have, series by series, into one
 *
 * Of two samples of one series and time that of the later part counts.  Chunks
 * become large, and begin at the same times for all series of one interval, so
 * that they share their vectors of times; large ones that overlap nothing are
 * taken over as they are.  However much a part holds, only some chunks of one
 * series are in memory.
 *
 * Functions are for one thread.
 */
#ifndef TSDB_MERGE_H
#define TSDB_MERGE_H

#include "part.h"

enum {
    MERGE_WHOLE = 1536, /* samples from which on chunks are taken as they are */
};

struct merge {
    const struct part *const *parts; /* [count], oldest arrivals first */
    uint32_t count;
    int64_t oldest_ns; /* samples before this time are left out */
    struct part_writer *writer;

    /* Each is called with 'arg'. */
    void *arg;
    /* Returns the series 'id', or NULL when it is not known; lent. */
    const struct weir_series *(*series)(void *arg, uint32_t id);
    /* So many bytes were read or are written.  Returns 0, or a negative errno
     * to stop. */
    int (*step)(void *arg, uint64_t bytes);
};

/* Writes all samples.  Returns 0, or what failed, with the index of the part
 * that could not be read, -EBADMSG when it is damaged, or with 'count' when it
 * was something else; then the writer can only be destroyed. */
int merge_run(const struct merge *merge, uint32_t *reterr_part);

#endif /* TSDB_MERGE_H */
