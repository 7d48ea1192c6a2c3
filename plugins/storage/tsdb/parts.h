/* parts.h - the parts that count, as a list that never changes
 *
 * A change makes a new list.  Who reads holds the list, and so its parts, for
 * as long as he reads, while the store goes on with the next one.  Any thread.
 */
#ifndef TSDB_PARTS_H
#define TSDB_PARTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include <roaring/roaring.h>

#include "part.h"

struct parts_item {
    atomic_uint holders; /* lists */
    uint64_t number;
    int32_t day; /* of its samples, see day.h */
    struct part *part;
    atomic_bool damaged;       /* a chunk of it could not be merged */
    atomic_bool told;          /* that a query could not read all of it */
    roaring_bitmap_t *numbers; /* of its series; the look of leave.h has it */
};

struct parts {
    atomic_uint holders;
    uint32_t count;
    struct parts_item *items[]; /* [count], by last LSN: what came later
                                 * stands behind, and counts */
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

/* Returns a list of those that 'keeps' says true of. */
typedef bool parts_keep(const void *arg, const struct parts_item *item);
struct parts *parts_only(const struct parts *self, parts_keep *keeps,
                         const void *arg);

/* Says whether the list has the part. */
bool parts_have(const struct parts *self, uint64_t number);

#endif /* TSDB_PARTS_H */
