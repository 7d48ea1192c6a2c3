/* check.c - whether a SELECT makes sense; see check.h */
#include <config.h>

#include "check_inner.h"

#include <stdarg.h>

#include "base.h"

const char *
check_say(struct check *self, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;

    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    x_or_die(length < 0 ? NULL : text);
    const char *copy = arena_text(self->arena, text);
    free(text);
    return copy;
}

static bool
is_literal(const struct node *node)
{
    return node->kind == NODE_NUMBER || node->kind == NODE_DURATION ||
           node->kind == NODE_TEXT || node->kind == NODE_BOOLEAN ||
           node->kind == NODE_PATTERN;
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */
static const char *
check_binary(struct check *self, const struct node *node)
{
    bool is_left_literal = is_literal(node->left);
    bool is_right_literal = is_literal(node->right);

    self->no_wildcard = true;
    if (is_left_literal && is_right_literal)
        return "cannot perform a binary expression on two literals";
    const char *wrong = NULL;
    if (!is_left_literal)
        wrong = check_expression(self, node->left);
    if (!wrong && !is_right_literal)
        wrong = check_expression(self, node->right);
    return wrong;
}

const char *
check_expression(struct check *self, const struct node *node)
{
    switch (node->kind) {
    case NODE_NAME:
        self->has_plain = true;
        return NULL;
    case NODE_STAR:
        self->has_plain = true;
        return self->no_wildcard
                   ? "unable to use wildcard in a binary expression"
                   : NULL;
    case NODE_PATTERN:
        self->has_plain = true;
        return self->no_wildcard ? "unable to use regex in a binary expression"
                                 : NULL;
    case NODE_CALL:
        return check_call(self, node);
    case NODE_TIME:
        return "undefined function now()";
    case NODE_BINARY:
        return check_binary(self, node);
    case NODE_GROUP:
        return check_expression(self, node->left);
    default:
        return "field must contain at least one variable";
    }
}

/* NOLINTEND(misc-no-recursion) */

static const char *
check_columns(struct check *self)
{
    const struct column *at = self->select->columns;
    size_t count = 0;

    for (; at; at = at->next) {
        if (at->what->kind == NODE_NAME && strcmp(at->what->text, "time") == 0)
            continue;
        count++;
        self->no_wildcard = false;
        const char *wrong = check_expression(self, at->what);
        if (wrong)
            return wrong;
    }
    return count ? NULL : "at least 1 non-time field must be queried";
}

/* What must not be without a function. */
static const char *
check_without_calls(const struct check *self)
{
    if (self->select->fills && self->select->fill == FILL_NONE)
        return "fill(none) must be used with a function";
    if (self->select->fills && self->select->fill == FILL_LINEAR)
        return "fill(linear) must be used with a function";
    if (self->every_ns && !self->inherits)
        return "GROUP BY requires at least one aggregate function";
    return NULL;
}

/* Whether the columns go with each other. */
static const char *
check_together(struct check *self)
{
    if (self->calls > 1 && self->edges)
        return check_say(self,
                         "selector function %s() cannot be combined with "
                         "other functions",
                         self->edges);
    const char *wrong = self->calls ? NULL : check_without_calls(self);
    if (wrong)
        return wrong;
    if (self->has_distinct && (self->calls != 1 || self->has_plain))
        return "aggregate function distinct() cannot be combined with other "
               "functions or fields";
    if (self->has_plain && self->aggregates)
        return "mixing aggregate and non-aggregate queries is not supported";
    if (self->has_plain && self->calls > 1)
        return "mixing multiple selector functions with tags or fields is not "
               "supported";
    return NULL;
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */
static const char *check_level(struct arena *arena, const struct select *select,
                               const struct check *around);

static const char *
check_sources(const struct check *self)
{
    const struct source *at = self->select->sources;

    for (; at; at = at->next) {
        const char *wrong =
            at->select ? check_level(self->arena, at->select, self) : NULL;
        if (wrong)
            return wrong;
    }
    return NULL;
}

static const char *
check_level(struct arena *arena, const struct select *select,
            const struct check *around)
{
    struct check self = {
        .arena = arena, .select = select, .every_ns = select->every_ns};

    if (select->wrong)
        return select->wrong;
    if (around && select->backwards && !around->select->backwards)
        return "subqueries must be ordered in the same direction as the query "
               "itself";
    if (around && !self.every_ns && around->every_ns) {
        self.every_ns = around->every_ns;
        self.inherits = true;
    }
    const char *wrong = check_columns(&self);
    if (!wrong)
        wrong = check_together(&self);
    return wrong ? wrong : check_sources(&self);
}

/* NOLINTEND(misc-no-recursion) */

const char *
check_select(struct arena *arena, const struct select *self)
{
    return check_level(arena, self, NULL);
}
