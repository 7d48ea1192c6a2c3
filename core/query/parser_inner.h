/* query/parser_inner.h - what the files of the parser share
 *
 * It descends recursively, one lexeme ahead.  What fails has called
 * parser_refuse(), and then everything returns at once: NULL, or false.
 */
#ifndef QUERY_PARSER_INNER_H
#define QUERY_PARSER_INNER_H

#include "arena.h"
#include "query/lexer.h"
#include "query/tree.h"

struct tree {
    struct arena memory; /* of all expressions, and of the text */
    char *text;
    const struct expression *root;
    struct weir_pattern **patterns; /* [pattern_count] */
    size_t pattern_count;
};

struct parser {
    struct lexer lexer;
    struct lexeme ahead;
    bool has_ahead;
    uint32_t end;          /* of the lexeme taken last */
    unsigned depth;        /* of recursion */
    unsigned aggregations; /* that are open, for the texts of errors */
    struct tree *tree;
    char *why; /* NULL, or why the first that failed has */
};

/* Sets why the text is refused at its byte 'at', unless that was done.
 * Returns false. */
bool parser_refuse(struct parser *self, uint32_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Refuses the lexeme ahead: "unexpected ... in 'context', expected
 * 'expected'"; either may be NULL. */
bool parser_unexpected(struct parser *self, const char *context,
                       const char *expected);

/* Returns the lexeme ahead, without taking it, or NULL. */
const struct lexeme *parser_ahead(struct parser *self);

/* Takes the lexeme ahead, which parser_ahead() gave. */
struct lexeme parser_take(struct parser *self);

/* Takes the lexeme ahead if it is of the kind; otherwise leaves it.  Both
 * return false also when there is none. */
bool parser_accept(struct parser *self, enum lexeme_kind kind);
bool parser_accept_keyword(struct parser *self, enum keyword which);

/* Returns a new expression that begins at 'start' and ends with what was taken
 * last; its height is one. */
struct expression *parser_new(struct parser *self, enum expression_kind kind,
                              enum value_type type, uint32_t start);

/* Makes 'self' higher than its operand.  Returns false above the limit. */
bool parser_raise(struct parser *self, struct expression *expression,
                  const struct expression *operand);

/* Returns what a name or a string is as a text; it lives in the tree. */
const char *parser_text(struct parser *self, const struct lexeme *lexeme);

/* An expression of operators that bind at least as strongly as 'precedence'. */
struct expression *parser_expression(struct parser *self, int precedence);

/* Says whether the lexeme ahead may begin an expression. */
bool parser_expression_begins(struct parser *self);

/* A selector without its range and shift; 'name' was taken, or is NULL when
 * there is none before the braces, which are ahead. */
struct expression *parser_selector(struct parser *self,
                                   const struct lexeme *name);

/* A call or an aggregation whose name was taken. */
struct expression *parser_call(struct parser *self, const struct lexeme *name);
struct expression *parser_aggregation(struct parser *self,
                                      const struct lexeme *name);

/* Ranges, subqueries, offset and '@' behind 'inner'. */
struct expression *parser_suffixes(struct parser *self,
                                   struct expression *inner);

/* A list of labels in parentheses. */
bool parser_labels(struct parser *self, struct expression_labels *ret_labels);

/* What may follow a binary operator: bool, on, ignoring, group_left. */
bool parser_matching(struct parser *self, struct expression_binary *binary);

/* Reads the number or duration that is ahead and takes it.  '*ret_duration',
 * if not NULL, says which one it was. */
bool parser_number(struct parser *self, double *ret_value, bool *ret_duration);

#endif /* QUERY_PARSER_INNER_H */
