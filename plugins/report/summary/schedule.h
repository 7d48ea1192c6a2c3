/* schedule.h - when the next report is due
 *
 * Pure, but for the zone of the process (TZ); any thread.
 */
#ifndef SUMMARY_SCHEDULE_H
#define SUMMARY_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct schedule {
    int64_t every_ns;
    int weekday;    /* from 0, Sunday; of a week's reports alone */
    int at_minutes; /* of the day */
    bool utc;       /* else the local zone */
};

/* Reads when reports are due: 'every_ns', a day's part such as 1h, a day, or a
 * week, and 'at', such as "06:00" or, of a week's, "Mon 06:00" (Monday, where
 * it says none).  Those of a part of a day come at this time and each so many
 * hours before and after.  Returns 0, or -EINVAL with a sentence in 'why',
 * 'size' bytes. */
int schedule_read(int64_t every_ns, const char *at, struct schedule *ret_self,
                  char *why, size_t size);

/* Returns the first time after 'now_ns' when one is due.  Where clocks are
 * changed, one that falls into the hour that is left out comes an hour later,
 * and one in an hour that comes twice comes once; each hour's come each hour.
 */
int64_t schedule_next(const struct schedule *self, int64_t now_ns);

#endif /* SUMMARY_SCHEDULE_H */
