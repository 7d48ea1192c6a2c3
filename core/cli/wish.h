/* cli/wish.h - what the command line of weir query asks for */
#ifndef CLI_WISH_H
#define CLI_WISH_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/view.h"

enum wish_format { WISH_TABLE, WISH_CSV, WISH_JSON, WISH_CHART };

struct wish {
    bool help; /* and nothing else */
    const char *expression;
    const char *url;           /* or NULL */
    const char *configuration; /* a file; or NULL */
    const char *path;          /* of a store; or NULL */
    enum wish_format format;
    struct span span;   /* with step 0 and end 0: now, as whoever answers has
                         * it */
    int64_t timeout_ns; /* > 0 */
};

/* Reads the arguments; times are relative to 'now_ns', and a step is chosen for
 * 'screen' where none is given.  Returns 0, or -EINVAL, having written why. */
int wish_read(int argc, char **argv, int64_t now_ns,
              const struct screen *screen, struct wish *ret_wish);

/* Writes what the arguments are. */
void wish_print_help(FILE *out);

#endif /* CLI_WISH_H */
