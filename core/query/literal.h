/* query/literal.h - numbers, durations and strings as PromQL writes them
 *
 * Pure: any thread may call.
 */
#ifndef QUERY_LITERAL_H
#define QUERY_LITERAL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Reads all of 'text', 'length' bytes: decimal, 0x, octal after a 0, with
 * underscores between digits, Inf or NaN in any case.  Returns 0, -EINVAL when
 * it is no number, or -ERANGE when it is beyond a double. */
int literal_number(const char *text, size_t length, double *ret_value);

/* Reads all of 'text', such as 1h30m: units from the largest, y w d h m s ms,
 * each once.  Returns 0, -EINVAL when it is no duration, or -ERANGE above 292
 * years. */
int literal_duration(const char *text, size_t length, int64_t *ret_ns);

/* Converts seconds, rounded.  Returns 0, or -ERANGE above 292 years. */
int literal_seconds(double seconds, int64_t *ret_ns);

/* Reads a string with its quotes, '"', '\'' or '`', into 'out', which has room
 * for 'length' bytes.  It is well-formed, which the lexer saw to.  Returns the
 * bytes written, without the '\0' behind them. */
size_t literal_string(const char *text, size_t length, char *out);

/* Write a value so that it reads back: 0.25 or +Inf without exponents; 1h30m in
 * the largest units (weeks and years only when they are whole), milliseconds
 * being the smallest; a string in double quotes. */
void literal_write_number(FILE *out, double value);
void literal_write_duration(FILE *out, int64_t ns);
void literal_write_string(FILE *out, const char *text, size_t length);

/* Returns the string as literal_write_string() writes it; the caller frees it.
 */
char *literal_quoted(const char *text, size_t length);

/* Writes one character between single quotes, as errors do; 'text' is at least
 * one byte and ends with '\0'. */
void literal_write_character(FILE *out, const char *text);

#endif /* QUERY_LITERAL_H */
