/* query/printer.h - an expression as text
 *
 * Both forms read back as the same tree.  Pure: any thread may call.
 */
#ifndef QUERY_PRINTER_H
#define QUERY_PRINTER_H

#include "query/tree.h"

/* Returns the expression on one line, as Prometheus writes it: matchers sorted,
 * durations in their largest units, words in lower case.  The caller frees. */
char *printer_line(const struct expression *expression);

/* Returns the same in lines of at most 100 characters where that can be, two
 * blanks a level: what format_query answers.  The caller frees it. */
char *printer_pretty(const struct expression *expression);

/* Returns its syntax tree as JSON: what parse_query answers.  The caller frees
 * it. */
char *printer_json(const struct expression *expression);

#endif /* QUERY_PRINTER_H */
