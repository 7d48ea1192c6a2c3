/* linknews.h - whether a network interface may have changed since last asked
 *
 * The kernel tells by rtnetlink when an interface comes, goes or changes, so
 * that its twenty files need not be read each cycle to see that they are the
 * same.  Where it cannot be asked, or /sys is a recorded one, something may
 * always have changed; and every now and then anyway, since not all is told:
 * a speed that is set by hand, or what is in another network name space than
 * /sys is of.
 */
#ifndef LINKNEWS_H
#define LINKNEWS_H

#include <stdbool.h>
#include <stdint.h>

struct host;

/* Zero is one that was never asked. */
struct linknews {
    int descriptor_plus_1; /* 0: not open */
    bool tried;
    uint64_t due; /* the cycle in which something may have changed anyway */
};

/* Says whether something may have changed since the last call. */
bool linknews_any(struct linknews *self, const struct host *host);

void linknews_fini(struct linknews *self);

#endif /* LINKNEWS_H */
