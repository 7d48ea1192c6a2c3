/* query/parser.c - a text to a tree of expressions: the frame of the parser
 *
 * See tree.h.  What an expression may be is in parser_expression.c, and its
 * parts in parser_selector.c, parser_suffix.c and parser_clause.c.
 */
#include <config.h>

#include "query/parser_inner.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/literal.h"
#include "query/typing.h"

char *
tree_position(const char *text, uint32_t at)
{
    uint32_t line = 1, begin = 0;
    char *position = NULL;

    for (uint32_t i = 0; i < at; i++) {
        if (text[i] == '\n') {
            line++;
            begin = i + 1;
        }
    }
    if (asprintf(&position, "%u:%u", line, at - begin + 1) < 0)
        x_or_die(NULL);
    return position;
}

bool
parser_refuse(struct parser *self, uint32_t at, const char *format, ...)
{
    const char *text = self->lexer.text;
    size_t size = 0;
    va_list arguments;

    if (self->why)
        return false;
    FILE *out = x_or_die(open_memstream(&self->why, &size));
    weir_cleanup(weir_free) char *position = tree_position(text, at);
    (void)fprintf(out,
                  "%s: parse error: ", *text ? position : "unknown position");
    va_start(arguments, format);
    (void)vfprintf(out, format, arguments);
    va_end(arguments);
    (void)fclose(out);
    return false;
}

bool
parser_unexpected(struct parser *self, const char *context,
                  const char *expected)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead)
        return false;
    if (!context && self->aggregations)
        context = "aggregation";
    weir_cleanup(weir_free) char *what =
        lexeme_describe(ahead, self->lexer.text);
    return parser_refuse(self, ahead->start, "unexpected %s%s%s%s%s", what,
                         context ? " in " : "", context ? context : "",
                         expected ? ", expected " : "",
                         expected ? expected : "");
}

static bool
read_ahead(struct parser *self)
{
    char *why = NULL;

    if (lexer_next(&self->lexer, &self->ahead, &why) < 0) {
        (void)parser_refuse(self, self->ahead.start, "%s", why);
        free(why);
        return false;
    }
    self->has_ahead = true;
    return true;
}

const struct lexeme *
parser_ahead(struct parser *self)
{
    return self->has_ahead || read_ahead(self) ? &self->ahead : NULL;
}

struct lexeme
parser_take(struct parser *self)
{
    self->has_ahead = false;
    self->end = self->ahead.end;
    return self->ahead;
}

bool
parser_accept(struct parser *self, enum lexeme_kind kind)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead || ahead->kind != kind)
        return false;
    (void)parser_take(self);
    return true;
}

bool
parser_accept_keyword(struct parser *self, enum keyword which)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead || !lexeme_is_keyword(ahead, which))
        return false;
    (void)parser_take(self);
    return true;
}

struct expression *
parser_new(struct parser *self, enum expression_kind kind, enum value_type type,
           uint32_t start)
{
    struct expression *expression =
        arena_alloc(&self->tree->memory, sizeof(*expression));

    expression->kind = kind;
    expression->type = type;
    expression->start = start;
    expression->end = self->end;
    expression->height = 1;
    return expression;
}

bool
parser_raise(struct parser *self, struct expression *expression,
             const struct expression *operand)
{
    if (operand->height >= expression->height)
        expression->height = operand->height + 1;
    if (expression->height > TREE_HEIGHT_MOST)
        return parser_refuse(self, expression->start,
                             "more than %d expressions in one another",
                             TREE_HEIGHT_MOST);
    return true;
}

const char *
parser_text(struct parser *self, const struct lexeme *lexeme)
{
    const char *text = self->lexer.text + lexeme->start;
    size_t length = lexeme->end - lexeme->start;

    if (lexeme->kind != LEXEME_STRING)
        return arena_bytes(&self->tree->memory, text, length);

    char *copy = arena_alloc(&self->tree->memory, length);
    (void)literal_string(text, length, copy);
    return copy;
}

bool
parser_number(struct parser *self, double *ret_value, bool *ret_duration)
{
    const struct lexeme number = parser_take(self);
    const char *text = self->lexer.text + number.start;
    size_t length = number.end - number.start;
    bool duration = number.kind == LEXEME_DURATION;
    weir_cleanup(weir_free) char *quoted = literal_quoted(text, length);
    int64_t ns = 0;

    int rc = duration ? literal_duration(text, length, &ns)
                      : literal_number(text, length, ret_value);
    if (rc == -ERANGE)
        return duration
                   ? parser_refuse(self, number.start, "duration out of range")
                   : parser_refuse(self, number.start,
                                   "error parsing number: parsing %s: value "
                                   "out of range",
                                   quoted);
    if (rc < 0)
        return parser_refuse(
            self, number.start,
            duration ? "not a valid duration string: %s"
                     : "error parsing number: parsing %s: invalid syntax",
            quoted);
    if (duration)
        *ret_value = (double)ns / 1e9;
    if (ret_duration)
        *ret_duration = duration;
    return true;
}

static struct expression *
read_question(struct parser *self)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (ahead && ahead->kind == LEXEME_END) {
        (void)parser_refuse(self, 0, "no expression found in input");
        return NULL;
    }
    struct expression *root = ahead ? parser_expression(self, 1) : NULL;
    ahead = root ? parser_ahead(self) : NULL;
    if (ahead && ahead->kind != LEXEME_END) {
        (void)parser_unexpected(self, NULL, NULL);
        return NULL;
    }
    return ahead && typing_check(self, root) ? root : NULL;
}

static struct expression *
read_selector(struct parser *self)
{
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead)
        return NULL;
    bool brace = ahead->kind == LEXEME_LEFT_BRACE;
    if (!brace && !lexeme_names_metric(ahead)) {
        (void)parser_unexpected(self, NULL, NULL);
        return NULL;
    }
    struct lexeme name = brace ? *ahead : parser_take(self);
    struct expression *root = parser_selector(self, brace ? NULL : &name);
    if (!root || !(ahead = parser_ahead(self)))
        return NULL;
    if (ahead->kind != LEXEME_END) {
        (void)parser_unexpected(self, NULL, NULL);
        return NULL;
    }
    return root;
}

static int
parse(const char *text, struct expression *(*read)(struct parser *),
      struct tree **ret_tree, char **reterr_why)
{
    weir_cleanup(tree_destroy) struct tree *tree = xcalloc(1, sizeof(*tree));
    size_t length = strnlen(text, TREE_TEXT_MOST + 1);
    struct parser parser = {.tree = tree};

    tree->text = arena_bytes(&tree->memory, text, length);
    parser.lexer.text = tree->text;
    if (length > TREE_TEXT_MOST)
        (void)parser_refuse(&parser, TREE_TEXT_MOST,
                            "a question has at most %d bytes", TREE_TEXT_MOST);
    else
        tree->root = read(&parser);
    if (parser.why) {
        *reterr_why = parser.why;
        return -EINVAL;
    }
    *ret_tree = weir_take(tree);
    return 0;
}

int
tree_parse(const char *text, struct tree **ret_tree, char **reterr_why)
{
    return parse(text, read_question, ret_tree, reterr_why);
}

int
tree_parse_selector(const char *text, struct tree **ret_tree, char **reterr_why)
{
    return parse(text, read_selector, ret_tree, reterr_why);
}

void
tree_destroy(struct tree **self_p)
{
    struct tree *self = *self_p;

    if (!self)
        return;
    for (size_t i = 0; i < self->pattern_count; i++)
        weir_pattern_destroy(&self->patterns[i]);
    free(self->patterns);
    arena_clear(&self->memory);
    free(self);
    *self_p = NULL;
}

const struct expression *
tree_root(const struct tree *self)
{
    return self->root;
}

const char *
tree_text(const struct tree *self)
{
    return self->text;
}
