/* targets.h - the targets of an input, which come and go
 *
 * Discoverers offer what they found, each under a name of its own.  From all
 * offers the set is made: what is new is opened, what is gone is closed, with
 * stale markers for its series, and what is still there goes on as if nothing
 * had happened.  Targets with the same labels and the same URL are one.
 *
 * Belongs to the thread of the instance.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <stddef.h>
#include <stdint.h>

#include "findings.h"
#include "turns.h"

enum {
    TARGETS_MOST = 10000, /* of one input */
    TARGETS_WHY_SIZE = 256,
};

struct scraper;
struct target;
struct offer;

struct targets {
    struct scraper *owner;
    struct offer *offers;
    struct target **list; /* [count], sorted by labels, then by URL */
    size_t count;
    struct turns turns; /* whose turn is next */
    int timer;          /* descriptor: then */

    bool pending;                /* offers changed: the set is made soon */
    int64_t pause_ns;            /* how soon */
    size_t unfit, above;         /* found, but not scraped: a fault, a limit */
    char told[TARGETS_WHY_SIZE]; /* the last complaint in the log */
};

/* Takes what is in 'found' in place of what 'name' had offered before.  The set
 * is made soon, or by targets_settle().  Returns 0 or -ENOMEM. */
int targets_offer(struct targets *self, const char *name,
                  struct findings *found);

/* Makes the set now.  Returns 0 or -ENOMEM; a fault of a single target is only
 * told in the log. */
int targets_settle(struct targets *self);

/* Frees all, without stale markers for a source that had none. */
void targets_close(struct targets *self);

/* Judges what the option 'targets' says, and adds it to 'into'.  Returns 0, or
 * -EINVAL and the like, with the reason kept. */
int targets_read_option(struct scraper *owner, struct findings *into);

#endif /* TARGETS_H */
