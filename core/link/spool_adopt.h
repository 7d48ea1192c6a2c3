/* spool_adopt.h - the segments of one spool's folder become another's
 *
 * A segment carries its stream, and streams follow each other: so one that is
 * renamed into another folder, behind all that is there, is one more stream to
 * be sent.  Nothing of it is read or copied, and a store that gets it from two
 * sides still has each batch once.
 *
 * Any thread, and also another process than the one that has the spool: the
 * segments come into the subfolder "replay", out of which whoever has the
 * spool, or will have it, takes them within seconds, in their order and as long
 * as there is room (spool_take_in()).
 */
#ifndef LINK_SPOOL_ADOPT_H
#define LINK_SPOOL_ADOPT_H

#include <stdbool.h>
#include <stdint.h>

#include "file.h"

struct spool;

#define SPOOL_REPLAY "replay"

/* The subfolder in which a backlog keeps what is also sent as fresh. */
#define SPOOL_FRESH "fresh"

struct spool_amount {
    uint64_t segments;
    uint64_t bytes; /* of their files */
};

/* Moves all segments of the folder 'from', also those that it has not taken in
 * itself, and what was fresh when its process was killed, behind those that the
 * spool 'to' has; that one is made if it is not there.  The order among them
 * stays.  'from' must be a spool that nobody has, or any folder with segments
 * that nobody writes to; when nothing is left in it it is taken away.  They
 * stay as old as they are; or 'renew' makes them young: who asks for them to be
 * sent does not want them to be too old.
 *
 * Returns 0 with what was moved, which is durable then; -EBUSY when a spool is
 * open in 'from', also in this process; -EXDEV when the folders lie on
 * different file systems; or another -errno.  After a failure what was moved
 * stays moved, and is told; the rest is where it was, and nothing is in both.
 */
int spool_adopt(struct files *files, const char *from, const char *to,
                bool renew, struct spool_amount *ret_adopted);

/* Deletes all segments of the folder, which nobody has open, and the folder if
 * nothing is left.  Returns 0 with what was deleted, -EBUSY, or another -errno.
 */
int spool_drop(struct files *files, const char *folder,
               struct spool_amount *ret_dropped);

/* Renames segments from the folder 'from' into the open spool, as long as
 * there is room for them.  Returns how many, or -errno: then some may have
 * been. */
int spool_take_in(struct spool *self, const char *from);

#endif /* LINK_SPOOL_ADOPT_H */
