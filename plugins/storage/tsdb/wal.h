/* wal.h - the write-ahead log: what is in it is not lost
 *
 * A record is what is kept or lost as a whole: one batch, with the series and
 * groups that it is the first to need, and the mark of its stream.  Records
 * have ascending numbers without gaps, their LSN, from 1.  A record is made by
 *
 *     wal_begin(wal);
 *     wal_series(wal, ...); wal_group(...); wal_row(...); wal_mark(...);
 *     rc = wal_end(wal, ticket->number, &lsn);
 *
 * and only when 'rc' is 0 has anything been taken.  A thread of the log's own
 * writes what waits and makes it durable, all of it with one fdatasync, and
 * says so: writing to a file that is being synced may take milliseconds.  Where
 * it is acknowledged when written, wal_end() writes it.
 *
 * Segments are files of one size, allocated beforehand, and used again when
 * wal_release() says that their records are not needed any more.
 *
 * A file that cannot be written or synced is abandoned: what is not durable is
 * written into a fresh one, once.  When that fails as well the log is
 * read-only.
 *
 * One thread makes records: the storage's own.  Any thread may call
 * wal_release(), wal_settle() and wal_figures().
 */
#ifndef TSDB_WAL_H
#define TSDB_WAL_H

#include <stdbool.h>

#include <weir/batch.h>

#include "file.h"

struct wal;

enum {
    WAL_GROUPS_MOST = 1 << 22, /* a group's number is below this */
};

/* A row: one time and a value for each column of a group. */
struct wal_row {
    uint32_t group;
    uint32_t width; /* columns, 1 to WEIR_LAYOUT_MOST */
    int64_t time_ns;
    const double *values;    /* [width]; any value where absent */
    const uint64_t *present; /* as in weir_rows; NULL: all present */
};

/* Samples with times of their own. */
struct wal_loose {
    uint32_t count;
    const uint32_t *series;  /* [count], series numbers */
    const int64_t *times_ns; /* [count] */
    const double *values;    /* [count] */
};

/* Hears what the log holds, in the order in which it was written.  What is
 * pointed to is lent for the call.  Each returns 0, or a negative errno to
 * stop; any may be NULL. */
struct wal_visitor {
    /* A record begins; what follows is in it. */
    int (*record)(void *arg, uint64_t lsn);
    int (*series)(void *arg, uint32_t number, const struct weir_series *series);
    /* The columns 'from' to 'from + count' of a group; with 'from' 0 the group
     * is new, and what had its number before is gone. */
    int (*group)(void *arg, uint32_t group, uint32_t from,
                 const uint32_t *series, uint32_t count);
    int (*row)(void *arg, const struct wal_row *row);
    int (*loose)(void *arg, const struct wal_loose *loose);
    int (*mark)(void *arg, const uint8_t stream[16], uint64_t sequence);
    /* Records below 'lsn' were not needed any more. */
    int (*checkpoint)(void *arg, uint64_t lsn);
};

/* What a replay found.  'lost' and 'broken' are 0 but for damage. */
struct wal_report {
    uint64_t first_lsn; /* visited; or next_lsn when there was nothing */
    uint64_t next_lsn;  /* of the record to be written next */
    uint64_t records;   /* visited */
    uint64_t lost;      /* records that were durable and are damaged */
    uint64_t broken;    /* rows that hang on those, up to 31 for a group */
    uint64_t torn;      /* whole records behind the cut, never acknowledged */
    uint32_t damaged_segments; /* copied into quarantine by wal_open() */
};

struct wal_settings {
    struct files *files;
    const char *folder;     /* of the segments; made when absent; copied */
    const char *quarantine; /* where copies of damaged ones go; copied */
    uint64_t segment_bytes; /* a multiple of 4096; 0: 64 MiB */
    uint64_t bytes_most;    /* of all segments, but for one that replaces a
                             * failed one; 0: no limit */
    uint64_t unsynced_most; /* bytes kept until durable; 0: 16 MiB */
    uint64_t probe_ns;      /* between looks for room; 0: one second */
    bool written;           /* acknowledge what is written, not yet durable */

    /* Each is called with 'arg'. */
    void *arg;
    /* Everything up to the ticket 'number' is durable; ascending.  On the log's
     * thread; with 'written' within wal_end(). */
    void (*durable)(void *arg, uint64_t number);
    /* wal_end() may be tried again; on the log's thread. */
    void (*room)(void *arg);
    /* Something is wrong, 'what' in words, 'rc' the errno; 'read_only' says
     * that nothing is taken any more.  On either thread, under the log's lock:
     * it must not call the log, nor wait for who does. */
    void (*alarm)(void *arg, const char *what, int rc, bool read_only);
};

/* Visits the records whose LSN is at least 'from_lsn' of the log that the
 * settings' files and folder name, with their 'arg'; the rest of them does not
 * matter.  Changes nothing.  Returns 0, what a visitor returned, or -errno when
 * the folder or a file cannot be opened (-ENOTSUP: a later weir wrote it), or
 * the end of the log not be read: there may be more; damage is no failure: it
 * is passed over and told in '*ret_report'. */
int wal_replay(const struct wal_settings *settings, uint64_t from_lsn,
               const struct wal_visitor *visitor,
               struct wal_report *ret_report);

/* Replays the log as wal_replay() does, cuts off what is torn, sets damage
 * aside, and opens the log to go on behind.  The 'from_lsn' is where the last
 * checkpoint was, 1 when there was none: the next LSN is never below it.
 * Returns 0, what a visitor returned, or -errno.  The settings' texts are
 * copied. */
int wal_open(const struct wal_settings *settings, uint64_t from_lsn,
             const struct wal_visitor *visitor, struct wal_report *ret_report,
             struct wal **ret_wal);

/* Makes durable what is written, says so, ends the thread, frees the log and
 * sets '*wal_p' to NULL.  Does nothing when it is NULL. */
void wal_destroy(struct wal **wal_p);

/* Begins a record; what was begun before and not ended is forgotten. */
void wal_begin(struct wal *self);

/* Add to the record; copied.  Texts as in weir_series. */
void wal_series(struct wal *self, uint32_t number,
                const struct weir_series *series);
void wal_group(struct wal *self, uint32_t group, uint32_t from,
               const uint32_t *series, uint32_t count);
void wal_row(struct wal *self, const struct wal_row *row);
void wal_loose(struct wal *self, const struct wal_loose *loose);
void wal_mark(struct wal *self, const uint8_t stream[16], uint64_t sequence);
void wal_checkpoint(struct wal *self, uint64_t lsn);

/* Ends the record and writes it.  'ticket' is told to 'durable'; 0: nobody
 * asks. Returns 0 with the record's number in '*ret_lsn' (or NULL), or, with
 * nothing taken: -EAGAIN    the disk is behind: try again after 'room' -ENOSPC
 * the disk is full: the same -EMSGSIZE  the record is larger than a segment
 *   -EROFS     the log is read-only, since it failed twice */
int wal_end(struct wal *self, uint64_t ticket, uint64_t *ret_lsn);

/* The group 'group' gets no more rows: frees what is kept for it. */
void wal_forget(struct wal *self, uint32_t group);

/* The LSN of the next record. */
uint64_t wal_next_lsn(const struct wal *self);

/* Records below 'lsn' are not needed any more: segments that hold only such
 * are used again, soon. */
void wal_release(struct wal *self, uint64_t lsn);

/* Waits until all records that were ended are durable.  Returns 0, -EROFS when
 * they will not be, or -ENOSPC when they cannot be written now. */
int wal_settle(struct wal *self);

struct wal_figures { /* since the open */
    uint64_t records, bytes, syncs, failures;
    uint64_t durable_lsn;
    uint32_t segments, spares; /* files now */
    bool read_only, full;
};

void wal_figures(struct wal *self, struct wal_figures *ret_figures);

#endif /* TSDB_WAL_H */
