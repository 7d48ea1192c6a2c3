/* token.c - the words of InfluxQL; see token.h */
#include <config.h>

#include "token.h"

#include <strings.h>

#include "base.h"
#include "token_inner.h"

/* A kind that is missing has a text of its own always. */
static const char *const names[TOKEN_COUNT] = {
    [TOKEN_ILLEGAL] = "ILLEGAL",
    [TOKEN_END] = "EOF",
    [TOKEN_BLANK] = "WS",
    [TOKEN_IDENT] = "IDENT",
    [TOKEN_NUMBER] = "NUMBER",
    [TOKEN_DURATION] = "DURATIONVAL",
    [TOKEN_STRING] = "STRING",
    [TOKEN_BAD_STRING] = "BADSTRING",
    [TOKEN_BAD_ESCAPE] = "BADESCAPE",
    [TOKEN_PATTERN] = "REGEX",
    [TOKEN_TRUE] = "TRUE",
    [TOKEN_FALSE] = "FALSE",
    [TOKEN_ADD] = "+",
    [TOKEN_SUB] = "-",
    [TOKEN_MUL] = "*",
    [TOKEN_DIV] = "/",
    [TOKEN_MOD] = "%",
    [TOKEN_BIT_AND] = "&",
    [TOKEN_BIT_OR] = "|",
    [TOKEN_BIT_XOR] = "^",
    [TOKEN_EQ] = "=",
    [TOKEN_NEQ] = "!=",
    [TOKEN_LT] = "<",
    [TOKEN_LTE] = "<=",
    [TOKEN_GT] = ">",
    [TOKEN_GTE] = ">=",
    [TOKEN_EQREGEX] = "=~",
    [TOKEN_NEQREGEX] = "!~",
    [TOKEN_AND] = "AND",
    [TOKEN_OR] = "OR",
    [TOKEN_LPAREN] = "(",
    [TOKEN_RPAREN] = ")",
    [TOKEN_COMMA] = ",",
    [TOKEN_COLON] = ":",
    [TOKEN_DOUBLECOLON] = "::",
    [TOKEN_SEMICOLON] = ";",
    [TOKEN_DOT] = ".",
    [WORD_ALL] = "ALL",
    [WORD_ALTER] = "ALTER",
    [WORD_ANALYZE] = "ANALYZE",
    [WORD_ANY] = "ANY",
    [WORD_AS] = "AS",
    [WORD_ASC] = "ASC",
    [WORD_BEGIN] = "BEGIN",
    [WORD_BY] = "BY",
    [WORD_CARDINALITY] = "CARDINALITY",
    [WORD_CONTINUOUS] = "CONTINUOUS",
    [WORD_CREATE] = "CREATE",
    [WORD_DATABASE] = "DATABASE",
    [WORD_DATABASES] = "DATABASES",
    [WORD_DEFAULT] = "DEFAULT",
    [WORD_DELETE] = "DELETE",
    [WORD_DESC] = "DESC",
    [WORD_DESTINATIONS] = "DESTINATIONS",
    [WORD_DIAGNOSTICS] = "DIAGNOSTICS",
    [WORD_DISTINCT] = "DISTINCT",
    [WORD_DROP] = "DROP",
    [WORD_DURATION] = "DURATION",
    [WORD_END] = "END",
    [WORD_EVERY] = "EVERY",
    [WORD_EXACT] = "EXACT",
    [WORD_EXPLAIN] = "EXPLAIN",
    [WORD_FIELD] = "FIELD",
    [WORD_FOR] = "FOR",
    [WORD_FROM] = "FROM",
    [WORD_GRANT] = "GRANT",
    [WORD_GRANTS] = "GRANTS",
    [WORD_GROUP] = "GROUP",
    [WORD_GROUPS] = "GROUPS",
    [WORD_IN] = "IN",
    [WORD_INF] = "INF",
    [WORD_INSERT] = "INSERT",
    [WORD_INTO] = "INTO",
    [WORD_KEY] = "KEY",
    [WORD_KEYS] = "KEYS",
    [WORD_KILL] = "KILL",
    [WORD_LIMIT] = "LIMIT",
    [WORD_MEASUREMENT] = "MEASUREMENT",
    [WORD_MEASUREMENTS] = "MEASUREMENTS",
    [WORD_NAME] = "NAME",
    [WORD_OFFSET] = "OFFSET",
    [WORD_ON] = "ON",
    [WORD_ORDER] = "ORDER",
    [WORD_PASSWORD] = "PASSWORD",
    [WORD_POLICIES] = "POLICIES",
    [WORD_POLICY] = "POLICY",
    [WORD_PRIVILEGES] = "PRIVILEGES",
    [WORD_QUERIES] = "QUERIES",
    [WORD_QUERY] = "QUERY",
    [WORD_READ] = "READ",
    [WORD_REPLICATION] = "REPLICATION",
    [WORD_RESAMPLE] = "RESAMPLE",
    [WORD_RETENTION] = "RETENTION",
    [WORD_REVOKE] = "REVOKE",
    [WORD_SELECT] = "SELECT",
    [WORD_SERIES] = "SERIES",
    [WORD_SET] = "SET",
    [WORD_SHARD] = "SHARD",
    [WORD_SHARDS] = "SHARDS",
    [WORD_SHOW] = "SHOW",
    [WORD_SLIMIT] = "SLIMIT",
    [WORD_SOFFSET] = "SOFFSET",
    [WORD_STATS] = "STATS",
    [WORD_SUBSCRIPTION] = "SUBSCRIPTION",
    [WORD_SUBSCRIPTIONS] = "SUBSCRIPTIONS",
    [WORD_TAG] = "TAG",
    [WORD_TO] = "TO",
    [WORD_USER] = "USER",
    [WORD_USERS] = "USERS",
    [WORD_VALUES] = "VALUES",
    [WORD_WHERE] = "WHERE",
    [WORD_WITH] = "WITH",
    [WORD_WRITE] = "WRITE",
};

static const enum token_kind values[] = {TOKEN_AND, TOKEN_OR, TOKEN_TRUE,
                                         TOKEN_FALSE};

const char *
token_name(enum token_kind kind)
{
    return names[kind] ? names[kind] : "";
}

enum token_kind
token_of_word(const char *word)
{
    size_t low = WORD_ALL;
    size_t high = TOKEN_COUNT;

    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        if (strcasecmp(word, names[values[i]]) == 0)
            return values[i];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcasecmp(word, names[middle]);
        if (order == 0)
            return (enum token_kind)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TOKEN_IDENT;
}

bool
token_is_letter(uint32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

bool
token_is_digit(uint32_t point)
{
    return point >= '0' && point <= '9';
}

bool
token_is_inner(uint32_t point)
{
    return token_is_letter(point) || token_is_digit(point) || point == '_';
}

bool
token_needs_quotes(const char *text)
{
    if (token_of_word(text) != TOKEN_IDENT)
        return true;
    for (const char *at = text; *at; at++)
        if (!token_is_inner((unsigned char)*at) ||
            (at == text && token_is_digit((unsigned char)*at)))
            return true;
    return false;
}
