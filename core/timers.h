/* timers.h - what is due when
 *
 * Time is monotonic, in nanoseconds, and given by the caller.  Belongs to a
 * stage, and to its thread.  Zeroed, there are none.
 */
#ifndef TIMERS_H
#define TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
    int number;       /* > 0; 0: free */
    int64_t due_ns;   /* when */
    int64_t every_ns; /* then each; 0: once */
    void (*due)(void *arg);
    void *arg;
};

struct timers {
    struct timer *items; /* [count] */
    size_t count;
    int last; /* number */
};

void timers_fini(struct timers *self);

/* Adds a copy of 'timer' under a number of its own, which it returns. */
int timers_add(struct timers *self, const struct timer *timer);
void timers_stop(struct timers *self, int number);

/* Returns when the next one is due; INT64_MAX for never. */
int64_t timers_next_ns(const struct timers *self);

/* Gives the next timer from '*at_p' on, 0 at first, that is due at 'now_ns',
 * and sets when it is due again: missed turns are left out, the beat is kept.
 * Returns false when there is none.  What is added in between may come, too. */
bool timers_take(struct timers *self, int64_t now_ns, size_t *at_p,
                 struct timer *ret_timer);

#endif /* TIMERS_H */
