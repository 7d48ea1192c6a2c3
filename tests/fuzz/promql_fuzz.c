/* promql_fuzz.c - no question may break the parser; what it takes, it prints,
 * and what it prints means the same
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/printer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The text may be longer than a question may be once zeros are written out. */
static void
check_text(const char *text, const char *line)
{
    weir_cleanup(tree_destroy) struct tree *tree = NULL;
    weir_cleanup(weir_free) char *why = NULL;

    if (strlen(text) > TREE_TEXT_MOST)
        return;
    if (tree_parse(text, &tree, &why) < 0)
        abort();
    weir_cleanup(weir_free) char *again = printer_line(tree_root(tree));
    if (strcmp(again, line) != 0)
        abort();
}

static void
check_tree(const struct tree *tree)
{
    weir_cleanup(weir_free) char *line = printer_line(tree_root(tree));
    weir_cleanup(weir_free) char *pretty = printer_pretty(tree_root(tree));
    weir_cleanup(weir_free) char *json = printer_json(tree_root(tree));

    check_text(line, line);
    check_text(pretty, line);
    if (json[0] != '{')
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    weir_cleanup(weir_free) char *text = xcalloc(size + 1, 1);
    weir_cleanup(tree_destroy) struct tree *tree = NULL;
    weir_cleanup(tree_destroy) struct tree *selector = NULL;
    weir_cleanup(weir_free) char *why = NULL;
    weir_cleanup(weir_free) char *why_not_selector = NULL;

    if (size)
        memcpy(text, bytes, size);
    if (tree_parse(text, &tree, &why) == 0)
        check_tree(tree);
    (void)tree_parse_selector(text, &selector, &why_not_selector);
    return 0;
}
