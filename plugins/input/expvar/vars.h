/* vars.h - what /debug/vars says, as a tree
 *
 * Go's package expvar writes JSON but for three things, which a reader of JSON
 * refuses: a Float that is NaN or infinite stands there bare, as NaN, +Inf or
 * -Inf; names are quoted as Go quotes them, such as "\x7f" or "\a"; and numbers
 * above 2^63 occur.  All of it is read here, in one pass and without a copy of
 * the text.  Every number becomes the double next to it.
 */
#ifndef VARS_H
#define VARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    VARS_DEPTH_MOST = 64,      /* maps and lists within one another */
    VARS_COUNT_MOST = 1 << 18, /* values */
};

enum vars_kind {
    VARS_NULL,
    VARS_NUMBER, /* also true and false: 1 and 0 */
    VARS_TEXT,
    VARS_LIST,
    VARS_MAP,
};

/* One value.  What a list or map has follows it, each item with what it has in
 * turn; 'end' is the place of the first value that is no part of this one. */
struct vars_node {
    const char *name; /* in a map; else "" */
    double number;
    uint32_t end;
    enum vars_kind kind;
};

struct vars {
    struct vars_node *nodes; /* [count], the first is the whole */
    uint32_t count;
    char *texts; /* the names */
};

/* Reads 'text', 'size' bytes, which must be a map.  Returns 0 and a tree that
 * the caller frees, or a negative errno with the reason in '*reterr_why', a
 * constant, and the place in '*reterr_at', in bytes:
 *   -EBADMSG   it is no such text
 *   -EMSGSIZE  it has more values, or is nested deeper, than may be */
int vars_read(const char *text, size_t size, struct vars **ret_vars,
              const char **reterr_why, size_t *reterr_at);

void vars_destroy(struct vars **self_p);

/* Returns the item 'name' of the map at 'map', the last of several; or NULL. */
const struct vars_node *vars_find(const struct vars *self,
                                  const struct vars_node *map,
                                  const char *name);

/* Go over the items of a list or map:
 *
 *     for (item = vars_first(map); item != vars_end(self, map);
 *          item = vars_end(self, item)) */
static inline const struct vars_node *
vars_first(const struct vars_node *outer)
{
    return outer + 1;
}

static inline const struct vars_node *
vars_end(const struct vars *self, const struct vars_node *node)
{
    return self->nodes + node->end;
}

#endif /* VARS_H */
