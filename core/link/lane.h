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
 */
#ifndef LINK_LANE_H
#define LINK_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "link/frame.h"

struct keyring;
struct lane;

struct lane_settings {
    const char *name;     /* of the link or storage, for logs; copied */
    const char *endpoint; /* copied */
    const char *sender;   /* this host, for the store's log; copied */
    uint64_t window_bytes;
    struct keyring *keys; /* as for socket_connect(); or NULL */
};

struct lane_figures { /* all since the start; read on any thread */
    uint64_t batches_sent, batches_durable, batches_rejected, batches_again;
    uint64_t bytes_sent;
    uint64_t waiting_bytes; /* offered, not durable */
    bool connected;
};

/* Says how an offered batch fared: weir_stored's codes; on the lane's thread.
 */
typedef void lane_fate(void *arg, int rc, const char *why);

/* Starts the lane's stage.  Returns 0, or -errno as socket_connect(). */
int lane_open(const struct lane_settings *settings, struct lane **ret_lane);

/* Unlike all else with frames: from any thread.  Takes the FRAME_LAYOUT frame;
 * it goes before the batches offered after it. */
void lane_offer_layout(struct lane *self, struct frame **frame_p);

/* The layout 'number' is not used any more. */
void lane_forget_layout(struct lane *self, uint32_t number);

/* Takes the FRAME_BATCH frame, from any thread; 'fate' (or NULL) hears of it.
 * Returns 0, or -EAGAIN, with the frame still the caller's, when it does not
 * fit the window.  A batch always fits an empty window. */
int lane_offer(struct lane *self, struct frame **frame_p, lane_fate *fate,
               void *arg);

void lane_figures(const struct lane *self, struct lane_figures *ret_figures);

/* The lane's stage, for the watchdog and figures. */
struct stage *lane_stage(struct lane *self);

/* Waits until all that was offered is durable, or until the monotonic
 * 'deadline_ns'; then stops the stage, tells -ECANCELED to the rest, and frees
 * the lane.  Returns how many batches were left. */
uint64_t lane_close(struct lane **self_p, int64_t deadline_ns);

#endif /* LINK_LANE_H */
