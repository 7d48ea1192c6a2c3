/* plan_columns.c - the columns of a SELECT, and what they are called */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "plan_inner.h"

enum { COLUMNS_MOST = 10000, TITLE_SIZE = 1024 };

bool
plan_matches(struct plan *self, const char *pattern, const char *name)
{
    struct weir_pattern *compiled = NULL;
    struct weir_matcher matcher = {.name = "", .match = WEIR_LIKE};
    char why[WHERE_WHY_SIZE];

    if (where_compile(pattern, &compiled, why) < 0) {
        self->why = arena_text(&self->arena, why);
        return false;
    }
    matcher.value = pattern;
    matcher.pattern = compiled;
    bool matches = weir_matches(&matcher, name);
    weir_pattern_destroy(&compiled);
    return matches;
}

void
plan_refuse(struct plan *self, const char *function)
{
    char why[TITLE_SIZE];

    (void)snprintf(why, sizeof(why), "%.64s() is not supported by weir",
                   function);
    if (!self->why)
        self->why = arena_text(&self->arena, why);
}

/* Expansion ----------------------------------------------------------------
 */

/* Where columns are added. */
struct growing {
    struct plan *plan;
    struct column **end;
};

static void
add_column(struct growing *self, struct node *what, const char *alias)
{
    struct column *column = arena_alloc(&self->plan->arena, sizeof(*column));

    if (self->plan->column_count == COLUMNS_MOST) {
        self->plan->why = "too many columns";
        return;
    }
    column->what = what;
    column->alias = alias;
    *self->end = column;
    self->end = &column->next;
    self->plan->column_count++;
}

static struct node *
new_name(struct plan *self, const char *text, enum cast cast)
{
    struct node *node = arena_alloc(&self->arena, sizeof(*node));

    node->kind = NODE_NAME;
    node->text = text;
    node->cast = cast;
    return node;
}

/* Says whether what is written for many stands for this name. */
static bool
is_meant(struct plan *self, const struct node *many, const char *name,
         enum cast cast)
{
    if (many->kind == NODE_PATTERN)
        return plan_matches(self, many->text, name);
    return many->cast == CAST_NONE || many->cast == cast;
}

/* Says whether tags are grouped by without being named; then, as in InfluxDB,
 * none is a column. */
static bool
groups_by_many(const struct select *what)
{
    for (const struct dimension *each = what->dimensions; each;
         each = each->next)
        if (!each->tag)
            return true;
    return false;
}

/* The fields, and the tags that are not grouped by, in one order. */
static void
expand_names(struct growing *growing, const struct node *many)
{
    struct plan *self = growing->plan;
    size_t f = 0, t = groups_by_many(self->what) ? self->tags.count : 0;

    while (f < self->fields.count || t < self->tags.count) {
        bool is_field =
            t == self->tags.count ||
            (f < self->fields.count &&
             strcmp(self->fields.items[f], self->tags.items[t]) <= 0);
        const char *name =
            is_field ? self->fields.items[f++] : self->tags.items[t++];
        enum cast cast = is_field ? CAST_FIELD : CAST_TAG;
        if ((is_field || names_find(&self->dimensions, name) < 0) &&
            is_meant(self, many, name, cast))
            add_column(growing, new_name(self, name, cast), NULL);
    }
}

/* The innermost thing that a function works on, if it stands for many. */
static const struct node *
find_many(const struct node *node)
{
    while (node && node->kind == NODE_CALL)
        node = node->left;
    return node && (node->kind == NODE_STAR || node->kind == NODE_PATTERN)
               ? node
               : NULL;
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

/* A copy of the call, with a field for what stands for many. */
static struct node *
call_of_field(struct plan *self, const struct node *call, const char *field)
{
    struct node *copy = arena_alloc(&self->arena, sizeof(*copy));

    if (call->kind != NODE_CALL) {
        copy = new_name(self, field, CAST_FIELD);
        copy->next = call->next;
        return copy;
    }
    *copy = *call;
    copy->left = call_of_field(self, call->left, field);
    return copy;
}

/* NOLINTEND(misc-no-recursion) */

static void
expand_call(struct growing *growing, const struct column *column)
{
    struct plan *self = growing->plan;
    const struct node *many = find_many(column->what);
    const char *first = column->alias ? column->alias : column->what->text;
    char title[TITLE_SIZE];

    for (size_t i = 0; i < self->fields.count; i++) {
        const char *field = self->fields.items[i];
        if (many->cast == CAST_TAG || !is_meant(self, many, field, CAST_FIELD))
            continue;
        (void)snprintf(title, sizeof(title), "%s_%s", first, field);
        add_column(growing, call_of_field(self, column->what, field),
                   arena_text(&self->arena, title));
    }
}

void
plan_expand(struct plan *self)
{
    struct growing growing = {self, &self->columns};

    for (const struct column *column = self->what->columns; column;
         column = column->next) {
        struct node *what = column->what;
        if (what->kind == NODE_STAR || what->kind == NODE_PATTERN)
            expand_names(&growing, what);
        else if (what->kind == NODE_CALL && find_many(what))
            expand_call(&growing, column);
        else if (!where_is_time(what))
            add_column(&growing, what, column->alias);
    }
}

/* Titles -------------------------------------------------------------------
 */

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

/* Adds the names of what a column is made of, joined by '_'. */
static void
add_parts(const struct node *node, char title[TITLE_SIZE])
{
    size_t size = strlen(title);

    if (node->kind == NODE_GROUP) {
        add_parts(node->left, title);
    } else if (node->kind == NODE_BINARY) {
        add_parts(node->left, title);
        add_parts(node->right, title);
    } else if (node->kind == NODE_NAME || node->kind == NODE_CALL) {
        (void)snprintf(title + size, TITLE_SIZE - size, "%s%s", size ? "_" : "",
                       node->text);
    }
}

/* NOLINTEND(misc-no-recursion) */

static bool
is_taken(const struct plan *self, const char *title)
{
    for (size_t i = 0; i <= self->column_count; i++)
        if (self->titles[i] && strcmp(self->titles[i], title) == 0)
            return true;
    return false;
}

/* A title that no column has so far. */
static const char *
unique_title(struct plan *self, const char *title)
{
    char other[TITLE_SIZE];

    if (!is_taken(self, title))
        return arena_text(&self->arena, title);
    for (size_t n = 1;; n++) {
        (void)snprintf(other, sizeof(other), "%.*s_%zu", TITLE_SIZE - 32, title,
                       n);
        if (!is_taken(self, other))
            return arena_text(&self->arena, other);
    }
}

/* The time is the first column; who names it otherwise may. */
static const char *
title_of_time(const struct plan *self)
{
    for (const struct column *column = self->what->columns; column;
         column = column->next)
        if (where_is_time(column->what) && column->alias)
            return column->alias;
    return "time";
}

void
plan_title(struct plan *self)
{
    size_t count = 0;

    self->titles = xcalloc(self->column_count + 1, sizeof(*self->titles));
    self->titles[0] = title_of_time(self);
    /* What has a name keeps it, and all else makes way. */
    for (const struct column *column = self->columns; column;
         column = column->next)
        self->titles[++count] = column->alias;
    count = 0;
    for (const struct column *column = self->columns; column;
         column = column->next) {
        char title[TITLE_SIZE] = "";
        count++;
        if (column->alias)
            continue;
        add_parts(column->what, title);
        self->titles[count] = unique_title(self, title);
    }
}
