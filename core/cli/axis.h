/* cli/axis.h - round numbers and times beside a drawing, and short texts
 *
 * Pure, but for the time zone.
 */
#ifndef CLI_AXIS_H
#define CLI_AXIS_H

#include <stddef.h>
#include <stdint.h>

enum { AXIS_SIZE = 24 };

/* An axis of values from 'low' up to 'high', with a mark at each multiple of
 * 'step', of which both are. */
struct axis {
    double low, high, step;
};

/* Makes an axis that the values from 'least' to 'most', finite, lie on, with
 * about 'marks' marks, from 2 to twice as many.  It begins at 0 where that
 * takes little room. */
struct axis axis_of_values(double least, double most, size_t marks);

/* Returns how many marks it has; 'index' 0 is 'low'. */
size_t axis_count(const struct axis *self);

/* Writes the number at a mark, as precise as they all need to be.  Returns
 * 'text'. */
char *axis_mark(const struct axis *self, size_t index, char text[AXIS_SIZE]);

/* Writes a number with four digits, such as 12.35M; u stands for millionths, n
 * for billionths.  Returns 'text'. */
char *axis_number(double number, char text[AXIS_SIZE]);

/* Returns the least round interval that has at most 'most' >= 1 marks in
 * 'range_ns'. */
int64_t axis_interval(int64_t range_ns, size_t most);

/* Returns the first local time from 'start_ns' on that is a multiple of the
 * interval. */
int64_t axis_first(int64_t start_ns, int64_t interval_ns);

/* Writes a time as short as the interval allows: 10:30:05, 10:30, or the day at
 * midnight.  Returns 'text'. */
char *axis_time(int64_t time_ns, int64_t interval_ns, char text[AXIS_SIZE]);

#endif /* CLI_AXIS_H */
