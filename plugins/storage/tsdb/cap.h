/* cap.h - the size that the files of a store keep to, all of them
 *
 * A quarter of it is the log's.  Whoever writes a part claims its bytes before
 * he writes them; when there is no room for the claim the oldest parts go, and
 * when there are none left the claim fails, and nothing more is written.
 *
 * Any thread, none of which holds the manifest's lock.
 */
#ifndef TSDB_CAP_H
#define TSDB_CAP_H

#include <stdbool.h>
#include <stdint.h>

struct tsdb;

enum { CAP_LEAST = 128 << 20 }; /* bytes; a smaller size makes no sense */

/* How the log is to be, with this size; all 0 without one. */
struct cap_log {
    uint64_t segment_bytes;
    uint64_t bytes_most;  /* of all segments */
    uint64_t flush_bytes; /* after so many the head is to be flushed */
};

struct cap_log cap_log(uint64_t size);

/* Makes a claim as large as 'bytes', if it is not yet.  Returns 0, or -ENOSPC.
 */
int cap_claim(struct tsdb *tsdb, uint64_t *claim_p, uint64_t bytes);

/* The parts count now, or have gone: what was claimed is free. */
void cap_leave(struct tsdb *tsdb, uint64_t *claim_p);

/* Says whether there is room for so many bytes without letting parts go. */
bool cap_fits(struct tsdb *tsdb, uint64_t bytes);

/* Lets the oldest parts go while all files together are too large. */
void cap_keep(struct tsdb *tsdb);

#endif /* TSDB_CAP_H */
