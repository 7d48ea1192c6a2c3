/* families.h - what was told of metrics, and the names of their parts
 *
 * A sender of version 1.0 tells type, unit and help of a metric in requests of
 * their own; they count for series that are new after that.  Not thread safe.
 */
#ifndef FAMILIES_H
#define FAMILIES_H

#include <weir/batch.h>

enum { FAMILIES_MOST = 20000, FAMILY_NAME_MOST = 512, FAMILY_HELP_MOST = 4096 };

struct families {
    void *tree; /* of tsearch() */
    size_t count;
};

/* Notes a metric, by its family's name; above FAMILIES_MOST, nothing. */
void families_add(struct families *self, const struct weir_metric *metric);

/* A series' name, taken apart. */
struct family_name {
    struct weir_metric metric; /* texts live as long as 'text', the families and
                                * what was given */
    const char *suffix;
    char text[FAMILY_NAME_MOST + 1];
};

/* Takes the name of a series apart, as its metric, 'known' (or NULL: whatever
 * the families say, else what the name's ending suggests), has it.  Returns 0,
 * or -EINVAL when the name is too long. */
int families_split(const struct families *self, const char *name,
                   const struct weir_metric *known,
                   struct family_name *ret_name);

void families_fini(struct families *self);

#endif /* FAMILIES_H */
