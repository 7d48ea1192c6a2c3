/* where_inner.h - what the files of where.h share */
#ifndef INFLUXQL_WHERE_INNER_H
#define INFLUXQL_WHERE_INNER_H

#include "where.h"

/* Adds what a storage looks for. */
void where_add_matcher(struct where *self, struct weir_matcher matcher);

/* Reads the sources.  Returns 0, or -EINVAL with the reason in 'why'. */
int where_read_sources(struct where *self, char why[WHERE_WHY_SIZE]);

#endif /* INFLUXQL_WHERE_INNER_H */
