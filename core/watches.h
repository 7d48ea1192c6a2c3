/* watches.h - the descriptors and sockets that a stage waits for
 *
 * Belongs to a stage, whose turn guards it but for while it is being polled.
 * Zeroed, there are none.
 */
#ifndef WATCHES_H
#define WATCHES_H

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch {
    void *socket; /* of ZeroMQ; or NULL and 'fd' */
    int fd;       /* -1 of a socket */
    short events; /* 0: ended, to be swept */
    bool fresh;   /* in place of one that ended: not polled yet */
    bool loaded;  /* of a socket: it has messages */
    void (*ready)(void *arg, int fd, short events);
    void *arg;
};

struct watches {
    struct watch *items; /* [count] */
    size_t count, room;
    bool changed;
    struct pollfd *polled; /* [polled_count + 1], the last is the bell */
    size_t polled_count;
    unsigned found;   /* pieces of work that were there at once, of late */
    int64_t since_ns; /* monotonic: since when */
    bool rests;       /* before it waits */
};

void watches_fini(struct watches *self);

/* Adds a watch, changes that of the same descriptor or socket, or ends it:
 * 'events' is 0 then. */
void watches_set(struct watches *self, const struct watch *wanted);

/* Rests, if watches_found() says so, then waits for any of them, at most
 * 'timeout_ms', -1 for ever, and for 'bell'; with 'turn' unlocked meanwhile.
 * Returns whether the bell rang, and in
 * '*ret_any' whether a watch is due. */
bool watches_wait(struct watches *self, int bell, int timeout_ms,
                  pthread_mutex_t *turn, bool *ret_any);

/* So many pieces of work were there at once; see stage_found(). */
void watches_found(struct watches *self, unsigned count);

/* Says whether the stage, which waits, has to look at them again: some were
 * set, or there are sockets, whose bells may have been silenced. */
bool watches_are_stale(const struct watches *self);

/* Gives the next watch from '*at_p' on, 0 at first, that was due, with what was
 * seen.  Returns false when there is none.  In between any may be set. */
bool watches_take(struct watches *self, size_t *at_p, struct watch *ret_watch,
                  short *ret_seen);

#endif /* WATCHES_H */
