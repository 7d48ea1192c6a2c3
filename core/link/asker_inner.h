/* link/asker_inner.h - what asker.c and asker_here.c share */
#ifndef LINK_ASKER_INNER_H
#define LINK_ASKER_INNER_H

#include "link/answer.h"
#include "link/counter.h"
#include "link/part.h"
#include "link/socket.h"

/* One select that runs. */
struct asked {
    struct asked *next;
    struct asker *asker;
    uint64_t id;
    answer_heard *heard;
    void *arg;
    struct part_reader *reader;
    struct errand *errand; /* over a counter; or NULL */
    uint64_t part;         /* the number that is due */
    uint64_t bytes;        /* heard so far */
    uint64_t limit;        /* credit that was given */
    uint32_t slice, slices;
    unsigned silent; /* turns without a sign */
    int timer;       /* of the deadline; 0 when it has come */
    bool hearing;    /* 'heard' runs */
    bool cancelled;  /* while it ran */
};

struct asker {
    struct stage *stage;
    char *endpoint;
    struct socket_place place; /* the endpoint, and keys */
    struct socket *socket;
    int bell;            /* of errands; an eventfd */
    int knock;           /* a timer: some select has ended at once; or 0 */
    struct asked *asked; /* list */
    size_t count;
    uint64_t last_id;
    int timer;             /* looks for silence while anything is asked; or 0 */
    int64_t turn_ns;       /* of that timer */
    unsigned silent_turns; /* that are borne */
    bool several;
    int probe_timer; /* while the store is away; else 0 */
};

/* Finds out by itself when a store that is away comes back, and hears of it. */
void asker_lose(struct asker *self);
void asker_find(struct asker *self);

/* Closes the socket, with what waits in it, and connects a new one.  Returns 0,
 * or -errno. */
int asker_reconnect(struct asker *self);

/* Takes a part; the select may be gone afterwards. */
void asked_take_part(struct asked *asked, const struct frame_view *view);

/* Ends a select with a failure that is heard. */
void asked_fail(struct asked *asked, int rc, const char *why);

/* Has the select in 'frame' run by a store of this process; returns as
 * counter_ask(), and -ENOENT also when it is the store's to say what is wrong.
 * What comes is heard by way of the asker's bell, or a timer's. */
int asker_ask_here(struct asker *self, const struct frame *frame,
                   struct asked *asked);

/* A stage_ready: the bell rang. */
void asker_bell_rang(void *arg, int fd, short events);

#endif /* LINK_ASKER_INNER_H */
