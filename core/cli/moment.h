/* cli/moment.h - times and durations as people type and read them
 *
 * Times are nanoseconds since 1970, of whole milliseconds.  Local times are
 * those of TZ.  Any thread may call.
 */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

/* Reads a time:
 *   now, now-1h, now+5m, -1h   relative to 'now_ns'
 *   2026-11-23T10:30:00+01:00  RFC 3339, a blank may stand for the T; seconds,
 *                              the time of day and the zone may be left out:
 *                              then they are 0, and local
 *   1795429800.5               seconds since 1970
 * Returns 0, or -EINVAL with a reason, a constant text, in '*reterr_why'. */
WEIR_API int moment_read(const char *text, int64_t now_ns, int64_t *ret_ns,
                         const char **reterr_why);

/* Reads a duration such as 1h30m, 1.5h or 500ms, or a number of seconds; the
 * same. */
WEIR_API int moment_read_duration(const char *text, int64_t *ret_ns,
                                  const char **reterr_why);

/* Returns the least round step, from a second on, by which a range of
 * 'range_ns' has at most 'points' >= 1 points beside its first. */
WEIR_API int64_t moment_step(int64_t range_ns, size_t points);

/* Writes 'ns' as RFC 3339, such as 2026-11-23T10:30:00.250+01:00: local, or in
 * UTC, with milliseconds or without.  Returns 'text'. */
enum moment_form { MOMENT_LOCAL, MOMENT_UTC };
enum { MOMENT_SIZE = 48 };
WEIR_API char *moment_text(int64_t ns, enum moment_form form, bool milliseconds,
                           char text[MOMENT_SIZE]);

#endif /* CLI_MOMENT_H */
