/* family.h - what an exposition says of its metrics: HELP, TYPE and UNIT
 *
 * Only what was said last is remembered, since it stands before the samples
 * that it is about.  Texts are those of the exposition, and not copied.
 */
#ifndef FAMILY_H
#define FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#include <weir/batch.h>

/* A piece of the exposition. */
struct piece {
    const char *text;
    size_t length;
};

struct family {
    struct piece name;
    struct piece help; /* as written, with its escapes; NULL: not said */
    struct piece unit; /* NULL: not said */
    enum weir_type type;
    bool typed; /* the type was said */
};

enum { FAMILIES_MOST = 64, FAMILIES_WAITING = 3 * FAMILIES_MOST };

/* Lines wait, unread, until a series is met that is not known yet: from the
 * second scrape on there is hardly one. */
struct families {
    struct piece waiting[FAMILIES_WAITING];
    size_t waiting_count; /* that were added since they were read last */
    struct family ring[FAMILIES_MOST];
    size_t count; /* that were ever added */
};

/* Takes in a line that begins with '#' and ends at 'end'.  What is neither
 * HELP, TYPE nor UNIT is a comment, and passed over. */
void families_add(struct families *self, const char *line, const char *end);

/* A sample's name, taken apart. */
struct family_part {
    struct piece metric; /* the metric's name: all of it, or up to the suffix */
    struct piece suffix;
    enum weir_type type;
    struct piece help; /* as written; or empty */
    struct piece unit; /* or empty */
};

/* Tells what the sample called 'name' is a part of. */
void families_part(struct families *self, struct piece name,
                   struct family_part *ret_part);

#endif /* FAMILY_H */
