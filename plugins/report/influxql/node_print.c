/* node_print.c - an expression as text; see node.h */
#include <config.h>

#include "node.h"

#include <inttypes.h>

#include "base.h"
#include "token.h"

static const char *const ops[] = {
    [OP_ADD] = "+",        [OP_SUBTRACT] = "-",       [OP_MULTIPLY] = "*",
    [OP_DIVIDE] = "/",     [OP_MODULO] = "%",         [OP_BIT_AND] = "&",
    [OP_BIT_OR] = "|",     [OP_BIT_XOR] = "^",        [OP_EQUAL] = "=",
    [OP_NOT_EQUAL] = "!=", [OP_LESS] = "<",           [OP_LESS_EQUAL] = "<=",
    [OP_GREATER] = ">",    [OP_GREATER_EQUAL] = ">=", [OP_LIKE] = "=~",
    [OP_NOT_LIKE] = "!~",  [OP_AND] = "AND",          [OP_OR] = "OR",
};

static const struct {
    const char *name;
    int64_t ns;
} units[] = {
    {"w", 7 * 24 * 3600 * NS_PER_S},
    {"d", 24 * 3600 * NS_PER_S},
    {"h", 3600 * NS_PER_S},
    {"m", 60 * NS_PER_S},
    {"s", NS_PER_S},
    {"ms", NS_PER_MS},
    {"u", NS_PER_US},
    {"ns", 1},
};

const char *
node_op(enum op op)
{
    return ops[op];
}

void
node_duration(int64_t ns, char ret_text[NODE_DURATION_SIZE])
{
    size_t unit = 0;

    while (ns % units[unit].ns != 0)
        unit++;
    if (ns == 0)
        unit = 4;
    (void)snprintf(ret_text, NODE_DURATION_SIZE, "%" PRId64 "%s",
                   ns / units[unit].ns, units[unit].name);
}

/* Writes a text between quotes. */
static void
print_quoted(FILE *to, const char *text, char quote)
{
    (void)fputc(quote, to);
    for (const char *at = text; *at; at++) {
        if (*at == '\n') {
            (void)fputs("\\n", to);
            continue;
        }
        if (*at == '\\' || *at == quote)
            (void)fputc('\\', to);
        (void)fputc(*at, to);
    }
    (void)fputc(quote, to);
}

static void
print_pattern(FILE *to, const char *text)
{
    (void)fputc('/', to);
    for (const char *at = text; *at; at++) {
        if (*at == '/')
            (void)fputc('\\', to);
        (void)fputc(*at, to);
    }
    (void)fputc('/', to);
}

static void
print_name(FILE *to, const struct node *self)
{
    static const char *const casts[] = {
        [CAST_NONE] = "", [CAST_FIELD] = "::field", [CAST_TAG] = "::tag"};

    if (self->kind == NODE_STAR)
        (void)fputc('*', to);
    else if (!*self->text || token_needs_quotes(self->text))
        print_quoted(to, self->text, '"');
    else
        (void)fputs(self->text, to);
    (void)fputs(casts[self->cast], to);
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */
static void
print_call(FILE *to, const struct node *self)
{
    (void)fprintf(to, "%s(", self->text);
    for (const struct node *at = self->left; at; at = at->next) {
        node_print(to, at);
        if (at->next)
            (void)fputs(", ", to);
    }
    (void)fputc(')', to);
}

static void
print_literal(FILE *to, const struct node *self)
{
    char duration[NODE_DURATION_SIZE];

    switch (self->kind) {
    case NODE_NUMBER:
        if (self->is_whole)
            (void)fprintf(to, "%" PRId64, self->time_ns);
        else
            (void)fprintf(to, "%.3f", self->number);
        break;
    case NODE_DURATION:
        node_duration(self->time_ns, duration);
        (void)fputs(duration, to);
        break;
    case NODE_BOOLEAN:
        (void)fputs(self->number != 0 ? "true" : "false", to);
        break;
    default:
        (void)fputs("now()", to);
        break;
    }
}

void
node_print(FILE *to, const struct node *self)
{
    switch (self->kind) {
    case NODE_TEXT:
        print_quoted(to, self->text, '\'');
        break;
    case NODE_PATTERN:
        print_pattern(to, self->text);
        break;
    case NODE_NAME:
    case NODE_STAR:
        print_name(to, self);
        break;
    case NODE_CALL:
        print_call(to, self);
        break;
    case NODE_GROUP:
        (void)fputc('(', to);
        node_print(to, self->left);
        (void)fputc(')', to);
        break;
    case NODE_BINARY:
        node_print(to, self->left);
        (void)fprintf(to, " %s ", node_op(self->op));
        node_print(to, self->right);
        break;
    default:
        print_literal(to, self);
        break;
    }
}
/* NOLINTEND(misc-no-recursion) */
