/* emit.h - writes what was computed of a group as a series of the answer */
#ifndef INFLUXQL_EMIT_H
#define INFLUXQL_EMIT_H

#include "frame.h"
#include "result.h"

/* Adds the group's series to the result, unless it has no rows.  Returns 0, or
 * -E2BIG when the result is larger than 'most' bytes. */
int emit_group(const struct frame *frame, size_t most, struct result *into);

#endif /* INFLUXQL_EMIT_H */
