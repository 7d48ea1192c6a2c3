/* token.h - the words of InfluxQL, by InfluxDB 1.x's lexical rules
 *
 * Errors of InfluxDB name places that follow from how its scanner reads ahead
 * and puts back: of the end of the text, which it may pass twice, and of a
 * string, which it places one character early.  So this one reads one character
 * after the other as that one does, and keeps three tokens to give again.
 */
#ifndef INFLUXQL_TOKEN_H
#define INFLUXQL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

enum token_kind {
    TOKEN_ILLEGAL,
    TOKEN_END,
    TOKEN_BLANK,
    TOKEN_COMMENT,
    TOKEN_IDENT,
    TOKEN_BOUND, /* $name */
    TOKEN_NUMBER,
    TOKEN_INTEGER,
    TOKEN_DURATION,
    TOKEN_STRING,
    TOKEN_BAD_STRING,
    TOKEN_BAD_ESCAPE,
    TOKEN_PATTERN, /* a regular expression */
    TOKEN_BAD_PATTERN,
    TOKEN_TRUE,
    TOKEN_FALSE,

    /* Operators, in the order of enum op. */
    TOKEN_ADD,
    TOKEN_SUB,
    TOKEN_MUL,
    TOKEN_DIV,
    TOKEN_MOD,
    TOKEN_BIT_AND,
    TOKEN_BIT_OR,
    TOKEN_BIT_XOR,
    TOKEN_EQ,
    TOKEN_NEQ,
    TOKEN_LT,
    TOKEN_LTE,
    TOKEN_GT,
    TOKEN_GTE,
    TOKEN_EQREGEX,
    TOKEN_NEQREGEX,
    TOKEN_AND,
    TOKEN_OR,

    TOKEN_LPAREN,
    TOKEN_RPAREN,
    TOKEN_COMMA,
    TOKEN_COLON,
    TOKEN_DOUBLECOLON,
    TOKEN_SEMICOLON,
    TOKEN_DOT,

    /* Words that are no identifiers unless they are quoted, sorted. */
    WORD_ALL,
    WORD_ALTER,
    WORD_ANALYZE,
    WORD_ANY,
    WORD_AS,
    WORD_ASC,
    WORD_BEGIN,
    WORD_BY,
    WORD_CARDINALITY,
    WORD_CONTINUOUS,
    WORD_CREATE,
    WORD_DATABASE,
    WORD_DATABASES,
    WORD_DEFAULT,
    WORD_DELETE,
    WORD_DESC,
    WORD_DESTINATIONS,
    WORD_DIAGNOSTICS,
    WORD_DISTINCT,
    WORD_DROP,
    WORD_DURATION,
    WORD_END,
    WORD_EVERY,
    WORD_EXACT,
    WORD_EXPLAIN,
    WORD_FIELD,
    WORD_FOR,
    WORD_FROM,
    WORD_GRANT,
    WORD_GRANTS,
    WORD_GROUP,
    WORD_GROUPS,
    WORD_IN,
    WORD_INF,
    WORD_INSERT,
    WORD_INTO,
    WORD_KEY,
    WORD_KEYS,
    WORD_KILL,
    WORD_LIMIT,
    WORD_MEASUREMENT,
    WORD_MEASUREMENTS,
    WORD_NAME,
    WORD_OFFSET,
    WORD_ON,
    WORD_ORDER,
    WORD_PASSWORD,
    WORD_POLICIES,
    WORD_POLICY,
    WORD_PRIVILEGES,
    WORD_QUERIES,
    WORD_QUERY,
    WORD_READ,
    WORD_REPLICATION,
    WORD_RESAMPLE,
    WORD_RETENTION,
    WORD_REVOKE,
    WORD_SELECT,
    WORD_SERIES,
    WORD_SET,
    WORD_SHARD,
    WORD_SHARDS,
    WORD_SHOW,
    WORD_SLIMIT,
    WORD_SOFFSET,
    WORD_STATS,
    WORD_SUBSCRIPTION,
    WORD_SUBSCRIPTIONS,
    WORD_TAG,
    WORD_TO,
    WORD_USER,
    WORD_USERS,
    WORD_VALUES,
    WORD_WHERE,
    WORD_WITH,
    WORD_WRITE,
    TOKEN_COUNT,
};

struct token {
    enum token_kind kind;
    size_t at;        /* where InfluxDB says it is, for scanner_place() */
    size_t end;       /* behind a blank */
    const char *text; /* without quotes and escapes; or NULL: its kind says it
                       * all */
};

struct scanner {
    const char *text; /* in the arena: lines end with '\n', UTF-8 is sound */
    size_t size;
    size_t at; /* the next character; beyond 'size' the end was passed */
    struct arena *arena;
    struct token ring[3];
    unsigned newest, unread; /* of the ring */
};

/* Begins to read 'text'; what tokens say lives in 'arena'. */
void scanner_init(struct scanner *self, const char *text, struct arena *arena);

/* Reads the next token, blanks and comments too, or gives one again. */
struct token scanner_next(struct scanner *self);

/* The same where a regular expression is due. */
struct token scanner_next_pattern(struct scanner *self);

/* Makes the token read last the next one; up to three times in a row. */
void scanner_back(struct scanner *self);

/* Returns the character behind the last token that was read from the text, '\0'
 * at the end; tokens that were put back are not looked at. */
char scanner_peek(struct scanner *self);

/* Tells line and character, from 1, of a token's 'at'. */
void scanner_place(const struct scanner *self, size_t at, size_t *ret_line,
                   size_t *ret_character);

/* Returns how InfluxDB calls a kind, such as "EOF", "(" or "SELECT". */
const char *token_name(enum token_kind kind);

/* Says whether a text cannot be an identifier without quotes. */
bool token_needs_quotes(const char *text);

#endif /* INFLUXQL_TOKEN_H */
