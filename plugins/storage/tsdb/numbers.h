/* numbers.h - a set of series, by their numbers
 *
 * Most label pairs of a store have a few series, some have a million.  A set of
 * up to NUMBERS_FEW is a sorted array, a larger one a roaring bitmap.  Not
 * thread safe.
 */
#ifndef TSDB_NUMBERS_H
#define TSDB_NUMBERS_H

#include <roaring/roaring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NUMBERS_FEW = 32 };

/* Zeroed, it is empty. */
struct numbers {
    uint32_t count;
    union {
        uint32_t one;           /* count is 1 */
        uint32_t *few;          /* [count], ascending; has room for the next
                                 * power of two */
        roaring_bitmap_t *many; /* above NUMBERS_FEW */
    };
};

void numbers_fini(struct numbers *self);

/* Adds a number that is not in it. */
void numbers_add(struct numbers *self, uint32_t number);

/* Takes out a number that is in it. */
void numbers_remove(struct numbers *self, uint32_t number);

/* Change 'set': add what is here, keep only that, or take it out. */
void numbers_join(const struct numbers *self, roaring_bitmap_t *set);
void numbers_keep(const struct numbers *self, roaring_bitmap_t *set);
void numbers_take_out(const struct numbers *self, roaring_bitmap_t *set);

/* Says whether a number is in both. */
bool numbers_meet(const struct numbers *self, const roaring_bitmap_t *set);

/* Bytes that lie beside the struct. */
size_t numbers_size(const struct numbers *self);

#endif /* TSDB_NUMBERS_H */
