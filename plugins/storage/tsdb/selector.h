/* selector.h - which series meet the conditions of a select
 *
 * Conditions are decided on the values that a label has, not on series.  Those
 * that name their values, by "=" or as alternatives of words, come first and
 * are looked up.  Once few series are left, what remains is decided on these.
 */
#ifndef TSDB_SELECTOR_H
#define TSDB_SELECTOR_H

#include <weir/storage.h>

#include "arena.h"
#include "postings.h"

struct selector {
    roaring_bitmap_t *series; /* all that meet what was decided */
    uint32_t generation; /* of the index; what was born later is not meant */
    const struct weir_matcher **rest; /* [rest_count], not decided yet */
    size_t rest_count;
    struct arena texts;
    char why[256]; /* of a failure */
};

/* Resolves 'count' matchers, which live as long as the selector.  Returns 0, or
 * -E2BIG with 'why' when a pattern exceeds its bound of steps on a value.  In
 * any case the caller ends it. */
int selector_init(struct selector *self, struct postings *index,
                  const struct weir_matcher *matchers, size_t count);
void selector_fini(struct selector *self);

/* Says whether a series of those also meets the rest: returns 1, 0, or -E2BIG
 * with 'why'. */
int selector_meets(struct selector *self, const struct weir_series *series);

#endif /* TSDB_SELECTOR_H */
