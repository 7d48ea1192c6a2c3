/* relabel_text.h - rules of relabelling read from text as in a configuration,
 * and label sets from and to text, for tests and the fuzzer
 */
#ifndef RELABEL_TEXT_H
#define RELABEL_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "relabel.h"
#include "section.h"

struct relabel_text {
    struct weir_blocks relabel;
    struct arena texts;
    struct complaints complaints;
};

static const struct weir_option relabel_text_options[] = {
    WEIR_JUDGED_BLOCKS(struct relabel_text, relabel, struct rule, rule_options,
                       rule_judge, "Rules."),
    {0},
};

/* Reads "relabel { ... } relabel { ... }".  Returns 0, or -EINVAL with
 * complaints. */
static inline int
relabel_text_read(struct relabel_text *self, const char *text)
{
    const struct section_part part = {relabel_text_options, self};
    const struct section section = {
        .at = {"a.conf", 1},
        .what = "input x",
        .text = text,
        .text_line = 1,
        .parts = &part,
        .part_count = 1,
        .place = {"/", &self->texts, NULL},
        .into = &self->complaints,
    };

    option_defaults(relabel_text_options, self, &section.place);
    return section_read(&section);
}

static inline void
relabel_text_fini(struct relabel_text *self)
{
    option_fini(relabel_text_options, self);
    complaints_clear(&self->complaints);
    arena_clear(&self->texts);
}

/* Adds lines of "name=value". */
static inline void
relabel_text_labels(struct labelset *into, const char *text)
{
    weir_cleanup(weir_free) char *copy = x_or_die(strdup(text));
    char *rest = copy;

    for (char *line; (line = strsep(&rest, "\n"));) {
        char *equal = strchr(line, '=');
        if (!equal || equal == line)
            continue;
        *equal = '\0';
        (void)labelset_set(into, line, equal + 1);
    }
}

/* Returns them as such lines; freed by the caller. */
static inline char *
relabel_text_write(const struct labelset *labels)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; i < labels->count; i++)
        (void)fprintf(out, "%s=%s\n", labels->labels[i].name,
                      labels->labels[i].value);
    (void)fclose(out);
    return x_or_die(text);
}

#endif /* RELABEL_TEXT_H */
