/* cli/column.h - a column of numbers whose points stand below each other */
#ifndef CLI_COLUMN_H
#define CLI_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct column {
    size_t width; /* least, such as of its head; then of all */
    size_t whole; /* of what stands before a point */
    size_t rest;  /* of the point and what is behind */
};

/* Makes room for a number. */
void column_measure(struct column *self, double number);

/* Writes the number as Prometheus' API does, or "-" for none; without blanks
 * behind it when it is the 'last' of its line. */
void column_write(const struct column *self, double number, bool last,
                  FILE *out);
void column_write_none(const struct column *self, bool last, FILE *out);

#endif /* CLI_COLUMN_H */
