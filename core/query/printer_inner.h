/* query/printer_inner.h - what both forms of an expression share */
#ifndef QUERY_PRINTER_INNER_H
#define QUERY_PRINTER_INNER_H

#include <stdio.h>

#include "query/tree.h"

/* Where an expression lies on the line. */
struct printer_span {
    size_t start, end; /* bytes, [start, end) */
    size_t next;       /* the span behind those of all that is in it */
};

/* A line while it is written, and the spans of its expressions, each before
 * those that are in it, these in the order of the line. */
struct printer {
    FILE *out;
    struct printer_span *spans; /* [span_count], room for more */
    size_t span_count;
};

/* Writes the expression, and appends the spans. */
void printer_write(struct printer *self, const struct expression *what);

/* Write the pieces that stand alone when an expression takes several lines:
 * "sum by (a) ", "- on (a) group_left ()", "[5m:1m] offset 1h". */
void printer_write_grouping(FILE *out, const struct expression *expression);
void printer_write_operator(FILE *out, const struct expression *expression);
void printer_write_suffix(FILE *out, const struct expression *subquery);

#endif /* QUERY_PRINTER_INNER_H */
