/* store_subject.h - a store that is measured: a folder, rows go in, selects out
 *
 * It runs in this process, with all but ZeroMQ between: rows become frames and
 * are read back before the clock runs, as weir's port does.  One thread.
 */
#ifndef STORE_SUBJECT_H
#define STORE_SUBJECT_H

#include "../../plugins/storage/tsdb/tsdb.h"
#include "store_rows.h"

struct subject;

/* Opens or makes the store in 'path'.  It flushes and merges only when told. */
int subject_open(const char *path, struct subject **ret_subject);
void subject_destroy(struct subject **self_p);

/* Appends 'count' of the rows from 'from' on as one batch, or as several when
 * that is too much for a frame.  Returns 0 or -errno. */
int subject_append(struct subject *self, const struct rows *rows, size_t from,
                   size_t count);

/* Nanoseconds that the longest append took since the last time that this was
 * called; and all appends together. */
int64_t subject_worst_ns(struct subject *self);
int64_t subject_append_ns(const struct subject *self);

/* Waits until all is durable. */
int subject_settle(struct subject *self);

/* Moves the head into a part. */
int subject_flush(struct subject *self);

/* Merges parts until there is nothing left to merge. */
int subject_compact(struct subject *self);

/* What the parts have, and bytes of their files by section. */
struct subject_sizes {
    uint32_t parts;
    uint64_t chunks, total, frames, times, index, names;
};

struct subject_sizes subject_sizes(struct subject *self);

/* Asks; returns how many samples or values came, or -errno.  On any thread. */
int64_t subject_ask(struct subject *self, const struct weir_select *what);

struct tsdb *subject_tsdb(struct subject *self);

#endif /* STORE_SUBJECT_H */
