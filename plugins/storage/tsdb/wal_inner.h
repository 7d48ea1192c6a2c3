/* wal_inner.h - what the files wal.c, wal_disk.c, wal_mend.c and wal_thread.c
 * share
 *
 * All of a log but its draft and its chain is under its lock.  Only the log's
 * thread lets go of it while it touches files; what the writer's thread does to
 * the file that is synced at the same time is told by 'generation'.
 */
#ifndef TSDB_WAL_INNER_H
#define TSDB_WAL_INNER_H

#include <pthread.h>

#include "wal_entry.h"
#include "wal_log.h"
#include "wal_segment.h"

enum { WAL_SPARES = 2, WAL_DOOMED = 8 };

/* A file with records, the last one being written. */
struct wal_segment {
    uint64_t number, first_lsn;
    bool continues; /* rows may hang on those in the segment before */
    bool abandoned; /* its file failed: not to be used again */
};

/* An allocated file, ready to be begun. */
struct wal_spare {
    uint64_t number;
    int fd;
};

/* Where records go: the first 'split' bytes of them to 'at' of the segment
 * before, the rest to the beginning of the last; or all to 'at' of the last
 * when 'split' is 0. */
struct wal_span {
    uint64_t at;
    size_t split;
};

struct wal {
    struct wal_settings settings;
    char *folder, *quarantine;

    /* Of the writer's thread. */
    struct wire_out draft; /* the record that is being made */
    struct chain chain;

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;     /* for the log's thread */
    pthread_cond_t progress; /* for who waits for it */
    bool has_thread, stopping;
    bool telling; /* callbacks run */
    bool making;  /* the log's thread is at a spare */

    uint64_t next_lsn, durable_lsn, release_lsn;

    /* Records that are not durable yet: those that are being written and
     * synced, and those that wait; and the last ticket and LSN of each. */
    struct wire_out flying, waiting;
    struct wal_span waiting_span;
    uint64_t flying_ticket, waiting_ticket, flying_lsn;

    int fd;     /* of the last segment; -1: none is begun */
    int old_fd; /* of the one before, not synced yet; or -1 */
    uint32_t salt;
    struct segment_head head; /* of the last segment */
    bool head_due;            /* it is not written yet: it comes with records */
    uint64_t offset;          /* where the next record goes */
    uint64_t generation;      /* counts abandoned files */
    int doomed[WAL_DOOMED];   /* descriptors to be closed by the log's thread */
    size_t doomed_count;

    struct wal_segment *segments; /* [segment_count], ascending */
    size_t segment_count, segment_room;
    struct wal_spare spares[WAL_SPARES]; /* numbers ascend */
    size_t spare_count;
    uint64_t highest; /* number given to a file */

    unsigned failures; /* since something was durable last */
    bool read_only;
    bool full;            /* the disk is, until 'probe_at_ns' */
    bool stuck;           /* and so what waits cannot be written */
    bool wanted;          /* somebody was told to come again */
    uint64_t probe_at_ns; /* monotonic */
    struct wal_figures figures;
};

/* wal_disk.c; all under the lock. */

/* Notes a failure: the second one makes the log read-only. */
void wal_fail(struct wal *self, const char *what, int rc);

/* Notes that the disk is full. */
void wal_full(struct wal *self);

/* Adds a segment, whose number is the highest. */
void wal_add_segment(struct wal *self, const struct wal_segment *segment);

/* Makes a spare; 'reuse' is the number of a file to take for it, 0: none.
 * Touches nothing of the log but its settings and folder.  Returns its
 * descriptor or -errno. */
int wal_make_spare(struct wal *self, uint64_t number, uint64_t reuse);

/* Takes over a spare that was made, with its descriptor. */
void wal_add_spare(struct wal *self, uint64_t number, int fd);

/* Writes the head of a segment.  Returns 0 or -errno.  Touches nothing of the
 * log but its settings. */
int wal_put_head(const struct wal *self, int fd, struct segment_head *head);

/* Writes the head of the last segment if it is due.  Returns 0 or -errno. */
int wal_write_head(struct wal *self);

/* Begins a spare as the last segment.  Its head is written with the first of
 * its records.  Returns 0, -EAGAIN, -ENOSPC, -EROFS. */
int wal_rotate(struct wal *self, bool continues);

/* Puts what was being synced before what waits again; 'span' is where that was
 * to go, 'fd' was the last segment then. */
void wal_land(struct wal *self, struct wal_span span, int fd);

/* Abandons the files in use, after wal_fail(), and writes what is not durable
 * into a fresh one.  When that fails too, the log is read-only. */
void wal_recover(struct wal *self);

/* wal_thread.c */

uint64_t wal_now_ns(void);

/* The log's thread; 'arg' is the log. */
void *wal_thread(void *arg);

/* wal_mend.c */

/* Cuts off what is torn, sets damage aside, and takes over the segments and
 * spares of 'log', which was visited.  Returns 0 or -errno. */
int wal_mend(struct wal *self, const struct wal_log *log);

#endif /* TSDB_WAL_INNER_H */
