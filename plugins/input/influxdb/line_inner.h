/* line_inner.h - for line*.c alone */
#ifndef INFLUXDB_LINE_INNER_H
#define INFLUXDB_LINE_INNER_H

#include "line.h"

/* Notes what is wrong; returns -EBADMSG. */
int line_fault(struct line *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads a number, true or false between '*at_p' and 'end', where a ',' or a
 * blank or the end of all follows.  Returns 0 or -EBADMSG. */
int line_value(struct line *self, const char **at_p, const char *end,
               struct line_field *field);

/* Reads a whole number with an optional '-', all of the text.  Returns 0 or
 * -EBADMSG. */
int line_integer(struct line *self, const char *text, const char *end,
                 int64_t *ret_number);

#endif /* INFLUXDB_LINE_INNER_H */
