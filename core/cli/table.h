/* cli/table.h - what table.c and table_matrix.c share */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>

#include "cli/naming.h"
#include "cli/view.h"

/* Begin and end a line of heads. */
void table_begin_head(const struct screen *screen, FILE *out);
void table_end_head(const struct screen *screen, FILE *out);

/* Writes what all series have in common, if anything. */
void table_title(const struct naming *naming, const struct screen *screen,
                 FILE *out);

/* Says whether a time is no whole second. */
bool table_has_milliseconds(const struct outcome *outcome);

/* Writes series of any number of samples. */
void table_write_matrix(const struct outcome *outcome,
                        const struct screen *screen, FILE *out);

#endif /* CLI_TABLE_H */
