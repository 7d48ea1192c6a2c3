/* discovery.h - what finds targets, besides files
 *
 * Each kind of discoverer has blocks of its own in the configuration; each
 * block becomes one that offers what it finds to the input's targets.
 */
#ifndef DISCOVERY_H
#define DISCOVERY_H

#include <stddef.h>

struct scraper;

/* A kind of them; its blocks were judged good. */
struct discoverer {
    const char *name;   /* of its blocks */
    size_t option_size; /* of a block's struct */

    /* Begins with the block 'number'; nothing waits here.  Returns 0 or a
     * negative errno; what is in '*ret_self' is closed then, too. */
    int (*open)(struct scraper *owner, const void *option, size_t number,
                void **ret_self);
    void (*close)(void *self);
};

struct discovery;

/* Returns how many blocks there are. */
size_t discovery_count(const struct scraper *owner);

/* Opens all.  Returns 0 or a negative errno, with the reason kept. */
int discovery_open(struct scraper *owner, struct discovery **ret_discovery);

void discovery_close(struct discovery **self_p);

#endif /* DISCOVERY_H */
