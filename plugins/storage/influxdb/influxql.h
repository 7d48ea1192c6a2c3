/* influxql.h - the words of a question to InfluxDB
 *
 * Names stand in "", texts in '', and what would end either has a '\\' before
 * it; patterns are made of nothing but letters, digits, escapes and the
 * operators that mean there what they mean here.  So nothing that a label says
 * is read as a part of the question.
 *
 * Pure, but for the file that is written to.
 */
#ifndef INFLUXDB_INFLUXQL_H
#define INFLUXDB_INFLUXQL_H

#include <stdbool.h>
#include <stdio.h>

#include <weir/storage.h>

/* Says whether a name or text can be written: its reader takes some control
 * bytes for others, and what is no UTF-8 for something else. */
bool influxql_can_say(const char *text);

/* Write one for which that is so. */
void influxql_name(FILE *to, const char *name);
void influxql_text(FILE *to, const char *text);

/* Makes of a pattern one that matches the same texts there, to stand between
 * two '/'.  The caller frees '*ret_made'.  Returns false when that is not known
 * of all that is in it. */
bool influxql_pattern(const char *pattern, char **ret_made);

/* Writes " WHERE ..." of the times in question and of those conditions that
 * mean the same there; the others are for whoever gets the answer.  Without
 * 'times' there may be nothing to write. */
void influxql_where(FILE *to, const struct weir_select *what, bool times);

#endif /* INFLUXDB_INFLUXQL_H */
