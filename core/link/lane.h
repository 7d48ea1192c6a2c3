/* link/lane.h - the way to one store: what is offered is kept until it is
 * durable there
 *
 * A lane is a stage with a DEALER and the protocol's sender (sender.h). Sources
 * of any thread offer frames; the lane numbers them, sends them under credit,
 * sends them again after a loss, and tells each one's fate once.
 *
 * The window bounds the bytes that are offered and not yet durable.  Layouts
 * stay with the lane until they are forgotten, and are sent to a store that
 * lacks them.
 *
 * With a spool, what does not fit the window is written there, and sent as a
 * second stream (backlog.h); and what the store has not when the lane closes.
 * What the store refuses for ever is kept beside it (dead.h).
 */
#ifndef LINK_LANE_H
#define LINK_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "link/frame.h"

struct keyring;
struct lane;

struct lane_spool {
    const char *folder;  /* is made; copied */
    uint64_t size_bytes; /* on disk, at most */
    int64_t age_ns;      /* of a segment, at most; 0: no matter */
    bool drop_oldest;    /* when it is full; else the newest */
    bool sync_always;    /* what is in the window is on disk as well, and all is
                          * told to be durable when it is there */
    int64_t patience_ns; /* with a store that takes nothing: then what is in
                          * the window and waits for its fate goes to the disk,
                          * too, and is told when it is there; 0: it waits */
};

/* Whether batches are packed (trail.h), where the store takes them so. */
enum lane_compress {
    LANE_COMPRESS_AUTO, /* when it is on another host */
    LANE_COMPRESS_NONE,
    LANE_COMPRESS_ROWS,
};

struct lane_settings {
    const char *name;     /* of the link or storage, for logs; copied */
    const char *endpoint; /* copied */
    const char *sender;   /* this host, for the store's log; copied */
    uint64_t window_bytes;
    struct keyring *keys;           /* as for socket_connect(); or NULL */
    const struct lane_spool *spool; /* or NULL */
    enum lane_compress compress;
};

struct lane_figures { /* all since the start; read on any thread */
    uint64_t batches_sent, batches_durable, batches_rejected, batches_again;
    uint64_t bytes_sent;
    uint64_t in_flight_bytes, credit_bytes; /* of what is fresh */
    int64_t round_trip_ns;                  /* see struct sender_figures */
    uint64_t waiting_bytes; /* offered, not durable, in memory */
    uint64_t spooled_batches, spool_bytes, spool_disk_bytes;
    uint64_t spool_dropped_bytes, spool_dropped_batches, spool_damaged;
    uint64_t dead_batches; /* refused for ever, and kept */
    uint64_t dead_bytes, dead_dropped_bytes;
    uint64_t dead_lost;      /* refused for ever, and not kept */
    int64_t spool_since_ns;  /* wall clock, of the oldest; 0: it is empty */
    uint64_t batches_missed; /* see lane_miss() */
    bool connected;
    bool spools;  /* there is a spool, and it has its folder */
    bool several; /* see lane_be_of_several() */
};

/* Says how an offered batch fared: weir_stored's codes; once, on the lane's
 * thread or that of its spool. */
typedef void lane_fate(void *arg, int rc, const char *why);

/* Starts the lane's stage.  A spool that cannot be had is logged, and tried
 * again every few seconds; so long there is none.  Returns 0, or -errno as
 * socket_connect(). */
int lane_open(const struct lane_settings *settings, struct lane **ret_lane);

/* Unlike all else with frames: from any thread.  Takes the FRAME_LAYOUT frame,
 * stowed or not; it goes before the batches offered after it. */
void lane_offer_layout(struct lane *self, struct frame **frame_p);

/* The layout 'number' is not used any more. */
void lane_forget_layout(struct lane *self, uint32_t number);

/* Takes the FRAME_BATCH frame, from any thread; 'fate' (or NULL) hears of it:
 * of one in the spool when that is on disk, or -EAGAIN when it is not; with
 * 'sync_always' of one in the window when it is on disk or stored.  Returns
 * 0, or -EAGAIN, with the frame still the caller's, when it does not fit the
 * window and there is no spool, or that is full or slow.  A batch always fits
 * an empty window. */
int lane_offer(struct lane *self, struct frame **frame_p, lane_fate *fate,
               void *arg);

/* The endpoint that it was opened with; valid as long as the lane. */
const char *lane_endpoint(const struct lane *self);

/* Says whether the store is not there, as far as is known: it has gone, or has
 * not come in the lane's first seconds. */
bool lane_is_away(const struct lane *self);

/* The link has other stores, too, or has not: the figures say which one. */
void lane_be_of_several(struct lane *self, bool several);

/* Counts a batch that the lane had no room for, and another store took. */
void lane_miss(struct lane *self);

void lane_figures(const struct lane *self, struct lane_figures *ret_figures);

/* The lane's stage, for the watchdog and figures. */
struct stage *lane_stage(struct lane *self);

/* Waits until all that was offered is durable or in the spool, or until the
 * monotonic 'deadline_ns'; then stops the stage, which writes the rest to the
 * spool, or else tells -ECANCELED.  Returns how many batches are lost.  What is
 * offered afterwards is, too. */
uint64_t lane_stop(struct lane *self, int64_t deadline_ns);

/* The same, and frees the lane. */
uint64_t lane_close(struct lane **self_p, int64_t deadline_ns);

/* Who takes what is left of a lane; called on the lane's thread. */
struct lane_heir {
    /* Lends a FRAME_LAYOUT frame: first each that the lane has. */
    void (*layout)(void *arg, struct frame *frame);
    /* As lane_offer(): then each batch that is not durable, in their order. */
    int (*batch)(void *arg, struct frame **frame_p, lane_fate *fate,
                 void *fate_arg);
    void *arg;
};

/* As lane_close(); but what is left goes to the heir, unless there is a spool
 * with room for it; that drops nothing it has for that. */
uint64_t lane_bequeath(struct lane **self_p, int64_t deadline_ns,
                       const struct lane_heir *heir);

#endif /* LINK_LANE_H */
