/* depot_inner.h - for depot*.c alone */
#ifndef LINK_DEPOT_INNER_H
#define LINK_DEPOT_INNER_H

#include <pthread.h>

#include "link/depot.h"

/* Something that was handed over. */
struct task {
    struct task *next;
    enum {
        TASK_LAYOUT,
        TASK_FORGET,
        TASK_OFFER,
        TASK_KEEP,
        TASK_SPARE,
        TASK_LOG,
        TASK_BURY,
        TASK_HEARD
    } kind;
    struct frame *frame; /* or NULL */
    uint32_t number;     /* of the layout to be forgotten */
    uint64_t cost;       /* that counts for 'given' */
    struct letter *letter;
    uint8_t stream[16]; /* of the batch to be kept or logged */
    struct sender_batch batch;
};

/* A batch that was to be kept. */
struct depot_kept {
    struct sender_batch batch;
    int rc;
};

/* A frame to be sent. */
struct outgoing {
    struct outgoing *next;
    struct frame *frame;
};

struct depot {
    struct stage *stage;
    struct backlog *backlog;
    const struct depot_calls *calls;
    void *arg;
    char *link; /* for logs */
    bool sync_always;
    int timer;
    int64_t every_ns;        /* of the timer */
    struct depot_kept *kept; /* [kept_count], of which some were taken back */
    size_t kept_count, kept_room, kept_taken;
    uint64_t unkept; /* of them, as far as is known */

    pthread_mutex_t lock; /* of all below */
    struct task *first, **last_p;
    struct outgoing *out, **out_last_p;
    uint64_t out_bytes;
    uint64_t given;   /* cost of what was taken and not yet done */
    uint64_t settled; /* sequence up to which the store has what is fresh */
    uint64_t letters; /* that were handed over and are not yet buried */
    bool stalled;     /* the backlog found no room in 'out' */
};

/* On the depot's thread: does all that was handed over. */
void depot_run(void *arg);

#endif /* LINK_DEPOT_INNER_H */
