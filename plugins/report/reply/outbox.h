/* outbox.h - complete answers, sent as quickly as their clients take them
 *
 * What a client does not take yet waits in its owner's memory; one who takes
 * nothing for half a minute is given up.  All of it on the instance's thread.
 */
#ifndef REPLY_OUTBOX_H
#define REPLY_OUTBOX_H

#include <stdbool.h>

#include <weir/http.h>

#include "json.h"

/* An answer; the owner sets what stands above the line. */
struct parcel {
    struct weir_request *request;
    const struct json *text;
    const char *type;
    bool begun; /* parts were sent before: this is the rest */
    /* Called once, when all is sent or nobody takes it; may post others. */
    void (*done)(struct parcel *self);
    /* ---- */
    size_t sent;
    int64_t moved_ns; /* when the client last took something; monotonic */
    struct parcel *next;
};

/* Zeroed, it is empty. */
struct outbox {
    struct parcel *waiting; /* list */
    bool looks_again;       /* a timer runs for those that wait */
};

/* Sends an answer; 'instance' is the outbox's owner. */
void outbox_post(struct outbox *self, void *instance, struct parcel *parcel);

/* Cuts off all that wait. */
void outbox_cut(struct outbox *self);

#endif /* REPLY_OUTBOX_H */
