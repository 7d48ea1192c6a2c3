/* link/spool_age.h - how old a segment is: as what was first written to it
 *
 * Its head says that, also when the file was copied, moved or cut off since.
 */
#ifndef LINK_SPOOL_AGE_H
#define LINK_SPOOL_AGE_H

#include "file.h"

/* Returns when the segment at 'path' was begun, by the wall clock; of one whose
 * head cannot be read, when the file was written last, or else now. */
int64_t spool_made_ns(struct files *files, const char *path);

/* Makes it as young as if it were begun now.  Of one whose head is damaged, or
 * cannot be written, nothing changes. */
void spool_renew(struct files *files, const char *path);

#endif /* LINK_SPOOL_AGE_H */
