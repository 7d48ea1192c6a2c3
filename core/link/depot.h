/* depot.h - a lane's backlog on a thread of its own
 *
 * A disk may take its time, or hang: so the lane's thread hands over what is to
 * be written to the spool, and gets the frames that are to be sent in slot 1,
 * and never waits for either.  What is on its way to the disk is bounded by who
 * offers (lane_offer()), what is to be sent by a mebibyte.
 *
 * A depot is opened and freed by whoever does so with the lane; all else is for
 * the lane's thread.  Its calls come on the depot's own.
 */
#ifndef LINK_DEPOT_H
#define LINK_DEPOT_H

#include "link/backlog.h"

struct depot;

struct depot_calls {
    /* There are frames to be taken.  Any number of calls may be one. */
    void (*frames)(void *arg);
    /* A batch that was offered is written, or there was no room for it. */
    void (*written)(void *arg, uint64_t cost);
    /* One that was read of the spool is settled, as in struct sender_calls. */
    void (*settled)(void *arg, uint64_t cost, int rc);
    /* Something has changed that the lane shows. */
    void (*changed)(void *arg, const struct backlog *backlog);
};

struct depot_settings {
    const char *name; /* of its thread */
    /* All but what the depot fills in: 'send', 'settled', 'arg'. */
    struct backlog_settings backlog;
    bool sync_always;
    const struct depot_calls *calls;
    void *arg;
};

/* Starts the thread.  Returns 0, or -errno as stage_start(). */
int depot_open(const struct depot_settings *settings, struct depot **ret_depot);

/* Writes all that was handed over, ends what is sent, and stops the thread.
 * Returns false when that hangs at the monotonic 'deadline_ns': then it must
 * never be freed, nor what its calls use. */
bool depot_stop(struct depot *self, int64_t deadline_ns);

/* Frees one that has stopped. */
void depot_destroy(struct depot **self_p);

/* As those of the backlog.  Frames and letters are taken, but for a layout's.
 */
void depot_layout(struct depot *self, struct frame *layout);
void depot_forget(struct depot *self, uint32_t number);
void depot_offer(struct depot *self, struct frame **batch_p, sender_told *told,
                 void *told_arg);
void depot_heard(struct depot *self, const struct frame_view *view);

/* Before it is stopped: hands over a batch that has a number.  Whether it is on
 * disk is known when all are: see depot_take_kept(). */
void depot_keep(struct depot *self, const uint8_t stream[16],
                struct sender_batch *batch);
void depot_spare_oldest(struct depot *self);

/* Once it has stopped: gives back what was to be kept, in its order, with its
 * frame and its fate, which is the caller's to tell: '*ret_rc' is 0 when it is
 * on disk, or -errno.  Returns false when there is no more. */
bool depot_take_kept(struct depot *self, struct sender_batch *ret_batch,
                     int *ret_rc);

/* Those, too; but they return false when 16 mebibytes of them wait already
 * for a disk that is slow: then nothing becomes of the batch or letter, and
 * nobody is told. */
bool depot_log(struct depot *self, const uint8_t stream[16],
               struct sender_batch *batch);
bool depot_bury(struct depot *self, struct letter **letter_p);

/* As backlog_logged(), some time soon. */
void depot_logged(struct depot *self, uint64_t sequence);

/* The next frame to be sent, or NULL, which stays the depot's; and that it was
 * sent. */
struct frame *depot_frame(struct depot *self);
void depot_sent(struct depot *self);

#endif /* LINK_DEPOT_H */
