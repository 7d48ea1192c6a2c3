/* query/question_text.c - selectors and questions as texts; see weir/query.h */
#include <config.h>

#include <stdio.h>

#include <weir/cleanup.h>
#include <weir/query.h>

#include "base.h"
#include "query/printer.h"
#include "query/tree.h"

struct weir_selector {
    struct tree *tree;
};

int
weir_selector_new(const char *text, char *why, size_t size,
                  struct weir_selector **ret_selector)
{
    weir_cleanup(weir_free) char *reason = NULL;
    struct tree *tree = NULL;

    int rc = tree_parse_selector(text, &tree, &reason);
    if (rc < 0) {
        (void)snprintf(why, size, "%s", reason);
        return rc;
    }
    *ret_selector = xcalloc(1, sizeof(**ret_selector));
    (*ret_selector)->tree = tree;
    return 0;
}

const struct weir_matcher *
weir_selector_matchers(const struct weir_selector *self, size_t *ret_count)
{
    const struct expression *root = tree_root(self->tree);

    *ret_count = root->selector.matcher_count;
    return root->selector.matchers;
}

void
weir_selector_destroy(struct weir_selector **selector_p)
{
    struct weir_selector *self = weir_take(*selector_p);

    if (!self)
        return;
    tree_destroy(&self->tree);
    free(self);
}

/* Reads a question and prints it in another form. */
static int
print(const char *text, char *(*printer)(const struct expression *expression),
      char *why, size_t size, char **ret_text)
{
    weir_cleanup(weir_free) char *reason = NULL;
    struct tree *tree = NULL;

    int rc = tree_parse(text, &tree, &reason);
    if (rc < 0) {
        (void)snprintf(why, size, "%s", reason);
        return rc;
    }
    *ret_text = printer(tree_root(tree));
    tree_destroy(&tree);
    return 0;
}

int
weir_query_format(const char *text, char *why, size_t size, char **ret_text)
{
    return print(text, printer_pretty, why, size, ret_text);
}

int
weir_query_parse(const char *text, char *why, size_t size, char **ret_json)
{
    return print(text, printer_json, why, size, ret_json);
}
