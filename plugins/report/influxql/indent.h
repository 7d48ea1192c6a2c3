/* indent.h - JSON that people read */
#ifndef INFLUXQL_INDENT_H
#define INFLUXQL_INDENT_H

#include "../reply/json.h"

/* Writes what 'text' has from the byte 'start' on, JSON without blanks, anew in
 * lines, four blanks a level. */
void indent_json(struct json *text, size_t start);

#endif /* INFLUXQL_INDENT_H */
