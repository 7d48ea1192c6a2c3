/* cli/caret.h - an error of a question, with the place that it names */
#ifndef CLI_CARET_H
#define CLI_CARET_H

#include <stdio.h>

/* Writes 'error', and where it begins with a place in the expression, such as
 *     invalid parameter "query": 1:5: parse error: ...
 * that line of it, and a caret below the place. */
void caret_print(const char *expression, const char *error, FILE *out);

#endif /* CLI_CARET_H */
