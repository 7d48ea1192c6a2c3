/* section.h - the settings of one statement: from text into structs
 *
 *     interval = 10s
 *     labels { dc = "fra1" }
 *     to = {"main", "spare"}
 *
 * libconfuse reads the values.  What it does not tell, or only the first of,
 * is looked at before: names that are unknown, set twice or of another shape.
 * Every error is told; a setting that has one keeps its default.
 *
 * Main only: libconfuse's state is the process's.
 */
#ifndef SECTION_H
#define SECTION_H

#include "complaint.h"
#include "option.h"

/* A table, and the struct that it writes into, where the defaults are. */
struct section_part {
    const struct weir_option *options;
    void *memory;
};

struct section {
    struct place at;  /* told for what is missing */
    const char *what; /* the same, for people: "input host" */
    const char *text; /* without comments; starts at line 'text_line' of file */
    int text_line;
    const struct section_part *parts; /* the first that has a name counts */
    size_t part_count;
    struct option_place place;
    struct complaints *into;
};

/* Reads the settings.  Returns 0, or -EINVAL when there is a complaint. */
int section_read(const struct section *section);

#endif /* SECTION_H */
