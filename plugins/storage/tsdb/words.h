/* words.h - what can be told of a regular expression by looking at it
 *
 * Functions are pure; any thread may call them.
 */
#ifndef TSDB_WORDS_H
#define TSDB_WORDS_H

#include <stddef.h>

#include "arena.h"

/* The words that a pattern is, as "a|b" is. */
struct words {
    const char **items; /* [count] */
    size_t count;       /* 0: it is something else */
};

/* Splits the pattern; what it gives lives in the arena. */
struct words words_of(const char *pattern, struct arena *arena);

/* Returns how many bytes at its beginning each text that matches begins with.
 */
size_t words_prefix(const char *pattern);

#endif /* TSDB_WORDS_H */
