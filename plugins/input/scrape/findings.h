/* findings.h - what a discoverer found: a list of label sets
 *
 * Each set is about one thing that could be scraped: "__address__" says where,
 * "__scheme__", "__metrics_path__" and "__param_NAME" how, "__meta_..." what is
 * known of it, and plain names are labels of its series.  One discoverer fills
 * the list, and hands it over; all on one thread.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "labelset.h"

enum {
    FINDINGS_MOST = 100000,        /* sets of a list */
    FINDINGS_BYTES_MOST = 1 << 26, /* of all names and values of a list */
    FINDING_NAME_MOST = 512,       /* bytes of a label's name */
    FINDING_VALUE_MOST = 1 << 16,  /* and of its value */
};

struct findings {
    struct labelset **items; /* [count] */
    size_t count, room;
    size_t bytes; /* of names and values */
};

/* Adds an empty set, which belongs to the list.  Returns 0, or -E2BIG when
 * there are as many as there may be. */
int findings_add(struct findings *self, struct labelset **ret_set);

/* Puts a label into a set of the list; the empty value is no label.  Returns 0,
 * -ENAMETOOLONG when its name or value is too long, or -E2BIG when the list
 * holds too many bytes; then the set is as it was. */
int findings_label(struct findings *self, struct labelset *set,
                   const char *name, const char *value);

/* The same under 'prefix' and a 'name' that others chose: what cannot be in the
 * name of a label becomes '_'. */
int findings_meta(struct findings *self, struct labelset *set,
                  const char *prefix, const char *name, const char *value);

/* Adds a copy of the set 'from', which may be of another list.  Returns what
 * findings_add() and findings_label() return. */
int findings_copy(struct findings *self, const struct labelset *from,
                  struct labelset **ret_set);

/* Says whether both have the same sets in the same order. */
bool findings_equal(const struct findings *a, const struct findings *b);

/* Frees what it holds; it is empty then. */
void findings_fini(struct findings *self);

#endif /* FINDINGS_H */
