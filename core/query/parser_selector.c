/* query/parser_selector.c - a name and matchers in braces */
#include <config.h>

#include "query/parser_inner.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

enum {
    PATTERNS_MOST = 1000, /* of a question: each costs some kilobytes */
    WHY_SIZE = 512,
};

/* Matchers while they are read. */
struct list {
    struct weir_matcher *matchers; /* [count] */
    size_t count;
};

static void
list_fini(struct list *self)
{
    free(self->matchers);
}

static void
add(struct list *list, const struct weir_matcher *matcher)
{
    list->matchers =
        xrealloc(list->matchers, list->count + 1, sizeof(*list->matchers));
    list->matchers[list->count++] = *matcher;
}

static bool
compile(struct parser *self, struct weir_matcher *matcher, uint32_t at)
{
    struct tree *tree = self->tree;
    struct weir_pattern *pattern = NULL;
    char why[WHY_SIZE] = "";

    if (matcher->match != WEIR_LIKE && matcher->match != WEIR_NOT_LIKE)
        return true;
    if (tree->pattern_count == PATTERNS_MOST)
        return parser_refuse(self, at, "more than %d regular expressions",
                             PATTERNS_MOST);
    if (weir_pattern_new(matcher->value, why, sizeof(why), &pattern) < 0)
        return parser_refuse(self, at, "error parsing regexp: %s", why);
    tree->patterns = xrealloc(tree->patterns, tree->pattern_count + 1,
                              sizeof(struct weir_pattern *));
    tree->patterns[tree->pattern_count++] = pattern;
    matcher->pattern = pattern;
    return true;
}

static bool
match_of(const struct lexeme *lexeme, enum weir_match *ret_match)
{
    static const struct {
        enum lexeme_kind kind;
        int which;
        enum weir_match match;
    } matches[] = {
        {LEXEME_EQUAL, 0, WEIR_EQUAL},
        {LEXEME_OPERATOR, OPERATOR_NOT_EQUAL, WEIR_NOT_EQUAL},
        {LEXEME_LIKE, 0, WEIR_LIKE},
        {LEXEME_NOT_LIKE, 0, WEIR_NOT_LIKE},
    };

    for (size_t i = 0; i < ARRAY_SIZE(matches); i++) {
        if (lexeme->kind != matches[i].kind ||
            lexeme->which != matches[i].which)
            continue;
        *ret_match = matches[i].match;
        return true;
    }
    return false;
}

/* Reads what follows the name of a label. */
static bool
read_condition(struct parser *self, const struct lexeme *name,
               struct weir_matcher *matcher)
{
    (void)parser_take(self);
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead)
        return false;
    if (ahead->kind != LEXEME_STRING)
        return parser_unexpected(self, "label matching", "string");
    const struct lexeme value = parser_take(self);
    matcher->name = parser_text(self, name);
    matcher->value = parser_text(self, &value);
    return compile(self, matcher, name->start);
}

/* Reads 'label="value"', or a string alone, which is the metric's name. */
static bool
read_matcher(struct parser *self, struct list *list)
{
    struct weir_matcher matcher = {.name = "__name__", .match = WEIR_EQUAL};
    const struct lexeme *ahead = parser_ahead(self);

    if (!ahead)
        return false;
    if (ahead->kind != LEXEME_IDENTIFIER && ahead->kind != LEXEME_STRING)
        return parser_unexpected(self, "label matching", "identifier or \"}\"");
    const struct lexeme name = parser_take(self);
    if (!(ahead = parser_ahead(self)))
        return false;
    if (match_of(ahead, &matcher.match)) {
        if (!read_condition(self, &name, &matcher))
            return false;
    } else if (name.kind == LEXEME_STRING) {
        matcher.value = parser_text(self, &name);
    } else {
        return parser_unexpected(self, "label matching",
                                 "label matching operator");
    }
    add(list, &matcher);
    return true;
}

/* Reads up to the closing brace; a comma may stand before it. */
static bool
read_matchers(struct parser *self, struct list *list)
{
    if (parser_accept(self, LEXEME_RIGHT_BRACE))
        return true;
    for (;;) {
        if (!read_matcher(self, list))
            return false;
        bool comma = parser_accept(self, LEXEME_COMMA);
        if (parser_accept(self, LEXEME_RIGHT_BRACE))
            return true;
        if (!comma)
            return parser_unexpected(self, "label matching", "\",\" or \"}\"");
    }
}

struct expression *
parser_selector(struct parser *self, const struct lexeme *name)
{
    weir_cleanup(list_fini) struct list list = {NULL, 0};
    uint32_t start = name ? name->start : self->ahead.start;

    if (parser_accept(self, LEXEME_LEFT_BRACE) && !read_matchers(self, &list))
        return NULL;
    struct expression *expression =
        parser_new(self, EXPRESSION_SELECTOR, VALUE_VECTOR, start);
    struct expression_selector *selector = &expression->selector;
    if (name) {
        selector->name = parser_text(self, name);
        add(&list, &(struct weir_matcher){.name = "__name__",
                                          .match = WEIR_EQUAL,
                                          .value = selector->name});
    }
    size_t size = list.count * sizeof(*list.matchers);
    struct weir_matcher *matchers = arena_alloc(&self->tree->memory, size);
    if (size)
        memcpy(matchers, list.matchers, size);
    selector->matchers = matchers;
    selector->matcher_count = list.count;
    return expression;
}
