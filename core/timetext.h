/* timetext.h - times as people and formats write them
 *
 * Pure; any thread.  A text ends with a byte that is no part of a time, such as
 * '\0', '\n' or a blank; nothing behind it is read.
 */
#ifndef TIMETEXT_H
#define TIMETEXT_H

#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

/* Reads seconds since 1970, also such as "1.7e+09", to the nanosecond.  Returns
 * the first byte behind them, or NULL when there is no number or its
 * nanoseconds do not fit. */
const char *timetext_seconds(const char *text, int64_t *ret_time_ns);

/* Reads an integer, of 'unit_ns' each, since 1970; as above. */
const char *timetext_integer(const char *text, int64_t unit_ns,
                             int64_t *ret_time_ns);

/* Reads a date as in RFC 3339, such as "2026-11-23", "2026-11-23T10:00:00Z" or
 * "2026-11-23T10:00:00.25+01:00", UTC where it says no zone; as above. */
const char *timetext_date(const char *text, int64_t *ret_time_ns);

/* Reads seconds, a date, or "now", and nothing behind it.  Returns 0 or
 * -EINVAL. */
WEIR_API int timetext_read(const char *text, int64_t *ret_time_ns);

/* Write seconds, or a date of UTC such as "2026-11-23T10:00:00.25Z", with as
 * many decimals as are needed, and with their '\0'.  Return the length. */
enum { TIMETEXT_SIZE = 40 };
WEIR_API size_t timetext_write(int64_t time_ns, char text[TIMETEXT_SIZE]);
WEIR_API size_t timetext_write_date(int64_t time_ns, char text[TIMETEXT_SIZE]);

#endif /* TIMETEXT_H */
