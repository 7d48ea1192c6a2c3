/* relabel_fuzz.c - no rules and no labels may break relabelling
 *
 * An input is rules as in a configuration, a '\0', and lines of "name=value".
 */
#include <config.h>

#include <stdint.h>

#include "../../plugins/input/scrape/relabel_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A label set is sorted by name, has each once, and no empty value. */
static void
check(const struct labelset *labels)
{
    for (size_t i = 0; i < labels->count; i++)
        if (!*labels->labels[i].value ||
            (i > 0 &&
             strcmp(labels->labels[i - 1].name, labels->labels[i].name) >= 0))
            abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    weir_cleanup(weir_free) char *rules = xcalloc(size + 2, 1);
    weir_cleanup(relabel_text_fini) struct relabel_text text = {0};
    weir_cleanup(relabel_destroy) struct relabel *relabel = NULL;
    weir_cleanup(labelset_fini) struct labelset labels = {0};

    if (size)
        memcpy(rules, bytes, size);
    if (relabel_text_read(&text, rules) < 0)
        return 0;
    relabel_text_labels(&labels, rules + strlen(rules) + 1);
    /* What was judged good can be applied. */
    if (relabel_new(&text.relabel, NULL, &relabel) < 0)
        abort();
    if (relabel_apply(relabel, &labels) > 0)
        check(&labels);
    return 0;
}
