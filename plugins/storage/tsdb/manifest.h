/* manifest.h - changes of which parts count
 *
 * Flushes and compactions run on threads of their own.  A change is made by one
 * of them at a time: it begins, which keeps the others out, puts what it has to
 * say into the transaction, and ends with the list of parts that counts from
 * then on.  The files of those that do not count any more go at once by name;
 * their bytes go when the last reader has left.
 *
 * What is in the folder of the parts and not in the manifest is a rest of
 * something that did not come to its end, and goes at start.
 */
#ifndef TSDB_MANIFEST_H
#define TSDB_MANIFEST_H

#include <pthread.h>

#include "meta.h"
#include "parts.h"

struct tsdb;

struct manifest {
    pthread_mutex_t lock;
    struct meta_state state; /* as committed, but for numbers given since */
    uint64_t *numbers;       /* [count], ascending; parts found at start */
    size_t count;
    uint64_t unread_bytes; /* of parts found that could not be opened */
};

void manifest_init(struct manifest *self);
void manifest_fini(struct manifest *self);

/* Notes a part that counts, found at start; ascending. */
void manifest_note(struct manifest *self, uint64_t number);

/* Removes the files of parts that were not noted. */
void manifest_tidy(struct tsdb *tsdb);

/* Returns the path of a part; the caller frees it. */
char *tsdb_part_path(const struct tsdb *self, int32_t day, uint64_t number);

/* Begins a part of the day under a number of its own.  Returns 0 or -errno. */
int manifest_open_part(struct tsdb *tsdb, int32_t day,
                       const struct part_origin *origin, uint64_t *ret_number,
                       struct part_writer **ret_writer);

/* Removes a part that never counted. */
void manifest_unlink_part(struct tsdb *tsdb, int32_t day, uint64_t number);

/* Begins a change: 'parts' of the store does not change until its end, and
 * meta_put_series() and meta_put_marks() may be called. */
void manifest_begin(struct tsdb *tsdb);

/* Ends the change; 'next' is taken.  Records of the log below 'checkpoint_lsn'
 * are not needed any more; 0: as before.  Returns 0 when it is durable and
 * seen, or -errno when nothing of it happened. */
int manifest_end(struct tsdb *tsdb, struct parts **next_p,
                 uint64_t checkpoint_lsn);

/* Ends it with nothing changed. */
void manifest_cancel(struct tsdb *tsdb);

#endif /* TSDB_MANIFEST_H */
