/* damage.h - what a query could not read
 *
 * An answer leaves it out, counts it each time, and says so once a part, for
 * the first DAMAGE_TOLD parts since the start: a disk that goes bad must not
 * fill the log as well.  Any thread.
 */
#ifndef TSDB_DAMAGE_H
#define TSDB_DAMAGE_H

#include "part.h"

struct tsdb;
struct parts;

enum { DAMAGE_TOLD = 4 };

/* Notes that a chunk of 'part', one of 'parts', could not be read, -EBADMSG for
 * damaged or -errno; the part's index when 'chunk' is NULL. */
void damage_note(struct tsdb *tsdb, const struct parts *parts,
                 const struct part *part, const struct part_chunk *chunk,
                 int rc);

#endif /* TSDB_DAMAGE_H */
