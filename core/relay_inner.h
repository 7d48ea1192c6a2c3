/* relay_inner.h - for relay*.c alone
 *
 * relay.c is the stage, relay_take.c takes in and sends on, relay_split.c makes
 * of what came what is sent on.
 */
#ifndef RELAY_INNER_H
#define RELAY_INNER_H

#include <stdatomic.h>

#include "arena.h"
#include "link/forgets.h"
#include "link/port.h"
#include "relay.h"
#include "relay_book.h"
#include "relay_split.h"

struct relay {
    char *name;
    struct arena texts;
    const char **listen; /* [listen_count] */
    size_t listen_count;
    struct keyring *keys;
    uint64_t window_bytes;
    struct stage *stage;
    const struct outlet *outlet;

    struct port *port; /* while it listens; else NULL */
    int64_t listen_ns; /* until it is tried again */
    struct relay_book book;
    uint64_t acknowledged;  /* of the port's batches, up to here */
    bool starved;           /* the port was told that there is no room */
    bool starved_told;      /* and the log, since that lasts */
    int64_t starved_ns;     /* since when */
    int timer;              /* 0: all that came is safe */
    int64_t again_ns;       /* from giving back to offering again */
    int64_t again_at_ns;    /* when that is */
    struct forgets forgets; /* batches are those of the book */
    struct relay_split split;

    atomic_bool open;
    atomic_bool leaving;
    _Atomic uint64_t waiting; /* bytes that are not safe */
    _Atomic uint64_t again;   /* times that a batch was given back */
    _Atomic uint64_t full;    /* times that the window was full */
};

/* What the port of a relay calls. */
extern const struct port_calls relay_calls;

/* The port is gone: so are all layouts. */
void relay_forget_all(struct relay *self);

#endif /* RELAY_INNER_H */
