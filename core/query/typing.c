/* query/typing.c - the type check of a question
 *
 * Operands before what works on them, the left before the right, so that the
 * first mistake is the one that Prometheus tells.
 */
#include <config.h>

#include "query/typing.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/literal.h"
#include "query/operator.h"

/* Checks 'operand', and that it is of the type that 'context' wants. */
static bool
expect(struct parser *parser, const struct expression *operand,
       enum value_type type, const char *context)
{
    if (!typing_check(parser, operand))
        return false;
    if (operand->type == type)
        return true;
    return parser_refuse(
        parser, operand->start, "expected type %s in %s, got %s",
        value_type_text(type), context, value_type_text(operand->type));
}

static bool
check_aggregation(struct parser *parser, const struct expression *self)
{
    const struct expression_aggregation *aggregation = &self->aggregation;

    if (!expect(parser, aggregation->inner, VALUE_VECTOR,
                "aggregation expression"))
        return false;
    if (!aggregation->parameter)
        return true;
    return expect(parser, aggregation->parameter,
                  aggregation->aggregator == AGGREGATOR_COUNT_VALUES
                      ? VALUE_STRING
                      : VALUE_SCALAR,
                  "aggregation parameter");
}

/* Returns where the operator stands: behind the left side and blanks. */
static uint32_t
operator_place(const struct parser *parser, const struct expression *self)
{
    uint32_t at = self->binary.left->end;

    return at + (uint32_t)strspn(parser->lexer.text + at, " \t\r\n");
}

/* A label that matches is the same on both sides; it cannot be taken from one.
 */
static bool
check_include(struct parser *parser, const struct expression *self)
{
    const struct expression_labels *labels = &self->binary.labels;
    const struct expression_labels *include = &self->binary.include;

    for (size_t i = 0; i < labels->count * include->count; i++) {
        const char *label = labels->names[i / include->count];
        if (!self->binary.on ||
            strcmp(label, include->names[i % include->count]) != 0)
            continue;
        weir_cleanup(weir_free) char *quoted =
            literal_quoted(label, strlen(label));
        return parser_refuse(
            parser, operator_place(parser, self),
            "label %s must not occur in ON and GROUP clause at once", quoted);
    }
    return true;
}

static bool
is_plain(const struct expression *self)
{
    return self->type == VALUE_SCALAR || self->type == VALUE_VECTOR;
}

static bool
check_sides(struct parser *parser, const struct expression *self)
{
    const struct expression *sides[] = {self->binary.left, self->binary.right};

    for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
        if (!is_plain(sides[i]))
            return parser_refuse(parser, sides[i]->start,
                                 "binary expression must contain only scalar "
                                 "and instant vector types");
    }
    return true;
}

static bool
check_bool(struct parser *parser, const struct expression *self)
{
    const struct expression_binary *binary = &self->binary;
    bool compares = operator_compares(binary->kind);

    if (binary->returns_bool && !compares)
        return parser_refuse(
            parser, operator_place(parser, self),
            "bool modifier can only be used on comparison operators");
    if (compares && !binary->returns_bool && self->type == VALUE_SCALAR)
        return parser_refuse(
            parser, operator_place(parser, self),
            "comparisons between scalars must use BOOL modifier");
    return true;
}

static bool
check_matching(struct parser *parser, const struct expression *self)
{
    const struct expression_binary *binary = &self->binary;
    bool set = operator_is_set(binary->kind);
    bool vectors = binary->left->type == VALUE_VECTOR &&
                   binary->right->type == VALUE_VECTOR;

    if (!vectors && binary->labels.count)
        return parser_refuse(
            parser, self->start,
            "vector matching only allowed between instant vectors");
    if (!vectors && set)
        return parser_refuse(
            parser, self->start,
            "set operator \"%s\" not allowed in binary scalar expression",
            operator_text(binary->kind));
    if (set && binary->cardinality != MANY_TO_MANY)
        return parser_refuse(parser, self->start,
                             "no grouping allowed for \"%s\" operation",
                             operator_text(binary->kind));
    return true;
}

static bool
check_binary(struct parser *parser, const struct expression *self)
{
    return typing_check(parser, self->binary.left) &&
           typing_check(parser, self->binary.right) &&
           check_bool(parser, self) && check_include(parser, self) &&
           check_sides(parser, self) && check_matching(parser, self);
}

static bool
check_count(struct parser *parser, const struct expression *self)
{
    const struct function *function = self->call.function;
    int count = (int)self->call.argument_count;
    int wanted = function->argument_count;
    const char *bound = "";

    if (function->variadic) {
        bool few = count < wanted - 1;
        bound = few ? "at least " : "at most ";
        wanted += few ? -1 : function->variadic - 1;
        if (!few && (function->variadic < 0 || count <= wanted))
            return true;
    } else if (count == wanted) {
        return true;
    }
    return parser_refuse(parser, self->start,
                         "expected %s%d argument(s) in call to \"%s\", got %d",
                         bound, wanted, function->name, count);
}

/* Selects by labels alone: which info metrics are meant is not its name's. */
static bool
check_info(struct parser *parser, const struct expression *argument)
{
    if (argument->kind != EXPRESSION_SELECTOR)
        return parser_refuse(parser, argument->start,
                             "expected label selectors only");
    if (argument->selector.name)
        return parser_refuse(
            parser, argument->start,
            "expected label selectors only, got vector selector instead");
    return true;
}

static bool
check_call(struct parser *parser, const struct expression *self)
{
    const struct function *function = self->call.function;
    char context[80];

    if (!check_count(parser, self))
        return false;
    (void)snprintf(context, sizeof(context), "call to function \"%s\"",
                   function->name);
    for (size_t i = 0; i < self->call.argument_count; i++) {
        const struct expression *argument = self->call.arguments[i];
        int last = function->argument_count - 1;
        enum value_type type =
            function->arguments[(int)i < last ? (int)i : last];
        bool info = function->id == FUNCTION_INFO && i == 1;
        if (info && argument->type == type
                ? !check_info(parser, argument)
                : !expect(parser, argument, type, context))
            return false;
    }
    return true;
}

static bool
check_unary(struct parser *parser, const struct expression *self)
{
    const struct expression *inner = self->unary.inner;

    if (!typing_check(parser, inner))
        return false;
    if (is_plain(inner))
        return true;
    return parser_refuse(parser, self->start,
                         "unary expression only allowed on expressions of type "
                         "scalar or instant vector, got \"%s\"",
                         value_type_text(inner->type));
}

static bool
check_subquery(struct parser *parser, const struct expression *self)
{
    static const char *const shorts[] = {
        [VALUE_SCALAR] = "scalar",
        [VALUE_STRING] = "string",
        [VALUE_VECTOR] = "vector",
        [VALUE_MATRIX] = "matrix",
    };
    const struct expression *inner = self->subquery.inner;

    if (!typing_check(parser, inner))
        return false;
    if (inner->type == VALUE_VECTOR)
        return true;
    return parser_refuse(
        parser, self->start,
        "subquery is only allowed on instant vector, got %s instead",
        shorts[inner->type]);
}

/* A second condition on the name could only contradict the first. */
static bool
check_named(struct parser *parser, const struct expression *self)
{
    const struct expression_selector *selector = &self->selector;

    for (size_t i = 0; i + 1 < selector->matcher_count; i++) {
        const struct weir_matcher *matcher = &selector->matchers[i];
        if (strcmp(matcher->name, "__name__") != 0)
            continue;
        weir_cleanup(weir_free) char *quoted =
            literal_quoted(matcher->value, strlen(matcher->value));
        return parser_refuse(parser, self->start,
                             "metric name must not be set twice: \"%s\" or %s",
                             selector->name, quoted);
    }
    return true;
}

static bool
check_selector(struct parser *parser, const struct expression *self)
{
    const struct expression_selector *selector = &self->selector;

    if (selector->name)
        return check_named(parser, self);
    for (size_t i = 0; i < selector->matcher_count; i++) {
        if (!weir_matches(&selector->matchers[i], ""))
            return true;
    }
    return parser_refuse(
        parser, self->start,
        "vector selector must contain at least one non-empty matcher");
}

bool
typing_check(struct parser *parser, const struct expression *expression)
{
    switch (expression->kind) {
    case EXPRESSION_NUMBER:
    case EXPRESSION_STRING:
        return true;
    case EXPRESSION_SELECTOR:
        return check_selector(parser, expression);
    case EXPRESSION_SUBQUERY:
        return check_subquery(parser, expression);
    case EXPRESSION_UNARY:
        return check_unary(parser, expression);
    case EXPRESSION_PAREN:
        return typing_check(parser, expression->paren);
    case EXPRESSION_BINARY:
        return check_binary(parser, expression);
    case EXPRESSION_AGGREGATION:
        return check_aggregation(parser, expression);
    case EXPRESSION_CALL:
        return check_call(parser, expression);
    }
    return false;
}
