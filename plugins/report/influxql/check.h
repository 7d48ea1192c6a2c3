/* check.h - whether a SELECT makes sense, as InfluxDB 1.6 sees it
 *
 * What InfluxDB has is allowed, though weir may not have it.
 */
#ifndef INFLUXQL_CHECK_H
#define INFLUXQL_CHECK_H

#include "tree.h"

/* Returns NULL, or why 'self' and what it selects from cannot be answered, in
 * InfluxDB's words and in 'arena'.  'self->wrong' says what is wrong with its
 * GROUP BY. */
const char *check_select(struct arena *arena, const struct select *self);

#endif /* INFLUXQL_CHECK_H */
