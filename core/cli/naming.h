/* cli/naming.h - what the series of an answer have in common, and what tells
 * them apart
 *
 * What all have in common is said once, above a table or a chart; each series
 * is then called by the labels in which it differs from others.
 */
#ifndef CLI_NAMING_H
#define CLI_NAMING_H

#include <stdbool.h>

#include "cli/outcome.h"
#include "cli/screen.h"

enum { NAMING_MOST = 8 };

struct naming {
    const struct outcome *outcome;  /* outlives this */
    unsigned flags;                 /* of plain_text() */
    struct outcome_series common;   /* its labels alone */
    size_t count;                   /* of labels that tell series apart, ... */
    const char *names[NAMING_MOST]; /* [count], ... these */
    bool many; /* there are more: series are called by all of them at once,
                * and 'count' is 0 */
};

/* Compares the series of an outcome. */
void naming_init(struct naming *self, const struct outcome *outcome,
                 const struct screen *screen);
void naming_fini(struct naming *self);

/* Returns the series as PromQL writes it, such as up{job="node"}, harmless for
 * a terminal; without what is common when 'differing'.  The caller frees it. */
char *naming_series(const struct naming *self,
                    const struct outcome_series *series, bool differing);

/* Returns what is common, as above; "" when that is nothing. */
char *naming_common(const struct naming *self);

/* Returns the head of a column for the label 'name', and the value of the
 * series there, "-" for none; harmless.  The caller frees them. */
char *naming_head(const struct naming *self, const char *name);
char *naming_cell(const struct naming *self,
                  const struct outcome_series *series, const char *name);

#endif /* CLI_NAMING_H */
