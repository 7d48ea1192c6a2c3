/* tsdb.h - the instance of storage tsdb
 *
 * Threads.  The instance's own thread takes batches in: it writes them to the
 * log, and then puts them into the head.  The log's thread makes them durable
 * and says so.  Now and then a thread moves the head into a part.  Query
 * threads read the head under its lock, and parts without.
 */
#ifndef TSDB_H
#define TSDB_H

#include <stdatomic.h>

#include <weir/plugin.h>

#include "compact.h"
#include "flush.h"
#include "head.h"
#include "home.h"
#include "leave.h"
#include "limits.h"
#include "manifest.h"
#include "marks.h"
#include "meta.h"
#include "parts.h"
#include "quarantine.h"
#include "wal.h"

/* Where what is to be imported lies, beside parts/; whoever opens the store
 * removes it. */
#define TSDB_IMPORT_FOLDER "import"

/* What the option 'sync' says. */
enum { TSDB_DURABLE, TSDB_WRITTEN };

/* Loose samples of a batch that no limit refuses. */
struct tsdb_loose {
    uint32_t *numbers; /* [count], of series */
    int64_t *times_ns;
    double *values;
    uint32_t count, room;
};

struct tsdb {
    const char *path; /* options: see the table */
    struct weir_duration retention, future;
    struct weir_size size;
    int64_t series, source_series, name_series, series_rate;
    struct weir_duration flush_interval;
    struct weir_size flush_size;
    struct weir_size compact_rate;
    int sync;

    bool is_open;
    atomic_bool read_only;    /* the log has failed twice */
    bool adopting;            /* own thread; see adopt.h */
    uint32_t group_count;     /* own thread: ever begun; the next number */
    atomic_uint told_damaged; /* parts that queries could not read */
    struct home home;
    struct head head;
    struct wal *wal;
    struct meta *meta;
    struct manifest manifest;
    struct parts *parts; /* changed under the locks of manifest and head */
    struct flush flush;
    struct compact compact;
    atomic_uint_least64_t refused;            /* samples, for whatever reason */
    atomic_uint_least64_t too_old, too_early; /* of these */
    atomic_uint_least64_t dropped_parts, dropped_samples; /* for size */
    struct limits limits;
    struct leave leave;
    uint64_t claimed; /* bytes of parts being written; manifest's lock */
    atomic_uint_least64_t failures; /* of files */

    /* What the open found. */
    uint64_t damaged_parts, replayed_records, lost_records;
    uint64_t rebuilt_parts;   /* the manifest was made again from so many */
    uint64_t covered_records; /* of the log, that are in those anyway */
    struct quarantine quarantine;

    /* Of the instance's own thread. */
    struct marks marks;
    uint32_t *fresh; /* [fresh_count], series that the log does not know yet */
    size_t fresh_count, fresh_room;
    uint32_t *free_groups; /* [free_count], numbers to be used again */
    size_t free_count, free_room;
    struct tsdb_loose loose;
    struct tsdb_replay *replay; /* while it runs */
    uint64_t flushed_bytes;     /* of the log, when the last flush began */
    uint64_t told_dropped;      /* parts, of 'dropped_parts' */
    struct transfer *transfer;  /* imports and exports */
};

/* What the loader finds. */
const struct weir_head *tsdb_head(void);

/* columns.c: layouts come and go; see weir/plugin.h. */
int tsdb_resolve(void *instance, const struct weir_layout *layout,
                 uint32_t from, void **resolved_p);
void tsdb_forget(void *instance, void *resolved);

/* intake.c: takes batches in; see weir/plugin.h. */
int tsdb_append(void *instance, const struct weir_batch *in,
                const struct weir_ticket *ticket);
void tsdb_intake_fini(struct tsdb *self);

/* The next record of the log is to say what this series is. */
void tsdb_note_fresh(struct tsdb *self, uint32_t number);

/* recover.c: brings back what the folder has.  Returns 0, or -errno with a
 * reason left. */
int tsdb_recover(struct tsdb *self);

/* Counts a part that is damaged, tells of it, and moves it away.  Returns 0, or
 * -errno when it is still there. */
int tsdb_set_part_aside(struct tsdb *self, const char *path, uint64_t number);

/* rebuild.c: puts into the manifest, which is open and empty, what the parts
 * say; those that are damaged are set aside.  Returns 0, with how many parts
 * there are and the LSN below which they have all records of the log, or
 * -errno. */
int tsdb_rebuild(struct tsdb *self, uint64_t *ret_parts,
                 uint64_t *ret_covered_lsn);

/* Returns the time before which samples are too old. */
int64_t tsdb_oldest_ns(const struct tsdb *self);

/* replay.c: brings back what the log has from 'from_lsn' on, and opens it.
 * Returns 0 or -errno. */
int tsdb_replay(struct tsdb *self, uint64_t from_lsn);

/* answer.c: answers a select; see weir/plugin.h.  On any thread. */
int tsdb_answer(struct tsdb *self, const struct weir_select *what,
                struct weir_sink *sink);

/* status.c: tells texts "name=value".  On any thread. */
int tsdb_status(struct tsdb *tsdb, struct weir_sink *sink);

#endif /* TSDB_H */
