/* cli/view.h - the answer to a question, as people or programs read it
 *
 * All but JSON take an outcome without an error.  What cannot be written is
 * seen at the end: see ferror().
 */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <stdint.h>
#include <stdio.h>

#include "cli/outcome.h"
#include "cli/screen.h"

/* What is asked for, beside the expression. */
struct span {
    int64_t start_ns, end_ns, step_ns; /* step 0: one instant, the end */
};

typedef void view_outcome(const struct outcome *outcome,
                          const struct span *span, const struct screen *screen,
                          FILE *out);

/* Columns: of an instant a line a series, of a range a line a time and a column
 * a series, in several blocks where a terminal is too narrow.  Times are
 * local. */
view_outcome view_table;

/* RFC 4180: a line a sample, with a column for each label, then time (RFC 3339,
 * UTC) and value.  On a terminal what is harmful is escaped. */
view_outcome view_csv;

/* Lines drawn over the time, with what is least, most and last of each. */
view_outcome view_chart;

/* Returns how many points a chart has beside the first. */
size_t view_chart_points(const struct screen *screen);

/* Writes the answer of the API, 'size' bytes, as it is; on a terminal what is
 * harmful is escaped as JSON does. */
void view_json(const char *text, size_t size, const struct screen *screen,
               FILE *out);

#endif /* CLI_VIEW_H */
