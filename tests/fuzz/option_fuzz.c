/* option_fuzz.c - no settings may break the option parser, or leave a text that
 * is NULL */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "section.h"

struct item {
    const char *name;
    struct weir_duration every;
    struct weir_pattern *only;
    struct weir_map labels;
};

struct sample {
    const char *text;
    int64_t integer;
    double real;
    bool boolean;
    struct weir_duration duration;
    struct weir_size size;
    int choice;
    struct weir_list list;
    struct weir_pattern *pattern;
    const char *path, *endpoint;
    struct weir_map labels;
    struct weir_blocks items;
};

static const struct weir_option item_options[] = {
    WEIR_TEXT(struct item, name, NULL, "Name."),
    WEIR_DURATION(struct item, every, "1m", "How often."),
    WEIR_PATTERN(struct item, only, "a.*", "Which."),
    WEIR_MAP(struct item, labels, "Labels."),
    {0},
};

static const struct weir_option options[] = {
    WEIR_TEXT(struct sample, text, NULL, "Text."),
    WEIR_INTEGER(struct sample, integer, "5", 1, 10, "Integer."),
    WEIR_REAL(struct sample, real, "0.5", 0, 1, "Real."),
    WEIR_BOOLEAN(struct sample, boolean, "true", "Boolean."),
    WEIR_DURATION(struct sample, duration, "10s", "Duration."),
    WEIR_SIZE(struct sample, size, "64M", "Size."),
    WEIR_CHOICE(struct sample, choice, "json", "text json", "Choice."),
    WEIR_LIST(struct sample, list, "", "List."),
    WEIR_PATTERN(struct sample, pattern, "", "Pattern."),
    WEIR_PATH(struct sample, path, "", "Path."),
    WEIR_ENDPOINT(struct sample, endpoint, "", "Endpoint."),
    WEIR_MAP(struct sample, labels, "Labels."),
    WEIR_BLOCKS(struct sample, items, struct item, item_options, "Items."),
    {0},
};

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
    const struct section_part part = {options, &sample};
    const struct section section = {
        .at = {"fuzz", 1},
        .what = "fuzz",
        .text = text,
        .text_line = 1,
        .parts = &part,
        .part_count = 1,
        .place = {"/", &texts},
        .into = &complaints,
    };

    if (size)
        memcpy(text, bytes, size);
    option_defaults(options, &sample, &section.place);
    if ((section_read(&section) < 0) != (complaints.error_count > 0))
        abort();
    check(&sample);
    option_fini(options, &sample);
    complaints_clear(&complaints);
    arena_clear(&texts);
    return 0;
}
