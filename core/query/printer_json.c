/* query/printer_json.c - an expression as JSON, the form that Prometheus' API
 * calls its syntax tree
 *
 * Shapes: https://prometheus.io/docs/prometheus/latest/querying/api/ under
 * "Parsing a PromQL expression into an abstract syntax tree".
 */
#include <config.h>

#include "query/printer.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "query/operator.h"
#include "utf8.h"

enum { PLACES_MOST = 400 }; /* of the smallest double; digits of the largest */

static json_t *write_expression(const struct expression *expression);

static const char *const types[] = {
    [VALUE_SCALAR] = "scalar",
    [VALUE_STRING] = "string",
    [VALUE_VECTOR] = "vector",
    [VALUE_MATRIX] = "matrix",
};

static const char *const cardinalities[] = {
    [ONE_TO_ONE] = "one-to-one",
    [MANY_TO_ONE] = "many-to-one",
    [ONE_TO_MANY] = "one-to-many",
    [MANY_TO_MANY] = "many-to-many",
};

static const char *const matches[] = {
    [WEIR_EQUAL] = "=",
    [WEIR_NOT_EQUAL] = "!=",
    [WEIR_LIKE] = "=~",
    [WEIR_NOT_LIKE] = "!~",
};

/* Sets a member to a value, which it takes. */
static void
set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value) < 0)
        x_or_die(NULL);
}

/* Returns a text in which what is no UTF-8 has become U+FFFD. */
static json_t *
new_text(const char *text)
{
    static const char odd[] = "\xef\xbf\xbd";
    json_t *value = json_string(text);

    if (value)
        return value;
    weir_cleanup(weir_free) char *copy =
        xcalloc(strlen(text) + 1, sizeof(odd) - 1);
    for (char *to = copy; *text;) {
        size_t length = utf8_length(text);
        to =
            mempcpy(to, length ? text : odd, length ? length : sizeof(odd) - 1);
        text += length ? length : 1;
    }
    return json_string(copy);
}

static json_t *
new_node(const char *type)
{
    json_t *node = x_or_die(json_object());

    set(node, "type", json_string(type));
    return node;
}

static json_t *
write_labels(const struct expression_labels *labels)
{
    json_t *list = x_or_die(json_array());

    for (size_t i = 0; i < labels->count; i++)
        (void)json_array_append_new(list, new_text(labels->names[i]));
    return list;
}

/* Writes the shortest digits that read back, never with an exponent. */
static json_t *
write_number(const struct expression *expression)
{
    json_t *node = new_node("numberLiteral");
    double value = expression->number.value;
    char text[WEIR_DOUBLE_SIZE + PLACES_MOST];

    (void)weir_format_plain(value, text);
    for (int places = 0; strchr(text, 'e') || strtod(text, NULL) != value;
         places++) {
        if (!isfinite(value) || places == PLACES_MOST)
            break;
        (void)snprintf(text, sizeof(text), "%.*f", places, value);
    }
    set(node, "val", json_string(text));
    return node;
}

static json_t *
write_string(const struct expression *expression)
{
    json_t *node = new_node("stringLiteral");

    set(node, "val", new_text(expression->string));
    return node;
}

/* Adds what '@' and offset say. */
static void
add_shift(json_t *node, const struct expression_shift *shift)
{
    set(node, "offset", json_integer(shift->offset_ns / NS_PER_MS));
    set(node, "timestamp",
        shift->anchor == ANCHOR_TIME
            ? json_integer(shift->anchor_ns / NS_PER_MS)
            : json_null());
    set(node, "startOrEnd",
        shift->anchor == ANCHOR_START ? json_string("start")
        : shift->anchor == ANCHOR_END ? json_string("end")
                                      : json_null());
}

static json_t *
write_matchers(const struct expression_selector *selector)
{
    json_t *list = x_or_die(json_array());

    for (size_t i = 0; i < selector->matcher_count; i++) {
        const struct weir_matcher *matcher = &selector->matchers[i];
        json_t *item = x_or_die(json_object());
        set(item, "name", new_text(matcher->name));
        set(item, "value", new_text(matcher->value ? matcher->value : ""));
        set(item, "type", json_string(matches[matcher->match]));
        (void)json_array_append_new(list, item);
    }
    return list;
}

static json_t *
write_selector(const struct expression *expression)
{
    const struct expression_selector *selector = &expression->selector;
    bool matrix = selector->range_ns > 0;
    json_t *node = new_node(matrix ? "matrixSelector" : "vectorSelector");

    set(node, "name", new_text(selector->name ? selector->name : ""));
    if (matrix)
        set(node, "range", json_integer(selector->range_ns / NS_PER_MS));
    set(node, "matchers", write_matchers(selector));
    add_shift(node, &selector->shift);
    return node;
}

static json_t *
write_subquery(const struct expression *expression)
{
    const struct expression_subquery *subquery = &expression->subquery;
    json_t *node = new_node("subquery");

    set(node, "expr", write_expression(subquery->inner));
    set(node, "range", json_integer(subquery->range_ns / NS_PER_MS));
    set(node, "step", json_integer(subquery->step_ns / NS_PER_MS));
    add_shift(node, &subquery->shift);
    return node;
}

static json_t *
write_unary(const struct expression *expression)
{
    json_t *node = new_node("unaryExpr");

    set(node, "op", json_string(expression->unary.negative ? "-" : "+"));
    set(node, "expr", write_expression(expression->unary.inner));
    return node;
}

static json_t *
write_paren(const struct expression *expression)
{
    json_t *node = new_node("parenExpr");

    set(node, "expr", write_expression(expression->paren));
    return node;
}

/* How two vectors meet; null for anything else. */
static json_t *
write_matching(const struct expression_binary *binary)
{
    if (binary->left->type != VALUE_VECTOR ||
        binary->right->type != VALUE_VECTOR)
        return json_null();

    json_t *matching = x_or_die(json_object());
    set(matching, "card", json_string(cardinalities[binary->cardinality]));
    set(matching, "labels", write_labels(&binary->labels));
    set(matching, "on", json_boolean(binary->on));
    set(matching, "include", write_labels(&binary->include));
    return matching;
}

static json_t *
write_binary(const struct expression *expression)
{
    const struct expression_binary *binary = &expression->binary;
    json_t *node = new_node("binaryExpr");

    set(node, "op", json_string(operator_text(binary->kind)));
    set(node, "lhs", write_expression(binary->left));
    set(node, "rhs", write_expression(binary->right));
    set(node, "matching", write_matching(binary));
    set(node, "bool", json_boolean(binary->returns_bool));
    return node;
}

static json_t *
write_aggregation(const struct expression *expression)
{
    const struct expression_aggregation *aggregation = &expression->aggregation;
    json_t *node = new_node("aggregation");

    set(node, "op", json_string(aggregator_text(aggregation->aggregator)));
    set(node, "expr", write_expression(aggregation->inner));
    set(node, "param",
        aggregation->parameter ? write_expression(aggregation->parameter)
                               : json_null());
    set(node, "grouping", write_labels(&aggregation->labels));
    set(node, "without", json_boolean(aggregation->without));
    return node;
}

static json_t *
write_function(const struct function *function)
{
    json_t *node = x_or_die(json_object());
    json_t *arguments = x_or_die(json_array());

    for (int i = 0; i < function->argument_count; i++)
        (void)json_array_append_new(arguments,
                                    json_string(types[function->arguments[i]]));
    set(node, "name", json_string(function->name));
    set(node, "argTypes", arguments);
    set(node, "variadic", json_integer(function->variadic));
    set(node, "returnType", json_string(types[function->result]));
    return node;
}

static json_t *
write_call(const struct expression *expression)
{
    const struct expression_call *call = &expression->call;
    json_t *node = new_node("call");
    json_t *arguments = x_or_die(json_array());

    for (size_t i = 0; i < call->argument_count; i++)
        (void)json_array_append_new(arguments,
                                    write_expression(call->arguments[i]));
    set(node, "func", write_function(call->function));
    set(node, "args", arguments);
    return node;
}

static json_t *
write_expression(const struct expression *expression)
{
    static json_t *(*const writers[])(const struct expression *expression) = {
        [EXPRESSION_NUMBER] = write_number,
        [EXPRESSION_STRING] = write_string,
        [EXPRESSION_SELECTOR] = write_selector,
        [EXPRESSION_SUBQUERY] = write_subquery,
        [EXPRESSION_UNARY] = write_unary,
        [EXPRESSION_PAREN] = write_paren,
        [EXPRESSION_BINARY] = write_binary,
        [EXPRESSION_AGGREGATION] = write_aggregation,
        [EXPRESSION_CALL] = write_call,
    };

    return writers[expression->kind](expression);
}

char *
printer_json(const struct expression *expression)
{
    json_t *tree = write_expression(expression);
    char *text = x_or_die(json_dumps(tree, JSON_COMPACT));

    json_decref(tree);
    return text;
}
