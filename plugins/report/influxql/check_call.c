/* check_call.c - functions and what they take; see check_inner.h */
#include <config.h>

#include "check_inner.h"

#include "base.h"
#include "node.h"

enum family {
    SELECTOR, /* gives one of the points */
    AGGREGATE,
    MATH,
    PERCENTILE,
    SAMPLE,
    DISTINCT,
    EDGES,
    RATE,
    DIFFERENCE,
    AVERAGE,
    INTEGRAL,
    OTHER, /* nothing is checked, as weir has none of them */
};

static const struct function {
    const char *name;
    unsigned char family, least, most; /* arguments */
} functions[] = {
    {"max", SELECTOR, 1, 1},
    {"min", SELECTOR, 1, 1},
    {"first", SELECTOR, 1, 1},
    {"last", SELECTOR, 1, 1},
    {"count", AGGREGATE, 1, 1},
    {"sum", AGGREGATE, 1, 1},
    {"mean", AGGREGATE, 1, 1},
    {"median", AGGREGATE, 1, 1},
    {"mode", AGGREGATE, 1, 1},
    {"stddev", AGGREGATE, 1, 1},
    {"spread", AGGREGATE, 1, 1},
    {"percentile", PERCENTILE, 2, 2},
    {"sample", SAMPLE, 2, 2},
    {"distinct", DISTINCT, 1, 1},
    {"top", EDGES, 2, UINT8_MAX},
    {"bottom", EDGES, 2, UINT8_MAX},
    {"derivative", RATE, 1, 2},
    {"non_negative_derivative", RATE, 1, 2},
    {"elapsed", RATE, 1, 2},
    {"difference", DIFFERENCE, 1, 1},
    {"non_negative_difference", DIFFERENCE, 1, 1},
    {"cumulative_sum", DIFFERENCE, 1, 1},
    {"moving_average", AVERAGE, 2, 2},
    {"integral", INTEGRAL, 1, 2},
    {"exponential_moving_average", OTHER, 0, UINT8_MAX},
    {"double_exponential_moving_average", OTHER, 0, UINT8_MAX},
    {"triple_exponential_moving_average", OTHER, 0, UINT8_MAX},
    {"relative_strength_index", OTHER, 0, UINT8_MAX},
    {"triple_exponential_derivative", OTHER, 0, UINT8_MAX},
    {"kaufmans_efficiency_ratio", OTHER, 0, UINT8_MAX},
    {"kaufmans_adaptive_moving_average", OTHER, 0, UINT8_MAX},
    {"chande_momentum_oscillator", OTHER, 0, UINT8_MAX},
    {"holt_winters", OTHER, 0, UINT8_MAX},
    {"holt_winters_with_fit", OTHER, 0, UINT8_MAX},
    {"abs", MATH, 1, 1},
    {"sin", MATH, 1, 1},
    {"cos", MATH, 1, 1},
    {"tan", MATH, 1, 1},
    {"asin", MATH, 1, 1},
    {"acos", MATH, 1, 1},
    {"atan", MATH, 1, 1},
    {"atan2", MATH, 2, 2},
    {"exp", MATH, 1, 1},
    {"log", MATH, 2, 2},
    {"ln", MATH, 1, 1},
    {"log2", MATH, 1, 1},
    {"log10", MATH, 1, 1},
    {"sqrt", MATH, 1, 1},
    {"pow", MATH, 2, 2},
    {"floor", MATH, 1, 1},
    {"ceil", MATH, 1, 1},
    {"round", MATH, 1, 1},
};

static const struct function *
function_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

/* Go's name of the type of a node. */
static const char *
type_of(const struct node *node)
{
    static const char *const types[] = {
        [NODE_NUMBER] = "NumberLiteral",
        [NODE_DURATION] = "DurationLiteral",
        [NODE_TIME] = "Call",
        [NODE_TEXT] = "StringLiteral",
        [NODE_BOOLEAN] = "BooleanLiteral",
        [NODE_PATTERN] = "RegexLiteral",
        [NODE_NAME] = "VarRef",
        [NODE_STAR] = "Wildcard",
        [NODE_CALL] = "Call",
        [NODE_BINARY] = "BinaryExpr",
        [NODE_GROUP] = "ParenExpr",
    };

    return node->is_whole ? "IntegerLiteral" : types[node->kind];
}

static size_t
count_arguments(const struct node *call)
{
    size_t count = 0;

    for (const struct node *at = call->left; at; at = at->next)
        count++;
    return count;
}

static const char *
check_count(struct check *self, const struct function *function, size_t got)
{
    if (function->family == DISTINCT && got == 0)
        return "distinct function requires at least one argument";
    if (function->family == DISTINCT && got > 1)
        return "distinct function can only have one argument";
    if (got >= function->least &&
        (got <= function->most || function->most == UINT8_MAX))
        return NULL;
    if (function->most == UINT8_MAX)
        return check_say(self,
                         "invalid number of arguments for %s, expected at "
                         "least %d, got %zu",
                         function->name, function->least, got);
    if (function->least < function->most)
        return check_say(self,
                         "invalid number of arguments for %s, expected at "
                         "least %d but no more than %d, got %zu",
                         function->name, function->least, function->most, got);
    return check_say(self,
                     "invalid number of arguments for %s, expected %d, got %zu",
                     function->name, function->least, got);
}

/* What a function is applied to where that cannot be a function. */
static const char *
check_symbol(struct check *self, const char *name, const struct node *field)
{
    switch (field->kind) {
    case NODE_NAME:
        return NULL;
    case NODE_STAR:
    case NODE_PATTERN:
        if (self->no_wildcard)
            return check_say(
                self, "unsupported expression with %s: %s()",
                field->kind == NODE_STAR ? "wildcard" : "regex field", name);
        self->aggregates = true;
        return NULL;
    default:
        return check_say(self, "expected field argument in %s()", name);
    }
}

static const char *
check_distinct(struct check *self, const struct node *call, bool is_nested)
{
    const char *wrong =
        check_count(self, function_of("distinct"), count_arguments(call));

    if (wrong)
        return wrong;
    if (call->left->kind != NODE_NAME)
        return "expected field argument in distinct()";
    if (!is_nested)
        self->has_distinct = true;
    self->aggregates = true;
    return NULL;
}

static bool
is_call_of(const struct node *node, const char *name)
{
    return node->kind == NODE_CALL && strcmp(node->text, name) == 0;
}

/* What works on points, or on what a function gives of each window. */
static const char *
check_over(struct check *self, const struct node *call)
{
    const struct node *field = call->left;

    self->aggregates = true;
    if (field->kind != NODE_CALL && field->kind != NODE_TIME) {
        if (self->every_ns && !self->inherits)
            return check_say(self,
                             "aggregate function required inside the call to "
                             "%s",
                             call->text);
        return check_symbol(self, call->text, field);
    }
    if (!self->every_ns)
        return check_say(self, "%s aggregate requires a GROUP BY interval",
                         call->text);
    if (is_call_of(field, "distinct"))
        return check_distinct(self, field, true);
    return check_expression(self, field);
}

static const char *
check_unit(struct check *self, const struct node *call)
{
    const struct node *unit = call->left->next;
    char text[NODE_DURATION_SIZE];

    if (!unit)
        return NULL;
    if (unit->kind != NODE_DURATION && strcmp(call->text, "integral") == 0)
        return "second argument must be a duration";
    if (unit->kind != NODE_DURATION)
        return check_say(self,
                         "second argument to %s must be a duration, got "
                         "*influxql.%s",
                         call->text, type_of(unit));
    if (unit->time_ns > 0)
        return NULL;
    node_duration(unit->time_ns, text);
    return check_say(self, "duration argument must be positive, got %s", text);
}

static const char *
check_average(struct check *self, const struct node *call)
{
    const struct node *window = call->left->next;

    if (!window->is_whole)
        return check_say(self,
                         "second argument for moving_average must be an "
                         "integer, got *influxql.%s",
                         type_of(window));
    if (window->time_ns <= 1)
        return check_say(self,
                         "moving_average window must be greater than 1, got "
                         "%lld",
                         (long long)window->time_ns);
    return check_over(self, call);
}

static const char *
check_sample(struct check *self, const struct node *call)
{
    const struct node *size = call->left->next;

    if (!size->is_whole)
        return "expected integer argument in sample()";
    if (size->time_ns <= 0)
        return check_say(self, "sample window must be greater than 1, got %lld",
                         (long long)size->time_ns);
    return check_symbol(self, call->text, call->left);
}

static const char *
check_aggregate(struct check *self, const struct node *call)
{
    self->aggregates = true;
    if (strcmp(call->text, "count") == 0 && is_call_of(call->left, "distinct"))
        return check_distinct(self, call->left, true);
    return check_symbol(self, call->text, call->left);
}

/* With numbers alone it is one, which InfluxDB has no use for. */
static const char *
check_math(struct check *self, const struct node *call)
{
    bool has_variable = false;

    for (const struct node *at = call->left; at; at = at->next) {
        if (at->kind == NODE_NUMBER || at->kind == NODE_DURATION ||
            at->kind == NODE_TEXT || at->kind == NODE_BOOLEAN)
            continue;
        has_variable = true;
        const char *wrong = check_expression(self, at);
        if (wrong)
            return wrong;
    }
    return has_variable ? NULL : "field must contain at least one variable";
}

static const char *
check_arguments(struct check *self, const struct function *function,
                const struct node *call)
{
    const char *wrong = NULL;

    switch ((enum family)function->family) {
    case SELECTOR:
        return check_symbol(self, call->text, call->left);
    case AGGREGATE:
        return check_aggregate(self, call);
    case MATH:
        return check_math(self, call);
    case PERCENTILE:
        if (call->left->next->kind != NODE_NUMBER)
            return "expected float argument in percentile()";
        return check_symbol(self, call->text, call->left);
    case SAMPLE:
        return check_sample(self, call);
    case DISTINCT:
        return check_distinct(self, call, false);
    case EDGES:
        return check_edges(self, call);
    case RATE:
        wrong = check_unit(self, call);
        return wrong ? wrong : check_over(self, call);
    case DIFFERENCE:
        return check_over(self, call);
    case AVERAGE:
        return check_average(self, call);
    case INTEGRAL:
        self->aggregates = true;
        wrong = check_unit(self, call);
        return wrong ? wrong : check_symbol(self, call->text, call->left);
    case OTHER:
        self->aggregates = true;
        return NULL;
    }
    return NULL;
}

const char *
check_call(struct check *self, const struct node *call)
{
    const struct function *function = function_of(call->text);

    if (!function || function->family != MATH)
        self->calls++;
    if (!function)
        return check_say(self, "undefined function %s()", call->text);
    if (function->family == EDGES && self->edges)
        return check_say(self,
                         "selector function %s() cannot be combined with "
                         "other functions",
                         self->edges);
    const char *wrong = check_count(self, function, count_arguments(call));
    return wrong ? wrong : check_arguments(self, function, call);
}
