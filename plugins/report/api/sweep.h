/* sweep.h - one select after another, for each match[], into one answer
 *
 * Who sweeps has a struct that begins with this one, and is told what comes;
 * client, bounds of memory, failures and notes are looked after here.
 */
#ifndef API_SWEEP_H
#define API_SWEEP_H

#include "../reply/parameter.h"
#include "answer.h"

struct sweep {
    struct answer *answer;
    struct weir_select what;
    struct selectors selectors; /* none: one select, of all series */
    size_t next;                /* selector to be asked */
    size_t bytes;               /* kept by the owner, beside the answer */

    /* weir_select() or weir_summary() */
    int (*ask)(void *self, const struct weir_select *what, weir_heard *heard,
               void *arg);
    /* Takes a part; the first one of a select is told so. */
    void (*take)(struct sweep *self, const struct weir_result *result,
                 bool first);
    void (*finish)(struct sweep *self); /* writes and sends the answer */
    void (*free)(struct sweep *self);   /* what the owner has, and itself */

    bool first;
};

/* Asks, and takes the sweep, which it frees in the end. */
void sweep_start(struct sweep *self);

#endif /* API_SWEEP_H */
