/* influxql_fuzz.c - no query may break the parser, and what it takes can be
 * walked through
 */
#include <config.h>

#include "../../plugins/report/influxql/parse.h"
#include "../../plugins/report/influxql/tree_text.h"

#include <stdint.h>

#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
check_tree(const struct tree *tree)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&text, &size));

    tree_print(to, tree);
    (void)fclose(to);
    free(text);
}

/* Behind a zero byte are the parameters. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *text = xcalloc(size + 2, 1);
    char why[PARSE_WHY_SIZE] = "";
    struct tree tree;

    if (size)
        memcpy(text, bytes, size);
    int rc = parse_influxql(text, text + strlen(text) + 1, 1, why, &tree);
    if (rc < 0 && !*why)
        abort();
    if (rc == 0) {
        check_tree(&tree);
        tree_fini(&tree);
    }
    free(text);
    return 0;
}
