/* failure.h - why storages did not answer, in words */
#ifndef INFLUXQL_FAILURE_H
#define INFLUXQL_FAILURE_H

#include <weir/query.h>

#include "result.h"

/* Keep what weir_select() returned, or the last part of an answer said. */
void failure_keep(struct result *into, int rc);
void failure_keep_result(struct result *into, const struct weir_result *result);

#endif /* INFLUXQL_FAILURE_H */
