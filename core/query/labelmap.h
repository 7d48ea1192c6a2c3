/* query/labelmap.h - numbers for label sets
 *
 * Gives each different set a number, 0, 1, 2... in the order in which they
 * came.  One owner; not thread safe.
 */
#ifndef QUERY_LABELMAP_H
#define QUERY_LABELMAP_H

#include "query/labelset.h"

struct labelmap {
    const struct labelset **sets; /* [count] */
    size_t count;
    size_t room;     /* of 'sets'; 'slots' has twice as many */
    uint32_t *slots; /* a number + 1, or 0 */
};

/* Returns the number of 'set', which is lent; 'map' begins as {0}. */
size_t labelmap_add(struct labelmap *map, const struct labelset *set);

void labelmap_fini(struct labelmap *map);

#endif /* QUERY_LABELMAP_H */
