/* word.h - a word at the start of a text
 *
 * The text may end right behind the first byte that differs, with any byte:
 * unlike strncmp(), whose hook in libFuzzer looks further for a '\0'.
 */
#ifndef WORD_H
#define WORD_H

#include <stddef.h>

enum {
    WORD_EXACT = 0,
    WORD_ANY_CASE = 'a' - 'A', /* of a word in lower-case letters */
};

/* Returns what stands behind 'word', of one byte or more, in 'text', or NULL.
 */
static inline const char *
word_past(const char *text, const char *word, int fold)
{
    do {
        if ((*text++ | fold) != *word++)
            return NULL;
    } while (*word);
    return text;
}

#endif /* WORD_H */
