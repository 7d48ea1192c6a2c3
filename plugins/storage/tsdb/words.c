/* words.c - what can be told of a regular expression by looking at it */
#include <config.h>

#include "words.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char special[] = "\\^$.[]|()?*+{}";

/* A backslash before a sign makes it a plain one; before a letter or digit it
 * means something else. */
static bool
is_escaped_sign(const char *at)
{
    return at[0] == '\\' && at[1] > ' ' && at[1] < 127 &&
           !isalnum((unsigned char)at[1]);
}

/* The pattern without parentheses around the whole of it. */
static const char *
inside(const char *pattern, size_t *ret_length)
{
    size_t length = strlen(pattern);
    bool round = length > 2 && pattern[0] == '(' &&
                 pattern[length - 1] == ')' && pattern[length - 2] != '\\';
    size_t skip = round ? strncmp(pattern, "(?:", 3) == 0 ? 3 : 1 : 0;

    *ret_length = round ? length - skip - 1 : length;
    return pattern + skip;
}

struct words
words_of(const char *pattern, struct arena *arena)
{
    size_t length = 0, count = 1;
    const char *at = inside(pattern, &length);
    const char *end = at + length;

    for (const char *c = at; c < end; c++)
        count += *c == '|';
    struct words words = {arena_alloc(arena, count * sizeof(*words.items)), 0};
    char *text = arena_alloc(arena, length + 1);
    words.items[words.count++] = text;
    for (; at < end; at++) {
        if (*at == '|') {
            *text++ = '\0';
            words.items[words.count++] = text;
            continue;
        }
        if (is_escaped_sign(at))
            at++;
        else if (strchr(special, *at))
            return (struct words){0};
        *text++ = *at;
    }
    return words;
}

/* With an alternative somewhere, what comes first need not be there; what a
 * quantifier follows need not be there either. */
size_t
words_prefix(const char *pattern)
{
    size_t length = strcspn(pattern, special);

    if (strchr(pattern, '|'))
        return 0;
    if (length && pattern[length] && strchr("?*{", pattern[length]))
        while (--length && ((unsigned char)pattern[length] & 0xc0) == 0x80)
            ;
    return length;
}
