/* query/pile.h - what several stores answered, and its merger
 *
 * Gathers the parts of each store, copied and within a bound, and then gives
 * them as one answer: each series once, in the order of names and labels, its
 * samples by time; of equal times the first store wins.  Not thread safe.
 */
#ifndef QUERY_PILE_H
#define QUERY_PILE_H

#include <stdbool.h>

#include <weir/batch.h>

#include "allowance.h"

struct pile;

/* 'stores' is how many there are; 'memory_bytes' bounds what is kept of all,
 * which has a share of 'allowance' (or NULL). */
struct pile *pile_new(size_t stores, uint64_t memory_bytes,
                      struct allowance *allowance);
void pile_destroy(struct pile **self_p);

/* Adds a part of the answer of 'store', below the number of stores.  Its layout
 * has the series of the parts before, and those that are new.  Returns 0, or
 * -E2BIG above the bound, or -EAGAIN when others have the memory. */
int pile_add(struct pile *self, size_t store, const struct weir_loose *part);
int pile_add_texts(struct pile *self, size_t store, const char *const *texts,
                   size_t count);

/* Forgets what came from 'store'; half of an answer would be wrong. */
void pile_drop(struct pile *self, size_t store);

/* Hears a part of the merged answer, lent for the call; all have the same
 * layout.  Returns false to hear no more. */
typedef bool pile_heard(void *arg, const struct weir_loose *part, bool last);

/* Merges, and gives the answer in parts, of which the last one may be empty. */
void pile_merge(const struct pile *self, pile_heard *heard, void *arg);

/* Returns all texts, store by store, or, when 'sorted', in their order and each
 * once.  The array, '*ret_count' long, is the caller's; the texts belong to the
 * pile. */
const char **pile_texts(const struct pile *self, bool sorted,
                        size_t *ret_count);

#endif /* QUERY_PILE_H */
