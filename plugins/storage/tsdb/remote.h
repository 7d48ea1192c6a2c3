/* remote.h - weir import and weir export to and from a weir that runs
 *
 * They speak HTTP to the routes of transfer.h.
 */
#ifndef TSDB_REMOTE_H
#define TSDB_REMOTE_H

#include <stdint.h>

#include "dialect.h"
#include "errand.h"
#include "extract.h"

/* What is to be exported. */
struct remote_wish {
    const char *matches[EXTRACT_SELECTORS_MOST]; /* [match_count] */
    size_t match_count;
    int64_t start_ns, end_ns; /* both inclusive */
    const char *format;
};

/* Each returns 0 or, with what is wrong printed, a negative errno. */

/* Asks whether there is a weir with such a store. */
int remote_find(struct errand *errand);

/* Gives it the part 'path'. */
int remote_import(struct errand *errand, const char *path);

/* Gets what it has; 'write' takes it. */
int remote_export(struct errand *errand, const struct remote_wish *wish,
                  dialect_write *write, void *arg);

#endif /* TSDB_REMOTE_H */
