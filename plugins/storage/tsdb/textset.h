/* textset.h - texts, each of them once, sorted
 *
 * Zeroed, it is empty.
 */
#ifndef TSDB_TEXTSET_H
#define TSDB_TEXTSET_H

#include <stddef.h>

#include "arena.h"

struct textset {
    const char **texts; /* [count]; sorted and each once after textset_sort() */
    size_t count, room;
    size_t sorted; /* of them, at the beginning */
    struct arena arena;
};

/* Adds a copy. */
void textset_add(struct textset *self, const char *text);

void textset_sort(struct textset *self);

void textset_fini(struct textset *self);

#endif /* TSDB_TEXTSET_H */
