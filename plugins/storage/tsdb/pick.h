/* pick.h - which parts are to be merged next
 *
 * Pure; any thread.
 */
#ifndef TSDB_PICK_H
#define TSDB_PICK_H

#include "parts.h"

struct pick_rules {
    uint32_t fan;        /* so many parts of one level become one; 0:
                          * nothing is merged */
    uint64_t bytes_most; /* of parts merged at once; 0: no limit */
    int64_t now_ns;      /* since 1970 */
};

/* Parts of one day that follow each other in the log. */
struct pick_job {
    struct parts_item **items; /* [count], oldest arrivals first; own */
    uint32_t count;
    uint32_t level; /* of what they become */
    uint64_t bytes; /* of their files */
};

/* Finds a job.  Returns whether there is one; then pick_job_fini(). */
bool pick_next(const struct pick_rules *rules, const struct parts *parts,
               struct pick_job *ret_job);

void pick_job_fini(struct pick_job *self);

#endif /* TSDB_PICK_H */
