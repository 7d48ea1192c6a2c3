/* token.h - the words of a configuration, by libconfuse's lexical rules
 *
 * A reader walks over a text that ends with '\0' and gives one token after the
 * other.  It is stricter than libconfuse where that loses or mistakes
 * something in silence: an unquoted '*', '+' or ';', a string over several
 * lines, a variable that is not set.  Any thread may read.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

enum token_type {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_STRING, /* quoted, or ${NAME} */
    TOKEN_OPEN,   /* { */
    TOKEN_CLOSE,  /* } */
    TOKEN_LEFT,   /* ( */
    TOKEN_RIGHT,  /* ) */
    TOKEN_ASSIGN, /* = */
    TOKEN_APPEND, /* += */
    TOKEN_COMMA,
    TOKEN_COMMENT,
    TOKEN_STRAY, /* what has no place anywhere; 'wrong' is set */
};

struct token {
    enum token_type type;
    const char *start; /* in the text, with its quotes */
    size_t size;
    int line;   /* where it starts, from 1 */
    bool wrong; /* the reader's 'why' says what, and what to do */
};

struct token_reader {
    const char *rest;
    int line;
    char why[200];
};

/* Reads the next token. */
struct token token_next(struct token_reader *self);

/* Returns what a word or string stands for, without quotes, escapes and
 * variables. */
char *token_value(const struct token *self, struct arena *texts);

/* Says whether two texts are the same but for blanks and comments. */
bool token_same_text(const char *a, const char *b);

#endif /* TOKEN_H */
