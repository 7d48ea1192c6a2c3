/* cli/plain.h - texts from elsewhere, made harmless for a terminal
 *
 * Labels may hold anything.  What would move the cursor, hide text or turn it
 * round is written as an escape that PromQL reads: \n, \x1b, \u202e.  What is
 * no UTF-8 is written byte by byte.  Pure: any thread may call.
 */
#ifndef CLI_PLAIN_H
#define CLI_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    PLAIN_ASCII = 1,  /* the rest of Unicode is escaped, too */
    PLAIN_QUOTED = 2, /* for double quotes: '"' and '\' are escaped, too */
};

/* Returns 'given' made harmless; the caller frees it.  'flags' are of the
 * above. */
char *plain_text(const char *given, unsigned flags);

/* Writes it instead. */
void plain_write(FILE *out, const char *given, unsigned flags);

/* Says whether the character 'point' does not stand for itself on a screen. */
bool plain_is_hidden(uint32_t point);

/* Returns the columns that a harmless text takes. */
size_t plain_width(const char *text);

/* Writes 'count' blanks. */
void plain_blanks(FILE *out, size_t count);

#endif /* CLI_PLAIN_H */
