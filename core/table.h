/* table.h - a hash index: from a hash to the numbers filed under it
 *
 * The things themselves lie in an array of the owner's, who tells by looking
 * at them which of the numbers under one hash is meant:
 *
 *     uint32_t step = 0, number;
 *     while (table_next(&table, hash, &step, &number))
 *         if (is_it(&things[number]))
 *             return number;
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base.h"

struct table_slot {
    uint32_t tag;    /* the hash's upper half */
    uint32_t number; /* and 1; 0: free */
};

/* Zeroed, it is empty. */
struct table {
    struct table_slot *slots; /* [mask + 1], at most three of four used */
    uint32_t mask;
    uint32_t count;
};

static inline bool
table_next(const struct table *self, uint64_t hash, uint32_t *step_p,
           uint32_t *ret_number)
{
    if (!self->slots)
        return false;
    for (;;) {
        const struct table_slot *slot =
            &self->slots[((uint32_t)hash + (*step_p)++) & self->mask];
        if (!slot->number)
            return false;
        if (slot->tag == (uint32_t)(hash >> 32)) {
            *ret_number = slot->number - 1;
            return true;
        }
    }
}

/* Files 'number'; the table is not full. */
static inline void
table_put(struct table *self, uint64_t hash, uint32_t number)
{
    uint32_t at = (uint32_t)hash & self->mask;

    while (self->slots[at].number)
        at = (at + 1) & self->mask;
    self->slots[at] = (struct table_slot){(uint32_t)(hash >> 32), number + 1};
    self->count++;
}

/* Says whether the table must be made anew, with table_reset(), before another
 * number is put. */
static inline bool
table_full(const struct table *self)
{
    return !self->slots || self->count >= (self->mask / 4 + 1) * 3;
}

/* Empties the table and makes room for 'count' numbers, and for as many again
 * where 'count' is more than it had room for. */
static inline void
table_reset(struct table *self, uint32_t count)
{
    uint32_t size = 16;

    while (size / 4 * 3 < count)
        size *= 2;
    struct table_slot *slots = xcalloc(size, sizeof(*slots));
    free(self->slots);
    *self = (struct table){.slots = slots, .mask = size - 1};
}

static inline void
table_fini(struct table *self)
{
    free(self->slots);
    self->slots = NULL;
}

#endif /* TABLE_H */
