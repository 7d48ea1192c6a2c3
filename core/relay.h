/* relay.h - a link that listens: what comes in is sent on
 *
 * A stage with a port (link/port.h), at which links of other processes arrive.
 * Their layouts and batches go to an outlet, under numbers of this process, and
 * a batch is acknowledged when the outlet calls it safe: stored, or on disk in
 * the link's spool.  What the outlet has no room for, or gives back, is offered
 * again; when the window is full nothing more is let in, and whoever sends
 * keeps the rest.
 *
 * It keeps nothing itself, and remembers no stream: after a restart its senders
 * send again what was not acknowledged, and the stores keep each sample once.
 *
 * Main's; what is not said to be for any thread happens on the relay's stage.
 */
#ifndef RELAY_H
#define RELAY_H

#include "source.h"
#include "stage.h"

struct keyring;
struct relay;

struct relay_settings {
    const char *name;          /* of the link; copied */
    const char *const *listen; /* [listen_count], endpoints; copied */
    size_t listen_count;
    struct keyring *keys;  /* that those ask for which are tcp://; or NULL */
    uint64_t window_bytes; /* taken and not yet safe, at most; lent as credit */
};

struct relay *relay_new(const struct relay_settings *settings);

/* After the stage has gone, or was never started. */
void relay_destroy(struct relay **self_p);

/* Where the outlet tells fates; with the relay as 'self' of weir_stored. */
struct stage *relay_stage(struct relay *self);

/* Starts the stage.  An endpoint that cannot be had is told in the log, and
 * tried again, ever later.  'outlet' outlives the stage.  Returns 0, or -errno
 * as stage_start(). */
int relay_start(struct relay *self, const struct outlet *outlet);

/* Says whether it listens; any thread. */
bool relay_is_open(const struct relay *self);

/* Takes no more, but acknowledges what becomes safe; any thread. */
void relay_leave(struct relay *self);

/* Returns how many bytes were taken and are not safe; any thread. */
uint64_t relay_waiting(const struct relay *self);

#endif /* RELAY_H */
