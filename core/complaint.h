/* complaint.h - what is wrong with a configuration, all of it
 *
 * Each complaint says where, what, and what to do:
 *
 *     /etc/weir/weir.conf:12: unknown option "intervall"; "interval" is near
 *
 * The list keeps at most COMPLAINT_MOST and counts the rest.  Main only.
 */
#ifndef COMPLAINT_H
#define COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

enum { COMPLAINT_MOST = 100 };

struct complaint {
    const char *text; /* "file:line: what, and what to do" */
    bool warning;     /* the configuration works none the less */
};

/* Zeroed, it is empty; complaints_clear() frees it. */
struct complaints {
    struct complaint list[COMPLAINT_MOST];
    size_t count;       /* in the list, in the order of being found */
    size_t error_count; /* that are no warnings, also beyond the list */
    size_t more_count;  /* beyond the list */
    struct arena texts;
};

/* Where something stands; line 0 is the file as a whole. */
struct place {
    const char *file;
    int line;
};

/* Adds an error, or a warning. */
void complaints_error(struct complaints *self, struct place at,
                      const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void complaints_warning(struct complaints *self, struct place at,
                        const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Empties the list and frees its texts. */
void complaints_clear(struct complaints *self);

#endif /* COMPLAINT_H */
