/* query/lexer.h - the words and signs of a question in PromQL
 *
 * Keywords are words like any other until the parser knows where they stand:
 * 'sum' may be a metric.  Within braces there are no keywords, within brackets
 * only numbers, durations and signs.  Not thread safe.
 */
#ifndef QUERY_LEXER_H
#define QUERY_LEXER_H

#include <stdbool.h>
#include <stdint.h>

enum lexeme_kind {
    LEXEME_END,
    LEXEME_IDENTIFIER,
    LEXEME_METRIC_IDENTIFIER, /* with a ':' */
    LEXEME_NUMBER,
    LEXEME_DURATION,
    LEXEME_STRING, /* with its quotes */
    LEXEME_OPERATOR,
    LEXEME_AGGREGATOR,
    LEXEME_KEYWORD,
    LEXEME_LEFT_PAREN,
    LEXEME_RIGHT_PAREN,
    LEXEME_LEFT_BRACE,
    LEXEME_RIGHT_BRACE,
    LEXEME_LEFT_BRACKET,
    LEXEME_RIGHT_BRACKET,
    LEXEME_COMMA,
    LEXEME_COLON,
    LEXEME_EQUAL,    /* = */
    LEXEME_LIKE,     /* =~ */
    LEXEME_NOT_LIKE, /* !~ */
    LEXEME_AT,
};

enum keyword {
    KEYWORD_BOOL,
    KEYWORD_BY,
    KEYWORD_END,
    KEYWORD_GROUP_LEFT,
    KEYWORD_GROUP_RIGHT,
    KEYWORD_IGNORING,
    KEYWORD_OFFSET,
    KEYWORD_ON,
    KEYWORD_START,
    KEYWORD_WITHOUT,
};

struct lexeme {
    enum lexeme_kind kind;
    int which; /* an enum operator_kind, aggregator or keyword; else 0 */
    uint32_t start, end; /* bytes of the text, [start, end) */
};

/* Begins at the text's first byte with all members but 'text' zeroed. */
struct lexer {
    const char *text;
    uint32_t at;
    unsigned parens; /* that are open */
    bool in_braces, in_brackets;
    bool had_colon; /* since the bracket opened */
};

/* Reads the next lexeme; behind the last one comes LEXEME_END without end.
 * Returns 0, or -EINVAL with the reason in '*reterr_why', which the caller
 * frees, and its place in 'ret_lexeme->start'. */
int lexer_next(struct lexer *self, struct lexeme *ret_lexeme,
               char **reterr_why);

/* Says whether the lexeme 'is' the keyword. */
bool lexeme_is_keyword(const struct lexeme *self, enum keyword which);

/* Says whether the lexeme may name a metric, or a label in a list of labels. */
bool lexeme_names_metric(const struct lexeme *self);
bool lexeme_names_label(const struct lexeme *self);

/* Returns the lexeme as an error tells it, such as: identifier "foo", <op:+>,
 * end of input.  The caller frees it. */
char *lexeme_describe(const struct lexeme *self, const char *text);

#endif /* QUERY_LEXER_H */
