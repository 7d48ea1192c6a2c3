/* guess.h - in which format a file of samples is, as far as that can be seen */
#ifndef GUESS_H
#define GUESS_H

#include <stdbool.h>
#include <stddef.h>

#include "reader.h"

struct guess {
    const char *path; /* of the file; "-" is standard input */
    const char *text; /* how it begins */
    size_t size;
};

/* Returns the format, or READER_ANY.  OpenMetrics is told from Prometheus' text
 * by its last line, for which the file may be read once more; what comes by
 * standard input is neither. */
enum reader_format guess_format(const struct guess *self);

/* Says whether `weir export --format influx` has written it. */
#define GUESS_EXPORT \
    "# weir export: a field \"value\" has no part in the name\n"
bool guess_is_export(const struct guess *self);

#endif /* GUESS_H */
