/* plan.c - a SELECT, once it is known which fields and tags there are */
#include <config.h>

#include "plan.h"

#include <string.h>

#include "base.h"
#include "plan_inner.h"

/* Names --------------------------------------------------------------------
 */

/* Returns where a text is, or belongs. */
static size_t
place_of(const struct names *self, const char *name)
{
    size_t low = 0, high = self->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(self->items[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t
names_find(const struct names *self, const char *name)
{
    size_t at = place_of(self, name);

    return at < self->count && strcmp(self->items[at], name) == 0 ? (int64_t)at
                                                                  : -1;
}

void
names_add(struct names *self, const char *name)
{
    size_t at = place_of(self, name);

    if (at < self->count && strcmp(self->items[at], name) == 0)
        return;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 16;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    memmove(&self->items[at + 1], &self->items[at],
            (self->count - at) * sizeof(*self->items));
    self->items[at] = name;
    self->count++;
}

static void
take_names(struct plan *self, const struct survey *survey)
{
    for (size_t i = 0; i < survey->count; i++) {
        const struct found *found = &survey->found[i];
        names_add(&self->fields, found->field);
        for (size_t t = 0; t < found->tag_count; t++)
            names_add(&self->tags, found->tags[t].key);
    }
}

static void
take_dimensions(struct plan *self)
{
    for (const struct dimension *each = self->what->dimensions; each;
         each = each->next) {
        if (each->tag)
            names_add(&self->dimensions, each->tag);
        for (size_t i = 0; !each->tag && i < self->tags.count; i++)
            if (each->all ||
                plan_matches(self, each->pattern, self->tags.items[i]))
                names_add(&self->dimensions, self->tags.items[i]);
    }
}

/* What is read, and how ----------------------------------------------------
 */

int64_t
plan_input(const struct plan *self, const struct node *name)
{
    return name->cast == CAST_TAG ? -1 : names_find(&self->inputs, name->text);
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

static void
take_inputs(struct plan *self, const struct node *node)
{
    for (; node; node = node->next) {
        if (node->kind == NODE_NAME && node->cast != CAST_TAG &&
            names_find(&self->fields, node->text) >= 0)
            names_add(&self->inputs, node->text);
        if (node->kind == NODE_CALL || node->kind == NODE_BINARY ||
            node->kind == NODE_GROUP)
            take_inputs(self, node->left);
        if (node->kind == NODE_BINARY)
            take_inputs(self, node->right);
    }
}

/* A condition's fields are what is not compared with a text. */
static void
take_condition(struct plan *self, const struct node *node)
{
    if (node->kind == NODE_GROUP) {
        take_condition(self, node->left);
    } else if (node->kind == NODE_BINARY &&
               (node->op == OP_AND || node->op == OP_OR)) {
        take_condition(self, node->left);
        take_condition(self, node->right);
    } else if (node->kind == NODE_BINARY && !where_is_time(node->left) &&
               !where_is_time(node->right)) {
        if (!where_is_of_fields(self->where, node))
            return;
        self->tallied = false;
        take_inputs(self, node->left);
        take_inputs(self, node->right);
    }
}

/* What a function means for the plan; 'of_call': it works on what another
 * gives. */
static void
take_function(struct plan *self, const struct function *function, bool of_call)
{
    if (function->next) {
        self->tallied &= of_call;
        self->transforms |= self->what->every_ns > 0;
        if (of_call && self->what->every_ns && function->extra > self->extra)
            self->extra = function->extra;
        return;
    }
    self->tallied &= function->of_tally != NULL;
    self->functions = self->functions && function->functions
                          ? self->functions | function->functions
                          : 0;
    self->picks |= function->kind == FUNCTION_SELECTOR;
}

static void
take_call(struct plan *self, const struct node *call)
{
    bool of_call = call->left && call->left->kind == NODE_CALL;
    const struct function *function = function_named(call->text);

    if (function)
        take_function(self, function, of_call);
    else if (strcmp(call->text, "distinct") == 0)
        self->tallied = false;
    else
        plan_refuse(self, call->text);
    if (of_call)
        take_call(self, call->left);
}

static void
take_calls(struct plan *self, const struct node *node)
{
    if (node->kind == NODE_CALL) {
        self->calls++;
        take_call(self, node);
        return;
    }
    if (node->kind == NODE_BINARY || node->kind == NODE_GROUP)
        take_calls(self, node->left);
    if (node->kind == NODE_BINARY)
        take_calls(self, node->right);
}

/* Says whether a name stands outside of functions. */
static bool
has_bare_name(const struct node *node)
{
    if (node->kind == NODE_NAME)
        return true;
    if (node->kind == NODE_GROUP)
        return has_bare_name(node->left);
    return node->kind == NODE_BINARY &&
           (has_bare_name(node->left) || has_bare_name(node->right));
}

/* NOLINTEND(misc-no-recursion) */

static void
choose_way(struct plan *self)
{
    size_t plain = 0, extras = 0;

    self->tallied = true;
    self->functions = UINT32_C(1) << WEIR_COUNT_OF;
    for (const struct column *column = self->columns; column;
         column = column->next) {
        int64_t extra = self->extra;
        self->extra = 0;
        take_inputs(self, column->what);
        take_calls(self, column->what);
        self->tallied &= !has_bare_name(column->what);
        plain += self->extra == 0;
        extras += self->extra > 0;
        self->extra = extra > self->extra ? extra : self->extra;
    }
    if (self->where->condition)
        take_condition(self, self->where->condition);
    self->picks &= self->calls == 1;
    self->tallied &= self->calls > 0 && !(plain && extras);
    /* A store does not tell when the chosen point was. */
    if (self->picks && self->what->every_ns == 0)
        self->functions = 0;
}

void
plan_init(struct plan *self, const struct select *what,
          const struct where *where, const struct survey *survey)
{
    *self = (struct plan){.what = what, .where = where};
    if (what->zone && strcmp(what->zone, "UTC") != 0)
        self->why = "tz() is not supported by weir, but for 'UTC'";
    take_names(self, survey);
    take_dimensions(self);
    plan_expand(self);
    choose_way(self);
    plan_title(self);
}

static void
names_fini(struct names *self)
{
    free(self->items);
}

void
plan_fini(struct plan *self)
{
    names_fini(&self->fields);
    names_fini(&self->tags);
    names_fini(&self->inputs);
    names_fini(&self->dimensions);
    free(self->titles);
    arena_clear(&self->arena);
    *self = (struct plan){0};
}
