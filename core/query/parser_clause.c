/* query/parser_clause.c - calls, aggregations, and lists of labels */
#include <config.h>

#include "query/parser_inner.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/literal.h"
#include "query/operator.h"
#include "utf8.h"

enum { LABELS_MOST = 1000 }; /* of a list; each is compared with each */

/* Pointers while they are read: texts or expressions. */
struct list {
    const void **items; /* [count] */
    size_t count;
};

static void
list_fini(struct list *self)
{
    free(self->items);
}

static void
add(struct list *list, const void *item)
{
    list->items = xrealloc(list->items, list->count + 1, sizeof(*list->items));
    list->items[list->count++] = item;
}

/* Returns a copy of the list that lives in the tree. */
static void *
keep(struct parser *self, const struct list *list)
{
    size_t size = list->count * sizeof(*list->items);
    void *copy = arena_alloc(&self->tree->memory, size);

    if (size)
        memcpy(copy, list->items, size);
    return copy;
}

static bool
is_utf8(const char *text)
{
    while (*text) {
        size_t size = utf8_length(text);
        if (!size)
            return false;
        text += size;
    }
    return true;
}

static bool
read_label(struct parser *self, struct list *list)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead)
        return false;
    if (ahead->kind != LEXEME_STRING && !lexeme_names_label(ahead))
        return parser_unexpected(self, "grouping opts", "label");
    const struct lexeme lexeme = parser_take(self);
    if (list->count == LABELS_MOST)
        return parser_refuse(self, lexeme.start, "more than %d labels",
                             LABELS_MOST);
    const char *label = parser_text(self, &lexeme);
    if (!*label || !is_utf8(label)) {
        weir_cleanup(weir_free) char *quoted =
            literal_quoted(label, strlen(label));
        return parser_refuse(self, lexeme.start,
                             "invalid label name for grouping: %s", quoted);
    }
    add(list, label);
    return true;
}

bool
parser_labels(struct parser *self, struct expression_labels *ret_labels)
{
    weir_cleanup(list_fini) struct list list = {NULL, 0};

    if (!parser_accept(self, LEXEME_LEFT_PAREN))
        return parser_unexpected(self, "grouping opts", "\"(\"");
    while (!parser_accept(self, LEXEME_RIGHT_PAREN)) {
        if (!read_label(self, &list))
            return false;
        if (parser_accept(self, LEXEME_COMMA))
            continue;
        const struct lexeme *ahead = parser_ahead(self);
        if (!ahead)
            return false;
        if (ahead->kind != LEXEME_RIGHT_PAREN)
            return parser_unexpected(self, "grouping opts", "\",\" or \")\"");
    }
    ret_labels->names = keep(self, &list);
    ret_labels->count = list.count;
    return true;
}

/* Reads group_left or group_right and its labels, which may be left out. */
static bool
read_group(struct parser *self, struct expression_binary *binary)
{
    if (parser_accept_keyword(self, KEYWORD_GROUP_LEFT))
        binary->cardinality = MANY_TO_ONE;
    else if (parser_accept_keyword(self, KEYWORD_GROUP_RIGHT))
        binary->cardinality = ONE_TO_MANY;
    else
        return true;
    const struct lexeme *ahead = parser_ahead(self);
    if (!ahead || ahead->kind != LEXEME_LEFT_PAREN)
        return ahead != NULL;
    return parser_labels(self, &binary->include);
}

bool
parser_matching(struct parser *self, struct expression_binary *binary)
{
    if (operator_is_set(binary->kind))
        binary->cardinality = MANY_TO_MANY;
    binary->returns_bool = parser_accept_keyword(self, KEYWORD_BOOL);
    binary->on = parser_accept_keyword(self, KEYWORD_ON);
    if (!binary->on && !parser_accept_keyword(self, KEYWORD_IGNORING))
        return self->why == NULL;
    return parser_labels(self, &binary->labels) && read_group(self, binary);
}

/* Reads arguments in parentheses. */
static bool
read_arguments(struct parser *self, struct list *list)
{
    if (!parser_accept(self, LEXEME_LEFT_PAREN))
        return parser_unexpected(self, NULL, NULL);
    if (parser_accept(self, LEXEME_RIGHT_PAREN))
        return true;
    for (;;) {
        const struct expression *argument = parser_expression(self, 1);
        if (!argument)
            return false;
        add(list, argument);
        if (parser_accept(self, LEXEME_RIGHT_PAREN))
            return true;
        if (!parser_accept(self, LEXEME_COMMA))
            return parser_unexpected(self, NULL, NULL);
        uint32_t comma = self->end - 1;
        if (!parser_expression_begins(self))
            return parser_refuse(
                self, comma,
                "trailing commas not allowed in function call args");
    }
}

static bool
raise_above(struct parser *self, struct expression *expression,
            const struct list *operands)
{
    for (size_t i = 0; i < operands->count; i++)
        if (!parser_raise(self, expression, operands->items[i]))
            return false;
    return true;
}

struct expression *
parser_call(struct parser *self, const struct lexeme *name)
{
    weir_cleanup(list_fini) struct list list = {NULL, 0};

    if (!read_arguments(self, &list))
        return NULL;
    const char *text = parser_text(self, name);
    const struct function *function = function_find(text);
    if (!function) {
        (void)parser_refuse(self, name->start,
                            "unknown function with name \"%s\"", text);
        return NULL;
    }
    struct expression *call =
        parser_new(self, EXPRESSION_CALL, function->result, name->start);
    call->call.function = function;
    call->call.arguments = keep(self, &list);
    call->call.argument_count = list.count;
    return raise_above(self, call, &list) ? call : NULL;
}

/* Reads 'by (...)' or 'without (...)', if that is ahead. */
static bool
read_grouping(struct parser *self, struct expression_aggregation *aggregation,
              bool *ret_found)
{
    aggregation->without = parser_accept_keyword(self, KEYWORD_WITHOUT);
    *ret_found =
        aggregation->without || parser_accept_keyword(self, KEYWORD_BY);
    return *ret_found ? parser_labels(self, &aggregation->labels) : !self->why;
}

/* Puts the arguments where they belong. */
static bool
set_operands(struct parser *self, struct expression *expression,
             const struct list *list)
{
    struct expression_aggregation *aggregation = &expression->aggregation;
    size_t wanted = aggregator_has_parameter(aggregation->aggregator) ? 2 : 1;

    if (list->count == 0)
        return parser_refuse(self, expression->start,
                             "no arguments for aggregate expression provided");
    if (list->count != wanted)
        return parser_refuse(self, expression->start,
                             "wrong number of arguments for aggregate "
                             "expression provided, expected %zu, got %zu",
                             wanted, list->count);
    if (wanted == 2)
        aggregation->parameter = list->items[0];
    aggregation->inner = list->items[wanted - 1];
    return raise_above(self, expression, list);
}

struct expression *
parser_aggregation(struct parser *self, const struct lexeme *name)
{
    weir_cleanup(list_fini) struct list list = {NULL, 0};
    struct expression_aggregation aggregation = {
        .aggregator = (enum aggregator)name->which};
    bool grouped = false;

    self->aggregations++;
    if (!read_grouping(self, &aggregation, &grouped) ||
        !read_arguments(self, &list) ||
        (!grouped && !read_grouping(self, &aggregation, &grouped)))
        return NULL;
    self->aggregations--;
    struct expression *expression =
        parser_new(self, EXPRESSION_AGGREGATION, VALUE_VECTOR, name->start);
    expression->aggregation = aggregation;
    return set_operands(self, expression, &list) ? expression : NULL;
}
