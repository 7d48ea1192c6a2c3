/* spool.h - batches on disk, for which there is no room in memory
 *
 * A folder with segments (spool_segment.h), numbered in their order, of which
 * the last one is written to; "lock", which one process holds; and "spare", a
 * segment that is to be used again.  Nothing else says what is in a spool: no
 * index, and no position, since the store knows what it has.
 *
 * A segment holds batches of one stream, and begins anew with the layouts that
 * they use.  Each run that spools writes a stream of its own, so that a number
 * never means two batches or layouts, whatever a crash took away; its segments
 * carry it, and the next run sends them on as that stream.
 *
 * What is read in order is sent, and freed when it is said to be done.  The
 * bytes on disk never exceed the bound.  One thread owns a spool.
 */
#ifndef LINK_SPOOL_H
#define LINK_SPOOL_H

#include "file.h"
#include "link/frame.h"
#include "link/spool_segment.h"

struct spool;

struct spool_settings {
    struct files *files;
    const char *folder; /* is made, with what leads to it; copied */
    const char *link;   /* for logs; copied */
    uint64_t size_bytes;
    int64_t age_ns; /* 0: none is too old */
    bool drop_oldest;
    bool trims; /* segments are cut to what they hold when they end: for what is
                 * seldom written and long kept */
    bool packs; /* batches, where that makes them shorter */
};

struct spool_figures {
    uint64_t bytes;   /* records that are not known to be done */
    uint64_t disk;    /* bytes of all files */
    int64_t since_ns; /* wall clock, of the oldest segment; 0: there is none */
    uint64_t batches; /* written since the start */
    uint64_t dropped_bytes;   /* for want of room, or too old */
    uint64_t dropped_batches; /* refused for want of room */
    uint64_t damaged;         /* places where a record was lost, and batches
                               * that hung on one */
    uint64_t failures;        /* of the disk */
};

/* Returns a spool without its folder: nothing can be written or read, but
 * layouts are held. */
struct spool *spool_new(const struct spool_settings *settings);

/* Takes the folder.  Returns 0; -EBUSY when another process has it, whose id
 * then stands in '*reterr_holder'; or another -errno, when the folder cannot be
 * made or read.  It may be tried again. */
int spool_take(struct spool *self, long *reterr_holder);
bool spool_is_taken(const struct spool *self);

/* Both. */
int spool_open(const struct spool_settings *settings, struct spool **ret_spool,
               long *reterr_holder);

/* Closes it; what is not done stays. */
void spool_destroy(struct spool **self_p);

/* Greater than that of any process that had this folder before. */
uint64_t spool_incarnation(const struct spool *self);

/* Holds the FRAME_LAYOUT frame, stowed or not, for batches that use it. */
void spool_layout(struct spool *self, struct frame *layout);
void spool_forget(struct spool *self, uint32_t number);

/* How many series of the layout it holds. */
uint32_t spool_layout_end(const struct spool *self, uint32_t number);

/* Writes the batch 'sequence' of 'stream', which ascend within a run; 'why' (or
 * NULL) stands with it.  Returns 0, -ENOSPC when there is no room and nothing
 * may be dropped, -EBADMSG when it uses a layout that is not held, or another
 * -errno when the disk fails. */
int spool_append(struct spool *self, const uint8_t stream[16],
                 uint64_t sequence, const struct frame *batch, const char *why);

/* Says whether spool_append() would find room just now, as far as is known. */
bool spool_has_room(const struct spool *self);

/* Brings what was written to the disk.  Returns 0, or -errno: then it may be
 * lost with the power, and another segment is begun. */
int spool_sync(struct spool *self);

/* Ends the segment that is written to: what comes next begins another. */
void spool_finish(struct spool *self);

/* From now on nothing makes way for what is new. */
void spool_spare_oldest(struct spool *self);

/* Ends that segment, too, and returns a mark: what is written from now on can
 * be taken back with it, as if it had never been. */
uint64_t spool_mark(struct spool *self);
void spool_undo(struct spool *self, uint64_t mark);

/* What is next to be sent. */
struct spool_item {
    const struct spool_head *head; /* of its segment */
    uint64_t segment;              /* its number */
    struct spool_record record;
};

/* Returns 1 with the next item, the same one until spool_pass(); or 0 when
 * there is none now. */
int spool_peek(struct spool *self, struct spool_item *ret_item);

/* Goes on to the one after it.  A batch 'is_due' when it is freed only once it
 * is said to be done. */
void spool_pass(struct spool *self, bool is_due);

/* All batches that were passed up to 'sequence', of the stream that is being
 * read, are durable; those of streams before it as well. */
void spool_done(struct spool *self, uint64_t sequence);

/* Frees segments of which nothing is read: those that this spool has written
 * and ended, and whose batches are not above 'sequence'. */
void spool_release(struct spool *self, uint64_t sequence);

/* Says whether there is no segment. */
bool spool_is_empty(const struct spool *self);

/* Drops what is too old by the wall clock 'now_ns'. */
void spool_expire(struct spool *self, int64_t now_ns);

void spool_figures(const struct spool *self, struct spool_figures *ret_figures);

#endif /* LINK_SPOOL_H */
