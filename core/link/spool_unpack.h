/* spool_unpack.h - the packed batches of a segment, made plain again
 *
 * Keeps the last row of each layout while a segment is read from its head on.
 * One thread owns it.
 */
#ifndef LINK_SPOOL_UNPACK_H
#define LINK_SPOOL_UNPACK_H

#include "link/spool_segment.h"

struct spool_unpacker;

struct spool_unpacker *spool_unpacker_new(void);

/* Frees it; does nothing when it is NULL. */
void spool_unpacker_destroy(struct spool_unpacker **self_p);

/* Makes a SPOOL_PACKED record the FRAME_BATCH that it was; its body is valid
 * until the next call.  Returns 0, or -EBADMSG when it hangs on a record that
 * is lost, or is none that was packed. */
int spool_unpack(struct spool_unpacker *self, struct spool_record *record);

#endif /* LINK_SPOOL_UNPACK_H */
