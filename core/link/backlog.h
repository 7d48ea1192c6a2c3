/* backlog.h - a lane's second stream: what is in its spool
 *
 * Batches for which there is no room in memory are written to the spool as a
 * stream of this run.  They are read again a few at a time, in their order,
 * and sent in slot 1, beside what is fresh; first the streams that earlier runs
 * left.  What the store refuses for ever is kept aside (dead.h).
 *
 * While another process has the folder nothing can be written; it is tried
 * again.
 *
 * What is sent as fresh may be kept on disk, too (backlog_log()), in the folder
 * "fresh", which is a spool's of which nothing is read.  Another run finds
 * there what this one had not brought to the store when it was killed, as the
 * stream that it was, and sends it like the rest.
 *
 * Once a second it looks for what "weir spool" wants: segments in the
 * folder "replay", and the files BACKLOG_REPLAY_DEAD and BACKLOG_DROP_DEAD,
 * which go when it is done.
 *
 * One thread owns it: the depot's (depot.h).
 */
#ifndef LINK_BACKLOG_H
#define LINK_BACKLOG_H

#include "link/dead.h"
#include "link/sender.h"
#include "link/spool.h"

struct backlog;

enum { BACKLOG_SLOT = 1 };

#define BACKLOG_REPLAY_DEAD "replay-dead"
#define BACKLOG_DROP_DEAD   "drop-dead"

struct backlog_settings {
    struct spool *spool; /* taken over; maybe without its folder */
    struct dead *dead;   /* taken over; or NULL */
    struct files *files;
    uint64_t fresh_bytes; /* of what is kept of slot 0; 0: nothing is */
    const char *folder;   /* the spool's; lent for as long as the backlog */
    const char *link;     /* for logs; lent as well */
    const char *sender;   /* this host; lent for as long as the backlog */
    bool packs;           /* as in struct sender_settings */
    /* As in struct sender_calls; 'arg' is for both. */
    int (*send)(void *arg, struct frame *frame);
    void (*settled)(void *arg, uint64_t cost, int rc);
    void *arg;
};

struct backlog_figures {
    struct spool_figures spool;
    struct sender_figures sent;
    struct dead_figures dead;
    uint64_t unusable; /* batches whose layouts are damaged */
};

struct backlog *backlog_new(const struct backlog_settings *settings);

/* Brings to the disk what is not there; the rest stays in the spool. */
void backlog_destroy(struct backlog **self_p);

/* For the batches offered after it; the frame stays the caller's. */
void backlog_layout(struct backlog *self, struct frame *layout);
void backlog_forget(struct backlog *self, uint32_t number);

/* Writes a batch to the spool; the frame stays the caller's.  'told' (or NULL)
 * hears 0 when it is on disk, or -EAGAIN when there is no room for it, or the
 * disk failed. */
void backlog_offer(struct backlog *self, const struct frame *batch,
                   sender_told *told, void *told_arg);

/* The same for a batch that has a number already, at the end.  Returns 0, or
 * -errno as spool_append().  Where there is a fresh folder nothing is kept
 * behind one that was not: the next run would send that before what the folder
 * has, and then pass over the batch between, which may be safe there. */
int backlog_keep(struct backlog *self, const uint8_t stream[16],
                 const struct sender_batch *batch);

/* Brings what was kept to the disk.  Returns 0, or the -errno of the first time
 * since it was kept that bringing the spool there failed; then, where there is
 * a fresh folder, all that was kept is taken back, for the same reason. */
int backlog_end_keep(struct backlog *self);

/* What is kept takes the place of nothing that the spool has. */
void backlog_spare_oldest(struct backlog *self);

/* Brings a batch to the disk that is sent in slot 0, as the same batch of the
 * same stream, in case that this process ends before the store has it; told as
 * above.  The frame stays the caller's.  And: the store has all of them up to
 * 'sequence'. */
void backlog_log(struct backlog *self, const uint8_t stream[16],
                 const struct sender_batch *batch);
void backlog_logged(struct backlog *self, uint64_t sequence);

/* Says whether the folder has the batch 'sequence' and all that were brought
 * there behind it; on disk when the last backlog_sync() succeeded. */
bool backlog_has_fresh(const struct backlog *self, uint64_t sequence);

/* What the store has not was written elsewhere: nothing of it is kept here,
 * unless bringing that to the disk ever failed. */
void backlog_drop_fresh(struct backlog *self);

/* Keeps what the store refused for ever in slot 0. */
void backlog_bury(struct backlog *self, struct letter **letter_p);

/* Brings to the disk what was offered, and tells so.  Returns 0, or -errno when
 * some of it may not be there. */
int backlog_sync(struct backlog *self);

/* A frame of slot 1 was heard. */
void backlog_heard(struct backlog *self, const struct frame_view *view,
                   int64_t now_ns);

/* Time passed, or something was offered: each 100 ms at least while
 * backlog_waits(). */
void backlog_tick(struct backlog *self, int64_t now_ns);
void backlog_pump(struct backlog *self, int64_t now_ns);

/* Says whether there is something to be sent or to be brought to the disk. */
bool backlog_waits(const struct backlog *self);

/* Says whether it has its folder. */
bool backlog_has_folder(const struct backlog *self);
bool backlog_has_room(const struct backlog *self);

void backlog_figures(const struct backlog *self,
                     struct backlog_figures *ret_figures);

#endif /* LINK_BACKLOG_H */
