/* parts.h - the parts that count, as a list that never changes
 *
 * A change makes a new list.  Who reads holds the list, and so its parts, for
 * as long as he reads, while the store goes on with the next one.  Any thread.
 */
#ifndef TSDB_PARTS_H
#define TSDB_PARTS_H

#include <stdatomic.h>

#include "part.h"

struct parts_item {
    atomic_uint holders; /* lists */
    uint64_t number;
    struct part *part;
};

struct parts {
    atomic_uint holders;
    uint32_t count;
    struct parts_item *items[]; /* [count], oldest first */
};

/* Returns an empty list, held once. */
struct parts *parts_new(void);

/* Returns 'self', held once more. */
struct parts *parts_hold(struct parts *self);

/* Is held once less; sets '*self_p' to NULL.  NULL does nothing. */
void parts_leave(struct parts **self_p);

/* Returns a list with one more part, which it takes. */
struct parts *parts_with(const struct parts *self, uint64_t number,
                         struct part **part_p);

/* Returns a list without the parts whose samples are all before 'oldest_ns'. */
struct parts *parts_since(const struct parts *self, int64_t oldest_ns);

#endif /* TSDB_PARTS_H */
