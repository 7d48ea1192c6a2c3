/* lane_inner.h - for lane*.c alone */
#ifndef LINK_LANE_INNER_H
#define LINK_LANE_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "link/depot.h"
#include "link/forgets.h"
#include "link/lane.h"
#include "link/offers.h"
#include "link/sender.h"
#include "link/socket.h"

struct lane {
    char *name;
    char *endpoint;
    struct socket_place place; /* the endpoint, and keys */
    uint64_t window_bytes;
    struct stage *stage;
    struct socket *socket;
    struct sender *sender;
    char *sender_name;
    uint8_t stream[16]; /* of what is fresh */
    int64_t ticked_ns;
    int timer;
    bool streaming;
    bool packs; /* batches */
    bool gone;  /* the stage has */
    bool hangs; /* the depot does, at the end */

    struct offers offers;

    bool sync_always;     /* when it has its spool's folder: */
    atomic_bool spools;   /* any thread may ask */
    atomic_bool has_room; /* in the spool, as far as is known */
    struct depot *depot;  /* or NULL */
    char *folder;         /* of its spool */
    uint64_t log_settled; /* the depot knows that the store has */
    int64_t patience_ns;  /* as in struct lane_spool */
    uint64_t taken;       /* the store has of what is fresh, at the last look */
    int64_t taken_ns;     /* when that was less, or nothing was waiting */
    struct forgets forgets; /* of the depot; batches are those of the window */
    pthread_mutex_t lock;   /* of 'spooled' */
    struct backlog_figures spooled;

    /* Written by the threads of the lane and its depot, but for the first two.
     */
    _Atomic uint64_t waiting;  /* cost */
    _Atomic uint64_t spooling; /* cost, on its way to the spool */
    _Atomic uint64_t lost;     /* batches that were left when it stopped */
    _Atomic uint64_t sent, durable, rejected, again, bytes;
    _Atomic uint64_t in_flight, credit;
    _Atomic int64_t round_trip_ns;
    atomic_bool connected, met; /* now; at some time */
    atomic_bool several;        /* see lane_be_of_several() */

    _Atomic uint64_t missed;
    _Atomic uint64_t unburied; /* dead letters that the depot did not take */
    int64_t opened_ns;
    struct lane_heir heir; /* set before the stage stops, or {0} */
};

/* Says whether batches are to be packed. */
bool lane_packs(const struct lane_settings *settings);

/* On the lane's thread: takes what was offered. */
void lane_offered(void *arg);

/* Starts the depot, when there is to be a spool.  Returns 0, or -errno. */
int lane_open_depot(struct lane *self, const struct lane_settings *settings);

/* On the lane's thread: sends what the depot has for slot 1. */
void lane_send_spooled(void *arg);

/* Gives the depot the layouts of a batch that it has not yet; and has it forget
 * one, also when that is given later, once no batch in the window needs it. */
void lane_give_layouts(struct lane *self, const struct frame *batch);
void lane_forget_given(struct lane *self, uint32_t number);

/* Sends a batch that the depot has on disk as well, until the store has it; its
 * fate is told by whichever is first.  And: frees there what the store has. */
void lane_offer_logged(struct lane *self, struct offer *offer);
void lane_log_settled(struct lane *self);

/* Says whether there may be more on its way to the disk. */
bool lane_may_spool(const struct lane *self);

/* Has what waits for its fate written to the spool, when the store takes
 * nothing. */
void lane_secure_window(struct lane *self, int64_t now_ns);

/* Gives what the store has not to the depot, and stops that. */
void lane_keep_rest(struct lane *self);

/* Gives the heir what the store has not; and what the depot, which has stopped,
 * could not keep.  Without an heir that is lost. */
void lane_give_rest(struct lane *self);
void lane_give_unkept(struct lane *self);

/* Ends what was taken of the sender, as one that is safe, or is lost when 'rc'
 * is negative. */
void lane_end_batch(struct lane *self, struct sender_batch *batch, int rc);

/* Returns false when the depot hangs. */
bool lane_stop_depot(struct lane *self);

#endif /* LINK_LANE_INNER_H */
