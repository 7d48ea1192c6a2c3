/* groupfile.h - a file of targets, as Prometheus' file_sd takes it
 *
 *     [{"targets": ["10.0.0.7:9100"], "labels": {"room": "attic"}}]
 *
 * JSON, or the same in YAML, of which JSON is nearly a part; aliases are not
 * taken.
 */
#ifndef GROUPFILE_H
#define GROUPFILE_H

#include <stddef.h>

#include "findings.h"

enum { GROUPFILE_WHY_SIZE = 160 };

/* What is wrong with a file, and where. */
struct groupfile_fault {
    size_t line; /* from 1 */
    char why[GROUPFILE_WHY_SIZE];
};

/* Adds a set to 'into' for each target in 'text', 'size' bytes: its labels and
 * "__address__".  Returns 0, or -EBADMSG with '*reterr_fault'; what was added
 * before stays. */
int groupfile_read(const char *text, size_t size, struct findings *into,
                   struct groupfile_fault *reterr_fault);

#endif /* GROUPFILE_H */
