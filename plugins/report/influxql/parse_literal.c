/* parse_literal.c - numbers, texts and other values; see parse_inner.h */
#include <config.h>

#include "parse_inner.h"

#include <math.h>

#include "base.h"
#include "number.h"

struct node *
parse_node(struct parser *self, enum node_kind kind)
{
    struct node *node = arena_words(&self->tree->arena, sizeof(*node));

    node->kind = kind;
    self->nodes++;
    return node;
}

struct node *
parse_text_node(struct parser *self, enum node_kind kind, const char *text)
{
    struct node *node = parse_node(self, kind);

    node->text = text;
    return node;
}

struct node *
parse_whole_node(struct parser *self, int64_t number)
{
    struct node *node = parse_node(self, NODE_NUMBER);

    node->is_whole = true;
    node->time_ns = number;
    node->number = (double)number;
    return node;
}

/* What is too big for 63 bits is no whole number any more. */
static int
parse_number(struct parser *self, const struct token *token,
             struct node **ret_node)
{
    int64_t number = 0;
    uint64_t unsigned_number = 0;

    if (token->kind == TOKEN_INTEGER && number_scan_i64(token->text, &number)) {
        *ret_node = parse_whole_node(self, number);
        return 0;
    }
    *ret_node = parse_node(self, NODE_NUMBER);
    if (token->kind == TOKEN_INTEGER) {
        if (!number_scan_u64(token->text, &unsigned_number))
            return parse_refuse_at(self, token->at, "unable to parse integer");
        (*ret_node)->number = (double)unsigned_number;
        return 0;
    }
    (*ret_node)->number = strtod(token->text, NULL);
    if (!isfinite((*ret_node)->number))
        return parse_refuse_at(self, token->at, "unable to parse number");
    return 0;
}

int
parse_literal(struct parser *self, const struct token *token,
              struct node **ret_node)
{
    const char *why = NULL;

    switch (token->kind) {
    case TOKEN_NUMBER:
    case TOKEN_INTEGER:
        return parse_number(self, token, ret_node);
    case TOKEN_STRING:
        *ret_node = parse_text_node(self, NODE_TEXT, token->text);
        return 0;
    case TOKEN_PATTERN:
        *ret_node = parse_text_node(self, NODE_PATTERN, token->text);
        return parse_pattern_text(self, token);
    case TOKEN_TRUE:
    case TOKEN_FALSE:
        *ret_node = parse_node(self, NODE_BOOLEAN);
        (*ret_node)->number = token->kind == TOKEN_TRUE;
        return 0;
    case TOKEN_DURATION:
        *ret_node = parse_node(self, NODE_DURATION);
        if (!parse_duration_text(self, token->text, &(*ret_node)->time_ns,
                                 &why))
            return parse_refuse(self, "%s", why);
        return 0;
    default:
        return parse_unexpected(self, token,
                                "identifier, string, number, bool");
    }
}

int
parse_negate(struct parser *self, const struct token *token, struct node *node)
{
    if (node->kind == NODE_NUMBER && token->kind == TOKEN_INTEGER &&
        !node->is_whole) {
        if (strcmp(token->text, "9223372036854775808") != 0)
            return parse_refuse(self, "constant -%s underflows int64",
                                token->text);
        node->is_whole = true;
        node->time_ns = INT64_MIN;
    } else {
        node->time_ns = (int64_t) - (uint64_t)node->time_ns;
    }
    node->number = -node->number;
    return 0;
}
