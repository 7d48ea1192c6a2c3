/* nested.h - a SELECT in the place of a source
 *
 * Its answer is read as measurements are: each column with numbers is a field,
 * and what it groups by are tags, to which come those of the outer one; so do
 * the outer one's times.  Not thread safe.
 */
#ifndef INFLUXQL_NESTED_H
#define INFLUXQL_NESTED_H

#include "group.h"
#include "result.h"

struct nested {
    struct select what;
    struct result result;
    struct arena arena;
};

/* Makes the inner SELECT of what 'outer' selects from; all outlive it. */
struct nested *nested_new(const struct select *outer,
                          const struct where *where);

/* Adds the series of the answer, sorted. */
void nested_survey(struct nested *self, struct survey *survey);

/* Adds the points of the answer. */
void nested_feed(const struct nested *self, const struct survey *survey,
                 struct groups *groups);

void nested_destroy(struct nested **self_p);

#endif /* INFLUXQL_NESTED_H */
