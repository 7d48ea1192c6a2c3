/* influxname.h - the words of InfluxDB's line protocol
 *
 * A '\\' before a ',', '=' or ' ' takes its meaning away.
 */
#ifndef INFLUXNAME_H
#define INFLUXNAME_H

#include <stdbool.h>

#include "arena.h"

/* Finds the first of 'stops' that no '\\' stands before; or 'end'. */
const char *influxname_stop(const char *at, const char *end, const char *stops);

/* Copies 'at' to 'end' without the '\\' before a ',', '=' or ' '. */
const char *influxname_text(struct arena *texts, const char *at,
                            const char *end);

/* The same, with '_' for each byte that a name of ours can not have; 'colon'
 * says that it may have a ':'. */
const char *influxname_valid(struct arena *texts, const char *at,
                             const char *end, bool colon);

/* Reads "true", "t", "F"...; returns what stands behind it, or NULL. */
const char *influxname_boolean(const char *text, double *ret_value);

#endif /* INFLUXNAME_H */
