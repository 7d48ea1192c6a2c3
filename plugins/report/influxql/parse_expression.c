/* parse_expression.c - names, calls and what joins them; see
 * parse_inner.h
 */
#include <config.h>

#include "parse_inner.h"

#include <ctype.h>
#include <strings.h>

#include "base.h"

static struct node *
binary(struct parser *self, enum op op, struct node *left, struct node *right)
{
    struct node *node = parse_node(self, NODE_BINARY);

    node->op = op;
    node->left = left;
    node->right = right;
    return node;
}

/* Types of fields are all one here: a number. */
static const struct {
    const char *name;
    enum cast cast;
} casts[] = {
    {"float", CAST_FIELD},  {"integer", CAST_FIELD}, {"unsigned", CAST_FIELD},
    {"string", CAST_FIELD}, {"boolean", CAST_FIELD},
};

static int
cast_of(struct parser *self, enum cast *ret_cast)
{
    struct token token = parse_any(self);

    if (token.kind == WORD_FIELD || token.kind == WORD_TAG) {
        *ret_cast = token.kind == WORD_TAG ? CAST_TAG : CAST_FIELD;
        return 0;
    }
    if (token.kind != TOKEN_IDENT)
        return parse_unexpected(self, &token,
                                "float, integer, string, boolean, field, tag");
    for (size_t i = 0; i < ARRAY_SIZE(casts); i++)
        if (strcasecmp(token.text, casts[i].name) == 0) {
            *ret_cast = casts[i].cast;
            return 0;
        }
    return parse_unexpected(
        self, &token, "float, integer, unsigned, string, boolean, field, tag");
}

static int
parse_name(struct parser *self, struct node **ret_node)
{
    const char *parts[3] = {NULL};
    size_t count = 0;

    int rc = parse_segments(self, parts, &count);
    if (rc < 0)
        return rc;
    const char *name = parts[0];
    for (size_t i = 1; i < count; i++)
        name = parse_text(self, "%s.%s", name, parts[i]);
    *ret_node = parse_text_node(self, NODE_NAME, name);
    if (parse_any(self).kind == TOKEN_DOUBLECOLON)
        return cast_of(self, &(*ret_node)->cast);
    parse_back(self);
    return 0;
}

static int
parse_star(struct parser *self, struct node **ret_node)
{
    *ret_node = parse_node(self, NODE_STAR);
    if (parse_any(self).kind != TOKEN_DOUBLECOLON) {
        parse_back(self);
        return 0;
    }
    struct token token = parse_any(self);
    if (token.kind != WORD_FIELD && token.kind != WORD_TAG)
        return parse_unexpected(self, &token, "field, tag");
    (*ret_node)->cast = token.kind == WORD_TAG ? CAST_TAG : CAST_FIELD;
    return 0;
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */
static int
parse_argument(struct parser *self, struct node **ret_node)
{
    const char *pattern = NULL;

    int rc = parse_pattern(self, &pattern);
    if (rc < 0)
        return rc;
    if (!pattern)
        return parse_expression(self, ret_node);
    *ret_node = parse_text_node(self, NODE_PATTERN, pattern);
    return 0;
}

/* The arguments behind the first up to ')'. */
static int
parse_more(struct parser *self, struct node *first)
{
    struct node **last = &first->next;

    while (parse_take(self, TOKEN_COMMA)) {
        int rc = parse_argument(self, last);
        if (rc < 0 || !*last)
            return rc;
        last = &(*last)->next;
    }
    return parse_want(self, TOKEN_RPAREN);
}

static struct node *
call_node(struct parser *self, const char *name)
{
    char *lower = arena_text(&self->tree->arena, name);

    for (char *at = lower; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return parse_text_node(self, NODE_CALL, lower);
}

/* Reads behind the name and '('. */
static int
parse_call(struct parser *self, const char *name, struct node **ret_node)
{
    struct node *call = call_node(self, name);
    const char *pattern = NULL;

    *ret_node = call;
    int rc = parse_pattern(self, &pattern);
    if (rc < 0)
        return rc;
    if (pattern) {
        call->left = parse_text_node(self, NODE_PATTERN, pattern);
        return parse_more(self, call->left);
    }
    if (parse_any(self).kind != TOKEN_RPAREN) {
        parse_back(self);
        rc = parse_expression(self, &call->left);
        return rc < 0 || !call->left ? rc : parse_more(self, call->left);
    }
    if (strcmp(call->text, "now") == 0) {
        call->kind = NODE_TIME;
        call->time_ns = self->now_ns;
    }
    return 0;
}

static int
parse_word(struct parser *self, const struct token *word,
           struct node **ret_node)
{
    if (parse_any(self).kind == TOKEN_LPAREN)
        return parse_call(self, word->text, ret_node);
    parse_back(self);
    parse_back(self);
    return parse_name(self, ret_node);
}

static int
parse_distinct(struct parser *self, struct node **ret_node)
{
    struct token token = parse_any(self);

    if (token.kind == TOKEN_LPAREN)
        return parse_call(self, "distinct", ret_node);
    if (token.kind != TOKEN_BLANK)
        return parse_unexpected(self, &token, "(, identifier");
    token = parse_next(self);
    if (token.kind != TOKEN_IDENT)
        return parse_unexpected(self, &token, "identifier");
    *ret_node = parse_text_node(self, NODE_CALL, "distinct");
    (*ret_node)->left = parse_text_node(self, NODE_NAME, token.text);
    return 0;
}

static int parse_unary(struct parser *self, struct node **ret_node);

/* Reads behind a sign, '+' or '-'. */
static int
parse_signed(struct parser *self, bool is_minus, struct node **ret_node)
{
    struct token token = parse_next(self);

    switch (token.kind) {
    case TOKEN_NUMBER:
    case TOKEN_INTEGER:
    case TOKEN_DURATION:
    case TOKEN_LPAREN:
    case TOKEN_IDENT:
        break;
    default:
        return parse_unexpected(self, &token,
                                "identifier, number, duration, (");
    }
    parse_back(self);
    int rc = parse_unary(self, ret_node);
    if (rc < 0)
        return rc;
    if ((*ret_node)->kind == NODE_NUMBER || (*ret_node)->kind == NODE_DURATION)
        return is_minus ? parse_negate(self, &token, *ret_node) : 0;
    *ret_node = binary(self, OP_MULTIPLY,
                       parse_whole_node(self, is_minus ? -1 : 1), *ret_node);
    return 0;
}

static int
parse_group(struct parser *self, struct node **ret_node)
{
    struct node *group = parse_node(self, NODE_GROUP);

    int rc = parse_expression(self, &group->left);
    if (rc < 0)
        return rc;
    *ret_node = group;
    return parse_want(self, TOKEN_RPAREN);
}

/* What is not joined with anything. */
static int
parse_unary(struct parser *self, struct node **ret_node)
{
    struct token token = parse_next(self);

    switch (token.kind) {
    case TOKEN_LPAREN:
        return parse_group(self, ret_node);
    case TOKEN_IDENT:
        return parse_word(self, &token, ret_node);
    case WORD_DISTINCT:
        return parse_distinct(self, ret_node);
    case TOKEN_MUL:
        return parse_star(self, ret_node);
    case TOKEN_BOUND:
        return parse_unbound(self, &token);
    case TOKEN_ADD:
    case TOKEN_SUB:
        return parse_signed(self, token.kind == TOKEN_SUB, ret_node);
    default:
        return parse_literal(self, &token, ret_node);
    }
}

/* By enum op: what binds more is done first. */
static const unsigned char precedences[] = {
    [OP_ADD] = 4,       [OP_SUBTRACT] = 4,      [OP_MULTIPLY] = 5,
    [OP_DIVIDE] = 5,    [OP_MODULO] = 5,        [OP_BIT_AND] = 5,
    [OP_BIT_OR] = 4,    [OP_BIT_XOR] = 4,       [OP_EQUAL] = 3,
    [OP_NOT_EQUAL] = 3, [OP_LESS] = 3,          [OP_LESS_EQUAL] = 3,
    [OP_GREATER] = 3,   [OP_GREATER_EQUAL] = 3, [OP_LIKE] = 3,
    [OP_NOT_LIKE] = 3,  [OP_AND] = 2,           [OP_OR] = 1,
};

/* Joins 'right' to the expression at 'root': down its right side until what is
 * there binds as much. */
static void
join(struct parser *self, struct node **root, enum op op, struct node *right)
{
    struct node **at = root;

    while ((*at)->kind == NODE_BINARY &&
           precedences[(*at)->op] < precedences[op])
        at = &(*at)->right;
    *at = binary(self, op, *at, right);
}

static int
parse_right(struct parser *self, enum op op, struct node **ret_node)
{
    const char *pattern = NULL;

    if (op != OP_LIKE && op != OP_NOT_LIKE)
        return parse_unary(self, ret_node);
    int rc = parse_pattern(self, &pattern);
    if (rc < 0)
        return rc;
    if (!pattern) {
        struct token token = parse_next(self);
        return parse_unexpected(self, &token, "regex");
    }
    *ret_node = parse_text_node(self, NODE_PATTERN, pattern);
    return 0;
}

static int
parse_joined(struct parser *self, struct node **ret_node)
{
    int rc = parse_unary(self, ret_node);

    while (rc == 0) {
        struct token token = parse_next(self);
        struct node *right = NULL;
        if (token.kind < TOKEN_ADD || token.kind > TOKEN_OR) {
            parse_back(self);
            return 0;
        }
        if (++self->operators > PARSE_OPERATORS_MOST)
            return parse_refuse(self, "more than %d operators",
                                PARSE_OPERATORS_MOST);
        enum op op = (enum op)(token.kind - TOKEN_ADD);
        rc = parse_right(self, op, &right);
        if (rc == 0)
            join(self, ret_node, op, right);
    }
    return rc;
}

int
parse_expression(struct parser *self, struct node **ret_node)
{
    if (self->depth >= PARSE_DEPTH_MOST)
        return parse_refuse(self, "nested more than %d deep", PARSE_DEPTH_MOST);
    if (self->nodes >= PARSE_NODES_MOST)
        return parse_refuse(self, "more than %d names and numbers",
                            PARSE_NODES_MOST);
    self->depth++;
    int rc = parse_joined(self, ret_node);
    self->depth--;
    return rc;
}
/* NOLINTEND(misc-no-recursion) */
