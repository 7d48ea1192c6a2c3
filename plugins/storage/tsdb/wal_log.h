/* wal_log.h - the segments that lie in a folder, and what can be read of them
 *
 * Which records are there follows from their LSNs alone.  A segment holds those
 * from the first that its head names up to the first of any later segment; what
 * lies behind is void, however whole it looks.  So a torn tail cannot come
 * back.
 *
 * Where a record lacks it was damaged, if one that was written later knows that
 * it was durable; then reading goes on behind.  If none does, it was never
 * acknowledged, and there the log is cut: nothing behind may count, or a stream
 * would seem to have come further than it did.
 */
#ifndef TSDB_WAL_LOG_H
#define TSDB_WAL_LOG_H

#include "wal.h"
#include "wal_segment.h"

enum { WAL_PATH_MOST = 4096 };

struct log_segment {
    uint64_t number;
    enum segment_kind kind;
    struct segment_head head; /* when it is SEGMENT_BEGUN */
    uint64_t limit;           /* the first LSN of what comes later */
    size_t unread; /* where the last bytes end that could not be read */
    size_t end;    /* where its records end; 0: not read, it is void */
    bool damaged;  /* durable records lack */
    bool torn;     /* behind the end something looks like a record */
};

struct wal_log {
    struct log_segment *segments; /* [count], ascending by number */
    size_t count, room;
};

/* Writes the path of the segment 'number' of 'folder', which is short enough.
 */
void wal_log_path(const char *folder, uint64_t number,
                  char path[WAL_PATH_MOST]);

/* Says whether records may be in it. */
static inline bool
log_segment_live(const struct log_segment *self)
{
    return self->kind == SEGMENT_BEGUN && self->head.first_lsn < self->limit;
}

/* Looks what is in 'folder'; zero '*ret_log' before.  Returns 0, -errno, or
 * -ENOTSUP when a later weir wrote it. */
int wal_log_look(struct files *files, const char *folder,
                 struct wal_log *ret_log);
void wal_log_fini(struct wal_log *self);

/* Visits, see wal_replay(), from 'report->first_lsn' on, and notes 'end',
 * 'damaged' and 'torn'. */
int wal_log_visit(struct wal_log *self, const struct wal_settings *settings,
                  const struct wal_visitor *visitor, struct wal_report *report);

#endif /* TSDB_WAL_LOG_H */
