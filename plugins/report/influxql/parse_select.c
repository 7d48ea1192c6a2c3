/* parse_select.c - SELECT; see parse_inner.h */
#include <config.h>

#include "parse_inner.h"

#include <strings.h>
#include <sys/stat.h>

#include "base.h"
#include "node.h"

#define ZONES "/usr/share/zoneinfo/"

/* The last operator within a column that makes a condition, or -1. */
static int
condition_in(const struct node *node) // NOLINT(misc-no-recursion)
{
    int last = -1;

    if (node->kind == NODE_BINARY && node->op >= OP_EQUAL)
        return (int)node->op;
    for (const struct node *at = node->left; at; at = at->next) {
        int op = condition_in(at);
        if (op >= 0)
            last = op;
    }
    int op = node->right ? condition_in(node->right) : -1;
    return op >= 0 ? op : last;
}

/* InfluxDB says the place of what comes first, not of the operator. */
static int
parse_column_expression(struct parser *self, struct node **ret_node)
{
    size_t line = 0;
    size_t character = 0;
    struct token first = parse_next(self);

    parse_back(self);
    int rc = parse_expression(self, ret_node);
    if (rc < 0)
        return rc;
    int op = condition_in(*ret_node);
    if (op >= 0) {
        scanner_place(&self->scanner, first.at, &line, &character);
        return parse_refuse(self,
                            "invalid operator %s in SELECT clause at line "
                            "%zu, char %zu; operator is intended for WHERE "
                            "clause",
                            node_op((enum op)op), line, character);
    }
    return 0;
}

static int
parse_column(struct parser *self, struct column *column)
{
    const char *pattern = NULL;

    int rc = parse_pattern(self, &pattern);
    if (rc < 0)
        return rc;
    if (pattern) {
        column->what = parse_node(self, NODE_PATTERN);
        column->what->text = pattern;
    } else {
        rc = parse_column_expression(self, &column->what);
    }
    if (rc == 0 && parse_take(self, WORD_AS))
        rc = parse_ident(self, &column->alias);
    if (rc == 0)
        parse_skip_blank(self);
    return rc;
}

static int
parse_columns(struct parser *self, struct column **last)
{
    do {
        *last = arena_words(&self->tree->arena, sizeof(**last));
        int rc = parse_column(self, *last);
        if (rc < 0)
            return rc;
        last = &(*last)->next;
    } while (parse_any(self).kind == TOKEN_COMMA);
    parse_back(self);
    return 0;
}

/* INTO; what it names is not kept. */
static int
parse_target(struct parser *self, bool *ret_has_target)
{
    const char *parts[3] = {NULL};
    size_t count = 0;
    bool is_wanted = *ret_has_target;

    struct token token = parse_next(self);
    *ret_has_target = token.kind == WORD_INTO;
    if (!*ret_has_target) {
        if (is_wanted)
            return parse_unexpected(self, &token, "INTO");
        parse_back(self);
        return 0;
    }
    int rc = parse_segments(self, parts, &count);
    if (rc < 0 || count == 3 || scanner_peek(&self->scanner) != ':')
        return rc;
    rc = parse_want(self, TOKEN_COLON);
    return rc < 0 ? rc : parse_want(self, WORD_MEASUREMENT);
}

/* Says whether a call of 'name' comes next. */
static bool
is_next(struct parser *self, const char *name)
{
    struct token token = parse_next(self);

    parse_back(self);
    return token.kind == TOKEN_IDENT && strcasecmp(token.text, name) == 0;
}

static const struct {
    const char *name;
    enum fill fill;
} fills[] = {
    {"null", FILL_NULL},
    {"none", FILL_NONE},
    {"previous", FILL_PREVIOUS},
    {"linear", FILL_LINEAR},
};

static int
read_fill(struct parser *self, const struct node *by, struct select *into)
{
    into->fills = true;
    for (size_t i = 0; i < ARRAY_SIZE(fills); i++)
        if (by->kind == NODE_NAME && strcmp(by->text, fills[i].name) == 0) {
            into->fill = fills[i].fill;
            return 0;
        }
    if (by->kind != NODE_NUMBER)
        return parse_refuse(self, "expected number argument in fill()");
    into->fill = FILL_NUMBER;
    into->fill_number = by->number;
    return 0;
}

static int
parse_fill(struct parser *self, struct select *into)
{
    struct node *node = NULL;

    if (!is_next(self, "fill"))
        return 0;
    int rc = parse_expression(self, &node);
    if (rc < 0)
        return rc;
    if (node->kind != NODE_CALL)
        return parse_refuse(self, "fill must be a function call");
    if (!node->left || node->left->next)
        return parse_refuse(self, "fill requires an argument, e.g.: 0, null, "
                                  "none, previous, linear");
    return read_fill(self, node->left, into);
}

static bool
is_zone(const char *name)
{
    char path[256];
    struct stat about;

    if (!*name || strcmp(name, "UTC") == 0 || strcmp(name, "Local") == 0)
        return true;
    if (strstr(name, "..") || name[0] == '/' || strchr(name, '\\'))
        return false;
    int length = snprintf(path, sizeof(path), ZONES "%s", name);
    return length < (int)sizeof(path) && stat(path, &about) == 0 &&
           S_ISREG(about.st_mode);
}

static int
parse_zone(struct parser *self, struct select *into)
{
    struct node *node = NULL;

    if (!is_next(self, "tz"))
        return 0;
    int rc = parse_expression(self, &node);
    if (rc < 0)
        return rc;
    if (node->kind != NODE_CALL)
        return parse_refuse(self, "tz must be a function call");
    if (!node->left || node->left->next)
        return parse_refuse(self, "tz requires exactly one argument");
    if (node->left->kind != NODE_TEXT)
        return parse_refuse(self, "expected string argument in tz()");
    if (!is_zone(node->left->text))
        return parse_refuse(self, "unable to find time zone %s",
                            node->left->text);
    into->zone = node->left->text;
    return 0;
}

static int
parse_head(struct parser *self, struct select *into, bool *ret_has_target)
{
    int rc = parse_columns(self, &into->columns);
    if (rc == 0)
        rc = parse_target(self, ret_has_target);
    if (rc == 0)
        rc = parse_want(self, WORD_FROM);
    if (rc == 0)
        rc = parse_sources(self, true, &into->sources);
    return rc;
}

static int
parse_page(struct parser *self, struct page *page)
{
    int rc = parse_limit_offset(self, page);
    if (rc == 0)
        rc = parse_number_after(self, WORD_SLIMIT, &page->slimit);
    if (rc == 0)
        rc = parse_number_after(self, WORD_SOFFSET, &page->soffset);
    return rc;
}

int
parse_select(struct parser *self, struct select *into, bool *ret_has_target)
{
    int rc = parse_head(self, into, ret_has_target);
    if (rc == 0)
        rc = parse_where(self, &into->where);
    if (rc == 0)
        rc = parse_dimensions(self, into);
    if (rc == 0)
        rc = parse_fill(self, into);
    if (rc == 0)
        rc = parse_order(self, &into->backwards);
    if (rc == 0)
        rc = parse_page(self, &into->page);
    if (rc == 0)
        rc = parse_zone(self, into);
    for (struct column *at = into->columns; rc == 0 && at; at = at->next)
        at->what = node_reduce_whole(at->what);
    return rc;
}
