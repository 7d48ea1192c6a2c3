/* line.h - samples as lines of InfluxDB's protocol
 *
 *     metric,label=value,... value=1.5 1700000000000000000
 *
 * Pure, but for memory.
 */
#ifndef INFLUXDB_LINE_H
#define INFLUXDB_LINE_H

#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

/* Which field has the value: always "value", or the one that the metric's
 * suffix names, such as "sum", where there is one. */
enum line_fields { LINE_VALUE, LINE_SUFFIX };

enum { LINE_TIME_SIZE = 24 }; /* bytes of a time with its '\0' */

/* Makes what stands before the value in each line of the series.  A tag cannot
 * have a line's end, which becomes a blank, nor a '\\' at its end or before a
 * ',', '=' or ' ', which becomes a '/'.  The caller frees '*ret_head'.  Returns
 * its length. */
size_t line_head(const struct weir_series *series, enum line_fields fields,
                 char **ret_head);

/* Writes ' ', nanoseconds and a line's end.  Returns the length. */
size_t line_time(int64_t time_ns, char text[LINE_TIME_SIZE]);

#endif /* INFLUXDB_LINE_H */
