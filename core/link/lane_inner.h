/* lane_inner.h - for lane*.c alone */
#ifndef LINK_LANE_INNER_H
#define LINK_LANE_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "link/backlog.h"
#include "link/lane.h"
#include "link/offers.h"
#include "link/sender.h"
#include "link/socket.h"

/* A layout that nobody needs once the batch 'after' is settled. */
struct lane_forget {
    uint32_t number;
    uint64_t after;
};

struct lane {
    char *name;
    char *endpoint;
    struct socket_place place; /* the endpoint, and keys */
    uint64_t window_bytes;
    struct stage *stage;
    struct socket *socket;
    struct sender *sender;
    bool streaming;
    int timer;
    int64_t ticked_ns;

    struct offers offers;

    struct backlog *backlog; /* or NULL */
    bool spools;             /* there is one; any thread may ask */
    bool sync_always;
    int64_t patience_ns;  /* as in struct lane_spool */
    uint64_t taken;       /* the store has of what is fresh, at the last look */
    int64_t taken_ns;     /* when that was less, or nothing was waiting */
    uint8_t stream[16];   /* of what is fresh */
    atomic_bool has_room; /* in the spool, as far as is known */
    _Atomic uint64_t lost;       /* batches that were left when it stopped */
    bool gone;                   /* the stage has */
    struct lane_forget *forgets; /* [forget_count], in the order of 'after' */
    size_t forget_count, forget_room;
    char *sender_name;
    pthread_mutex_t lock; /* of 'spooled' */
    struct backlog_figures spooled;

    /* Written by the lane's thread but for the first two. */
    _Atomic uint64_t waiting;  /* cost */
    _Atomic uint64_t spooling; /* cost, on its way to the spool */
    _Atomic uint64_t sent, durable, rejected, again, bytes;
    atomic_bool connected;
};

/* On the lane's thread: takes what was offered. */
void lane_offered(void *arg);

/* Opens the spool.  Returns NULL when that cannot be had, and says so. */
struct backlog *lane_open_backlog(struct lane *self,
                                  const struct lane_settings *settings,
                                  const struct backlog_settings *calls);

/* Writes what waits for its fate to the spool, when the store takes nothing. */
void lane_secure_window(struct lane *self, int64_t now_ns);

/* Writes what the store has not to the spool. */
void lane_keep_rest(struct lane *self);

/* Makes the backlog's figures those of lane_figures(). */
void lane_show_backlog(struct lane *self);

#endif /* LINK_LANE_INNER_H */
