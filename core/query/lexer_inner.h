/* query/lexer_inner.h - what the files of the lexer share
 *
 * Each reads one lexeme at 'self->at', which is at its first byte, moves behind
 * it, and returns 0, or -EINVAL as lexer_next() does.  'ret_lexeme->start' is
 * set.
 */
#ifndef QUERY_LEXER_INNER_H
#define QUERY_LEXER_INNER_H

#include "query/lexer.h"

/* Says whether the byte may stand in a name, or begin it. */
bool lexer_is_letter(char byte);
bool lexer_is_digit(char byte);

/* A name or a keyword; with ':' unless in braces. */
int lexer_word(struct lexer *self, struct lexeme *ret_lexeme);

/* A number or a duration. */
int lexer_number(struct lexer *self, struct lexeme *ret_lexeme,
                 char **reterr_why);

/* A string in any of its three quotes. */
int lexer_string(struct lexer *self, struct lexeme *ret_lexeme,
                 char **reterr_why);

/* Sets '*reterr_why' to a text, or to one about the character at 'character',
 * and returns -EINVAL. */
int lexer_refuse(char **reterr_why, const char *why);
int lexer_refuse_character(char **reterr_why, const char *why,
                           const char *character);

#endif /* QUERY_LEXER_INNER_H */
