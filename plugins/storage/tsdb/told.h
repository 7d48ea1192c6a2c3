/* told.h - what series are, copied out of the head
 *
 * A series may leave while an answer is being given, and another one have its
 * number: what is told of it is a copy, and who has the number is seen by when
 * it was born.  Any thread.
 */
#ifndef TSDB_TOLD_H
#define TSDB_TOLD_H

#include "arena.h"
#include "head.h"

enum { TOLD_FEW = 64 };

/* A series as it was when it was looked at. */
struct told {
    struct weir_series series;
    uint32_t number, born;
};

/* Zeroed, it is empty. */
struct told_few {
    struct told items[TOLD_FEW];
    uint32_t count;
    struct arena texts; /* of the items; the owner clears it */
};

/* Copies those of 'count' <= TOLD_FEW series that were born until the index had
 * the generation.  Takes the head's lock. */
void told_look(struct told_few *self, struct head *head,
               const uint32_t *numbers, uint32_t count, uint32_t generation);

/* Returns the series as it is, or NULL when it has left; under the head's lock.
 */
const struct head_series *told_find(const struct head *head,
                                    const struct told *told);

#endif /* TSDB_TOLD_H */
