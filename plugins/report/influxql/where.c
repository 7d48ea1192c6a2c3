/* where.c - a condition, and what of it a storage can look for */
#include <config.h>

#include "where.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../influx/naming.h"
#include "base.h"
#include "node.h"
#include "where_inner.h"
#include "where_time.h"

bool
where_is_time(const struct node *node)
{
    return node->kind == NODE_NAME && strcasecmp(node->text, "time") == 0;
}

/* Patterns -----------------------------------------------------------------
 */

int
where_compile(const char *text, struct weir_pattern **ret_pattern,
              char why[WHERE_WHY_SIZE])
{
    weir_cleanup(weir_free) char *anchored = NULL;
    char reason[WHERE_WHY_SIZE / 2] = "";

    if (asprintf(&anchored, "(?s:.*)(?:%s)(?s:.*)", text) < 0)
        anchored = x_or_die(NULL);
    int rc = weir_pattern_new(anchored, reason, sizeof(reason), ret_pattern);
    if (rc < 0)
        (void)snprintf(why, WHERE_WHY_SIZE, "invalid regular expression: %s",
                       reason);
    return rc;
}

/* Texts that matchers show, beside their patterns. */
static const char *
anchored_text(struct where *self, const char *text)
{
    size_t size = strlen(text) + sizeof("(?s:.*)(?:)(?s:.*)");
    char *anchored = arena_words(&self->arena, size);

    (void)snprintf(anchored, size, "(?s:.*)(?:%s)(?s:.*)", text);
    return anchored;
}

/* Tags ---------------------------------------------------------------------
 */

/* Gives a matcher the text or pattern.  Returns 0 or -EINVAL. */
static int
aim(struct where *self, struct weir_matcher *matcher, enum op op,
    const struct node *value, char why[WHERE_WHY_SIZE])
{
    static const enum weir_match matches[] = {[OP_EQUAL] = WEIR_EQUAL,
                                              [OP_NOT_EQUAL] = WEIR_NOT_EQUAL,
                                              [OP_LIKE] = WEIR_LIKE,
                                              [OP_NOT_LIKE] = WEIR_NOT_LIKE};
    struct weir_pattern *pattern = NULL;

    matcher->match = matches[op];
    matcher->value = value->text;
    if (value->kind != NODE_PATTERN)
        return 0;
    int rc = where_compile(value->text, &pattern, why);
    matcher->pattern = pattern;
    matcher->value = anchored_text(self, value->text);
    return rc;
}

/* The tag and the text or pattern of a comparison, whose sides may be either.
 */
struct sides {
    const struct node *name, *value;
};

static struct sides
sides_of(const struct node *node)
{
    bool turned = node->right->kind == NODE_NAME;

    return (struct sides){turned ? node->right : node->left,
                          turned ? node->left : node->right};
}

/* Says whether a node compares a name with a text or a pattern. */
static bool
is_test(const struct node *node)
{
    struct sides sides = sides_of(node);

    return sides.name->kind == NODE_NAME &&
           (sides.value->kind == NODE_TEXT ||
            sides.value->kind == NODE_PATTERN) &&
           (node->op == OP_EQUAL || node->op == OP_NOT_EQUAL ||
            node->op == OP_LIKE || node->op == OP_NOT_LIKE);
}

static int
add_test(struct where *self, const struct node *node, bool at_top,
         char why[WHERE_WHY_SIZE])
{
    struct sides sides = sides_of(node);
    const char *tag = sides.name->text;
    char *label = arena_words(&self->arena, naming_room(strlen(tag)));

    if (naming_label(tag, label) < 0)
        label = arena_text(&self->arena, "");
    self->tests =
        xrealloc(self->tests, self->test_count + 1, sizeof(*self->tests));
    struct where_test *test = &self->tests[self->test_count++];
    *test = (struct where_test){.node = node, .tag = tag};
    test->matcher.name = label;
    int rc = aim(self, &test->matcher, node->op, sides.value, why);
    if (rc == 0 && at_top && *label) {
        self->matchers =
            xrealloc(self->matchers, self->count + 1, sizeof(*self->matchers));
        self->matchers[self->count++] = test->matcher;
    }
    return rc;
}

static bool
is_of_time(const struct node *node)
{
    while (node->kind == NODE_GROUP)
        node = node->left;
    return node->kind == NODE_BINARY && node->op != OP_AND &&
           node->op != OP_OR &&
           (where_is_time(node->left) || where_is_time(node->right));
}

const struct node *
where_without_time(const struct node *node)
{
    for (;;) {
        while (node->kind == NODE_GROUP)
            node = node->left;
        if (is_of_time(node))
            return NULL;
        if (node->kind != NODE_BINARY ||
            (node->op != OP_AND && node->op != OP_OR))
            return node;
        if (is_of_time(node->left))
            node = node->right;
        else if (is_of_time(node->right))
            node = node->left;
        else
            return node;
    }
}

/* Says in InfluxDB's words what is no condition. */
static int
refuse(const struct node *node, const char *what, char why[WHERE_WHY_SIZE])
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    node_print(out, node);
    (void)fclose(out);
    (void)snprintf(why, WHERE_WHY_SIZE, "invalid %s: %s", what,
                   text ? text : "");
    return -EINVAL;
}

/* Returns a function in an expression, or NULL.  As deep as the parser lets it
 * be. */
static const struct node *
find_call(const struct node *node) // NOLINT(misc-no-recursion)
{
    while (node->kind == NODE_GROUP)
        node = node->left;
    if (node->kind == NODE_CALL)
        return node;
    if (node->kind != NODE_BINARY)
        return NULL;
    const struct node *call = find_call(node->left);
    return call ? call : find_call(node->right);
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

/* Looks at a part of the condition; 'at_top' says that all must hold. */
static int
read_node(struct where *self, const struct node *node, bool at_top,
          char why[WHERE_WHY_SIZE])
{
    if (node->kind == NODE_GROUP)
        return read_node(self, node->left, at_top, why);
    if (node->kind == NODE_BOOLEAN)
        return 0;
    if (node->kind != NODE_BINARY)
        return refuse(node, "condition expression", why);
    if (node->op == OP_AND || node->op == OP_OR) {
        at_top = at_top && node->op == OP_AND;
        int rc = read_node(self, node->left, at_top, why);
        return rc < 0 ? rc : read_node(self, node->right, at_top, why);
    }
    if (is_of_time(node))
        return where_narrow(self, node, why);
    const struct node *call = find_call(node);
    if (call)
        return refuse(call, "function call in condition", why);
    return is_test(node) ? add_test(self, node, at_top, why) : 0;
}

/* NOLINTEND(misc-no-recursion) */

/* The whole ----------------------------------------------------------------
 */

void
where_add_matcher(struct where *self, struct weir_matcher matcher)
{
    self->matchers =
        xrealloc(self->matchers, self->count + 1, sizeof(*self->matchers));
    self->matchers[self->count++] = matcher;
}

int
where_init(struct where *self, const struct node *condition,
           const char *database, const struct source *sources,
           char why[WHERE_WHY_SIZE])
{
    *self = (struct where){.since_ns = INT64_MIN,
                           .until_ns = INT64_MAX,
                           .condition = condition,
                           .sources = sources};
    where_add_matcher(self, (struct weir_matcher){.name = NAMING_DATABASE,
                                                  .value = database});
    int rc = where_read_sources(self, why);
    return rc < 0 || !condition ? rc : read_node(self, condition, true, why);
}

static enum verdict
verdict_of_test(const struct where *self, const struct node *node,
                const struct found *series)
{
    for (size_t i = 0; i < self->test_count; i++)
        if (self->tests[i].node == node)
            return weir_matches(&self->tests[i].matcher,
                                found_tag(series, self->tests[i].tag))
                       ? VERDICT_YES
                       : VERDICT_NO;
    return VERDICT_DEPENDS;
}

bool
where_is_of_fields(const struct where *self, const struct node *node)
{
    for (size_t i = 0; i < self->test_count; i++)
        if (self->tests[i].node == node)
            return false;
    return true;
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

enum verdict
where_of_node(const struct where *self, const struct node *node,
              const struct found *series)
{
    node = where_without_time(node);
    if (!node)
        return VERDICT_YES;
    if (node->kind == NODE_BOOLEAN)
        return node->number != 0 ? VERDICT_YES : VERDICT_NO;
    if (node->kind != NODE_BINARY)
        return VERDICT_DEPENDS;
    if (node->op != OP_AND && node->op != OP_OR)
        return verdict_of_test(self, node, series);
    /* What decides AND is no, what decides OR is yes. */
    enum verdict decides = node->op == OP_AND ? VERDICT_NO : VERDICT_YES;
    enum verdict left = where_of_node(self, node->left, series);
    enum verdict right = where_of_node(self, node->right, series);
    if (left == decides || right == decides)
        return decides;
    return left == VERDICT_DEPENDS ? left : right;
}

/* NOLINTEND(misc-no-recursion) */

enum verdict
where_of_series(const struct where *self, const struct found *series)
{
    return self->condition ? where_of_node(self, self->condition, series)
                           : VERDICT_YES;
}

/* A matcher's pattern is ours, though it is only lent to a select. */
static void
drop_pattern(const struct weir_pattern *lent)
{
    struct weir_pattern *pattern = base_own(lent);

    weir_pattern_destroy(&pattern);
}

void
where_fini(struct where *self)
{
    for (size_t i = 0; i < self->test_count; i++)
        drop_pattern(self->tests[i].matcher.pattern);
    for (size_t i = 0; i < self->source_count; i++)
        weir_pattern_destroy(&self->source_patterns[i]);
    for (size_t i = 0; i < ARRAY_SIZE(self->name_patterns); i++)
        weir_pattern_destroy(&self->name_patterns[i]);
    free(self->source_patterns);
    free(self->tests);
    free(self->matchers);
    arena_clear(&self->arena);
    *self = (struct where){0};
}
