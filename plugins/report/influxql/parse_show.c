/* parse_show.c - SHOW and what is behind it; see parse_inner.h */
#include <config.h>

#include <string.h>

#include "parse_inner.h"

#include "base.h"

int
parse_show_policies(struct parser *self, struct statement *into)
{
    return parse_on(self, &into->database);
}

static int
parse_on_from(struct parser *self, struct statement *into)
{
    int rc = parse_on(self, &into->database);

    return rc < 0 ? rc : parse_from(self, &into->select.sources);
}

/* ORDER BY and LIMIT, with WHERE before them or not. */
static int
parse_tail(struct parser *self, struct statement *into, bool has_where)
{
    int rc = has_where ? parse_where(self, &into->select.where) : 0;
    if (rc == 0)
        rc = parse_order(self, &into->select.backwards);
    if (rc == 0)
        rc = parse_limit_offset(self, &into->select.page);
    return rc;
}

/* A comparison of the name "_name" or "_tagKey" with a text or a pattern. */
static struct node *
compared(struct parser *self, const char *name, enum op op, const char *text)
{
    bool is_pattern = op == OP_LIKE || op == OP_NOT_LIKE;
    struct node *node = parse_node(self, NODE_BINARY);

    node->op = op;
    node->left = parse_node(self, NODE_NAME);
    node->left->text = name;
    node->right = parse_node(self, is_pattern ? NODE_PATTERN : NODE_TEXT);
    node->right->text = text;
    return node;
}

static int
parse_with_measurement(struct parser *self, struct node **ret_with)
{
    struct source *source = NULL;

    if (!parse_take(self, WORD_WITH))
        return 0;
    int rc = parse_want(self, WORD_MEASUREMENT);
    if (rc < 0)
        return rc;
    struct token token = parse_next(self);
    if (token.kind != TOKEN_EQ && token.kind != TOKEN_EQREGEX)
        return parse_unexpected(self, &token, "=, =~");
    rc = parse_source(self, false, &source);
    if (rc == 0)
        *ret_with = source->pattern
                        ? compared(self, "_name", OP_LIKE, source->pattern)
                        : compared(self, "_name", OP_EQUAL, source->name);
    return rc;
}

int
parse_show_measurements(struct parser *self, struct statement *into)
{
    int rc = parse_on(self, &into->database);
    if (rc == 0)
        rc = parse_with_measurement(self, &into->with);
    if (rc == 0)
        rc = parse_tail(self, into, true);
    return rc;
}

int
parse_show_tag_keys(struct parser *self, struct statement *into)
{
    struct page *page = &into->select.page;

    int rc = parse_on_from(self, into);
    if (rc == 0)
        rc = parse_tail(self, into, true);
    if (rc == 0)
        rc = parse_number_after(self, WORD_SLIMIT, &page->slimit);
    if (rc == 0)
        rc = parse_number_after(self, WORD_SOFFSET, &page->soffset);
    return rc;
}

int
parse_show_field_keys(struct parser *self, struct statement *into)
{
    int rc = parse_on_from(self, into);

    return rc < 0 ? rc : parse_tail(self, into, false);
}

/* The names behind IN, joined by OR. */
static int
parse_key_list(struct parser *self, struct node **ret_with)
{
    int rc = parse_want(self, TOKEN_LPAREN);
    if (rc < 0)
        return rc;
    do {
        const char *name = NULL;
        rc = parse_ident(self, &name);
        if (rc < 0)
            return rc;
        if (++self->operators > PARSE_OPERATORS_MOST)
            return parse_refuse(self, "more than %d tag keys",
                                PARSE_OPERATORS_MOST);
        struct node *one = compared(self, "_tagKey", OP_EQUAL, name);
        if (*ret_with) {
            struct node *either = parse_node(self, NODE_BINARY);
            either->op = OP_OR;
            either->left = *ret_with;
            either->right = one;
            one = either;
        }
        *ret_with = one;
    } while (parse_take(self, TOKEN_COMMA));
    return parse_want(self, TOKEN_RPAREN);
}

static int
parse_key_pattern(struct parser *self, enum op op, struct node **ret_with)
{
    const char *pattern = NULL;

    int rc = parse_pattern(self, &pattern);
    if (rc < 0)
        return rc;
    if (!pattern) {
        struct token token = parse_next(self);
        return parse_unexpected(self, &token, "regex");
    }
    *ret_with = compared(self, "_tagKey", op, pattern);
    return 0;
}

static int
parse_with_key(struct parser *self, struct node **ret_with)
{
    const char *name = NULL;

    int rc = parse_want(self, WORD_WITH);
    if (rc == 0)
        rc = parse_want(self, WORD_KEY);
    if (rc < 0)
        return rc;
    struct token token = parse_next(self);
    switch (token.kind) {
    case WORD_IN:
        return parse_key_list(self, ret_with);
    case TOKEN_EQREGEX:
    case TOKEN_NEQREGEX:
        return parse_key_pattern(
            self, token.kind == TOKEN_EQREGEX ? OP_LIKE : OP_NOT_LIKE,
            ret_with);
    case TOKEN_EQ:
    case TOKEN_NEQ:
        rc = parse_ident(self, &name);
        if (rc == 0)
            *ret_with = compared(
                self, "_tagKey",
                token.kind == TOKEN_EQ ? OP_EQUAL : OP_NOT_EQUAL, name);
        return rc;
    default:
        return parse_unexpected(self, &token, "IN, =, =~");
    }
}

/* What a statement asks for when CARDINALITY is behind it: how many. */
static void
count_only(struct parser *self, struct statement *into)
{
    into->kind = STATEMENT_NONE;
    if (!strstr(into->name, "CARDINALITY"))
        into->name = parse_text(self, "%s CARDINALITY", into->name);
}

/* What follows CARDINALITY, with WITH KEY or not. */
static int
parse_counted(struct parser *self, struct statement *into, bool has_key)
{
    count_only(self, into);
    int rc = parse_on_from(self, into);
    if (rc == 0 && has_key)
        rc = parse_with_key(self, &into->with);
    if (rc == 0)
        rc = parse_where(self, &into->select.where);
    if (rc == 0)
        rc = parse_dimensions(self, &into->select);
    if (rc == 0)
        rc = parse_limit_offset(self, &into->select.page);
    return rc;
}

int
parse_cardinality(struct parser *self, struct statement *into)
{
    return parse_counted(self, into, false);
}

int
parse_exact(struct parser *self, struct statement *into)
{
    int rc = parse_want(self, WORD_CARDINALITY);

    return rc < 0 ? rc : parse_counted(self, into, false);
}

int
parse_key_cardinality(struct parser *self, struct statement *into)
{
    bool is_exact = parse_take(self, WORD_EXACT);
    struct token token = parse_next(self);

    if (token.kind != WORD_CARDINALITY)
        return parse_unexpected(
            self, &token, is_exact ? "CARDINALITY" : "EXACT, CARDINALITY");
    return parse_counted(self, into, false);
}

int
parse_show_series(struct parser *self, struct statement *into)
{
    (void)parse_take(self, WORD_EXACT);
    if (parse_take(self, WORD_CARDINALITY))
        return parse_counted(self, into, false);
    int rc = parse_on_from(self, into);
    return rc < 0 ? rc : parse_tail(self, into, true);
}

int
parse_show_tag_values(struct parser *self, struct statement *into)
{
    if (parse_take(self, WORD_EXACT)) {
        int exact = parse_want(self, WORD_CARDINALITY);
        return exact < 0 ? exact : parse_counted(self, into, true);
    }
    if (parse_take(self, WORD_CARDINALITY))
        return parse_counted(self, into, true);
    int rc = parse_on_from(self, into);
    if (rc == 0)
        rc = parse_with_key(self, &into->with);
    if (rc == 0)
        rc = parse_tail(self, into, true);
    return rc;
}
