/* labelset.h - labels that change: what a target is made of
 *
 * Sorted by name, each once, none empty.  Texts are the set's own.
 */
#ifndef LABELSET_H
#define LABELSET_H

#include <stdbool.h>
#include <stddef.h>

#include <weir/batch.h>

/* {0} is an empty one. */
struct labelset {
    struct weir_label *labels; /* [count], then {0}; or NULL: none */
    size_t count, room;
};

/* Returns the value of 'name', or "" where there is none. */
const char *labelset_get(const struct labelset *self, const char *name);

/* Sets a label; both texts are copied, and may be the set's own.  An empty
 * value removes it.  Returns 0, or -ENOMEM with the set as it was. */
int labelset_set(struct labelset *self, const char *name, const char *value);

/* Sets all of 'labels', which end with {0}.  Returns 0 or -ENOMEM. */
int labelset_add(struct labelset *self, const struct weir_label *labels);

/* Returns the labels, ending with {0}; never NULL. */
const struct weir_label *labelset_all(const struct labelset *self);

/* Says whether both have the same labels. */
bool labelset_equal(const struct labelset *a, const struct labelset *b);

/* Frees all; the set is empty then. */
void labelset_fini(struct labelset *self);

#endif /* LABELSET_H */
