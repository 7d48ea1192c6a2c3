/* option_fuzz.c - no settings may break the option parser, or leave a text that
 * is NULL */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "option_sample.h"
#include "section.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What the tables promise to plugins. */
static void
check(const struct sample *sample)
{
    const struct item *items = sample->items.items;

    if (!sample->text || !sample->path || !sample->endpoint ||
        sample->integer < 1 || sample->integer > 10 ||
        sample->labels.labels[sample->labels.count].name)
        abort();
    for (size_t i = 0; i < sample->items.count; i++)
        if (!items[i].name || !items[i].labels.labels)
            abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    weir_cleanup(weir_free) char *text = xcalloc(size + 1, 1);
    struct sample sample = {0};
    struct arena texts = {0};
    struct complaints complaints = {0};
    const struct section_part part = {sample_options, &sample};
    const struct section section = {
        .at = {"fuzz", 1},
        .what = "fuzz",
        .text = text,
        .text_line = 1,
        .parts = &part,
        .part_count = 1,
        .place = {"/", &texts, NULL},
        .into = &complaints,
    };

    if (size)
        memcpy(text, bytes, size);
    option_defaults(sample_options, &sample, &section.place);
    if ((section_read(&section) < 0) != (complaints.error_count > 0))
        abort();
    check(&sample);
    option_fini(sample_options, &sample);
    complaints_clear(&complaints);
    arena_clear(&texts);
    return 0;
}
