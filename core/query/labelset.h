/* query/labelset.h - the labels of a series in a question
 *
 * The name is a label like any other here, "__name__"; a label that is not
 * there and one that is "" are the same.  A set never changes, lives in an
 * arena, and points to texts that live as long.  Pure: any thread may call.
 */
#ifndef QUERY_LABELSET_H
#define QUERY_LABELSET_H

#include <stdbool.h>

#include <weir/batch.h>

#include "arena.h"
#include "query/tree.h"

#define LABELSET_NAME "__name__"

struct labelset {
    uint64_t hash; /* the one that Prometheus computes, for limit_ratio() */
    size_t count;
    struct weir_label labels[]; /* [count], sorted by name; no value is "" */
};

/* Returns a set of 'count' sorted labels, which are copied; their texts are
 * not.  Those whose value is "" are left out. */
const struct labelset *labelset_new(struct arena *arena,
                                    const struct weir_label *labels,
                                    size_t count);

/* Returns the set of 'series', whose texts are lent. */
const struct labelset *labelset_of_series(struct arena *arena,
                                          const struct weir_series *series);

/* Returns the label's value, or "". */
const char *labelset_value(const struct labelset *self, const char *name);

bool labelset_same(const struct labelset *a, const struct labelset *b);

/* Orders by the first label that differs; negative, 0 or positive. */
int labelset_compare(const struct labelset *a, const struct labelset *b);

/* Return the set with only the 'names', without them, or without its name. */
const struct labelset *labelset_only(struct arena *arena,
                                     const struct labelset *self,
                                     const struct expression_labels *names);
const struct labelset *labelset_without(struct arena *arena,
                                        const struct labelset *self,
                                        const struct expression_labels *names);
const struct labelset *labelset_nameless(struct arena *arena,
                                         const struct labelset *self);

/* Returns the set with 'name' as 'value', or without it when that is "". */
const struct labelset *labelset_with(struct arena *arena,
                                     const struct labelset *self,
                                     const char *name, const char *value);

/* Returns {__name__="up", job="a"} as Prometheus' errors have it; the caller
 * frees it. */
char *labelset_text(const struct labelset *self);

#endif /* QUERY_LABELSET_H */
