/* query/printer_inner.h - what both forms of an expression share */
#ifndef QUERY_PRINTER_INNER_H
#define QUERY_PRINTER_INNER_H

#include <stdio.h>

#include "query/tree.h"

struct printer {
    FILE *out;
    long most; /* stop soon behind so many bytes */
};

/* Writes all of the expression on one line. */
void printer_write(const struct printer *self, const struct expression *what);

/* Write the pieces that stand alone when an expression takes several lines:
 * "sum by (a) ", "- on (a) group_left ()", "[5m:1m] offset 1h". */
void printer_write_grouping(const struct printer *self,
                            const struct expression *aggregation);
void printer_write_operator(const struct printer *self,
                            const struct expression *binary);
void printer_write_suffix(const struct printer *self,
                          const struct expression *subquery);

#endif /* QUERY_PRINTER_INNER_H */
