/* with.h - the condition of WITH KEY and WITH MEASUREMENT
 *
 * One name is compared with texts, or with a pattern, that need not match all
 * of it.
 */
#ifndef INFLUXQL_WITH_H
#define INFLUXQL_WITH_H

#include "where.h"

struct with {
    bool takes_all;
    bool is_not;                  /* what does not compare is taken */
    bool too_long;                /* a match took too many steps */
    struct weir_pattern *pattern; /* of the only comparison; or NULL */
    const char **texts;           /* [count], sorted */
    size_t count, room;
};

/* Returns 0, or -EINVAL with the reason in 'why'.  'node' is lent. */
int with_init(struct with *self, const struct node *node,
              char why[WHERE_WHY_SIZE]);

/* Says whether a text is taken. */
bool with_takes(struct with *self, const char *text);

void with_fini(struct with *self);

#endif /* INFLUXQL_WITH_H */
