/* query/parser_expression.c - operators, and what they work on */
#include <config.h>

#include "query/parser_inner.h"

#include "base.h"
#include "query/operator.h"

static struct expression *
read_paren(struct parser *self)
{
    uint32_t start = parser_take(self).start;
    struct expression *inner = parser_expression(self, 1);

    if (!inner)
        return NULL;
    if (!parser_accept(self, LEXEME_RIGHT_PAREN)) {
        (void)parser_unexpected(self, NULL, NULL);
        return NULL;
    }
    struct expression *paren =
        parser_new(self, EXPRESSION_PAREN, inner->type, start);
    paren->paren = inner;
    return parser_raise(self, paren, inner) ? paren : NULL;
}

static struct expression *
read_number(struct parser *self)
{
    double value = 0;
    bool duration = false;
    uint32_t start = self->ahead.start;

    if (!parser_number(self, &value, &duration))
        return NULL;
    struct expression *number =
        parser_new(self, EXPRESSION_NUMBER, VALUE_SCALAR, start);
    number->number.value = value;
    number->number.duration = duration;
    return number;
}

static struct expression *
read_string(struct parser *self)
{
    const struct lexeme lexeme = parser_take(self);
    struct expression *string =
        parser_new(self, EXPRESSION_STRING, VALUE_STRING, lexeme.start);

    string->string = parser_text(self, &lexeme);
    return string;
}

/* What a name means is told by what follows it. */
static struct expression *
read_named(struct parser *self)
{
    const struct lexeme name = parser_take(self);
    const struct lexeme *next = parser_ahead(self);

    if (!next)
        return NULL;
    bool called = next->kind == LEXEME_LEFT_PAREN;
    bool grouped = lexeme_is_keyword(next, KEYWORD_BY) ||
                   lexeme_is_keyword(next, KEYWORD_WITHOUT);
    if (name.kind == LEXEME_AGGREGATOR && (called || grouped))
        return parser_aggregation(self, &name);
    if (called && (name.kind == LEXEME_IDENTIFIER ||
                   lexeme_is_keyword(&name, KEYWORD_START) ||
                   lexeme_is_keyword(&name, KEYWORD_END)))
        return parser_call(self, &name);
    return parser_selector(self, &name);
}

static struct expression *
read_operand(struct parser *self)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead)
        return NULL;
    switch (ahead->kind) {
    case LEXEME_NUMBER:
    case LEXEME_DURATION:
        return read_number(self);
    case LEXEME_STRING:
        return read_string(self);
    case LEXEME_LEFT_PAREN:
        return read_paren(self);
    case LEXEME_LEFT_BRACE:
        return parser_selector(self, NULL);
    default:
        if (lexeme_names_metric(ahead))
            return read_named(self);
        (void)parser_unexpected(self, NULL, NULL);
        return NULL;
    }
}

static bool
is_sign(const struct lexeme *lexeme)
{
    return lexeme->kind == LEXEME_OPERATOR &&
           (lexeme->which == OPERATOR_ADD ||
            lexeme->which == OPERATOR_SUBTRACT);
}

bool
parser_expression_begins(struct parser *self)
{
    static const enum lexeme_kind kinds[] = {
        LEXEME_NUMBER,     LEXEME_DURATION,   LEXEME_STRING,
        LEXEME_LEFT_PAREN, LEXEME_LEFT_BRACE,
    };
    const struct lexeme *ahead = parser_ahead(self);

    for (size_t i = 0; ahead && i < ARRAY_SIZE(kinds); i++) {
        if (ahead->kind == kinds[i])
            return true;
    }
    return ahead && (is_sign(ahead) || lexeme_names_metric(ahead));
}

/* A sign binds less strongly than '^' alone; before a number it is a part of
 * it. */
static struct expression *
read_signed(struct parser *self)
{
    const struct lexeme sign = parser_take(self);
    bool negative = sign.which == OPERATOR_SUBTRACT;
    struct expression *inner =
        parser_expression(self, operator_precedence(OPERATOR_POWER));

    if (!inner)
        return NULL;
    if (inner->kind == EXPRESSION_NUMBER) {
        inner->start = sign.start;
        if (negative)
            inner->number.value = -inner->number.value;
        return inner;
    }
    struct expression *unary =
        parser_new(self, EXPRESSION_UNARY, inner->type, sign.start);
    unary->unary.negative = negative;
    unary->unary.inner = inner;
    return parser_raise(self, unary, inner) ? unary : NULL;
}

static struct expression *
read_operand_with_suffixes(struct parser *self)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead)
        return NULL;
    if (is_sign(ahead))
        return read_signed(self);
    struct expression *operand = read_operand(self);
    return operand ? parser_suffixes(self, operand) : NULL;
}

/* Of two scalars comes a scalar, of all else a vector. */
static struct expression *
read_binary(struct parser *self, struct expression *left)
{
    const struct lexeme lexeme = parser_take(self);
    enum operator_kind kind = (enum operator_kind)lexeme.which;
    struct expression_binary binary = {.kind = kind, .left = left};
    int precedence = operator_precedence(kind) + (kind != OPERATOR_POWER);

    if (!parser_matching(self, &binary))
        return NULL;
    struct expression *right = parser_expression(self, precedence);
    if (!right)
        return NULL;
    binary.right = right;

    bool scalar = left->type == VALUE_SCALAR && right->type == VALUE_SCALAR;
    struct expression *expression =
        parser_new(self, EXPRESSION_BINARY,
                   scalar ? VALUE_SCALAR : VALUE_VECTOR, left->start);
    expression->binary = binary;
    return parser_raise(self, expression, left) &&
                   parser_raise(self, expression, right)
               ? expression
               : NULL;
}

static struct expression *
read_operators(struct parser *self, int precedence)
{
    struct expression *left = read_operand_with_suffixes(self);

    while (left) {
        const struct lexeme *ahead = parser_ahead(self);
        if (!ahead)
            return NULL;
        if (ahead->kind != LEXEME_OPERATOR ||
            operator_precedence((enum operator_kind)ahead->which) < precedence)
            return left;
        left = read_binary(self, left);
    }
    return NULL;
}

struct expression *
parser_expression(struct parser *self, int precedence)
{
    if (self->depth >= TREE_HEIGHT_MOST) {
        (void)parser_refuse(self, self->end,
                            "more than %d expressions in one another",
                            TREE_HEIGHT_MOST);
        return NULL;
    }
    self->depth++;
    struct expression *expression = read_operators(self, precedence);
    self->depth--;
    return expression;
}
