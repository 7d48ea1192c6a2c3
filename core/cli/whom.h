/* cli/whom.h - which weir that runs a command asks
 *
 * Commands of plugins use it, too.
 */
#ifndef CLI_WHOM_H
#define CLI_WHOM_H

#include <weir/batch.h>

#include "cli/client.h"

struct whom {
    char *url;    /* without a '/' at its end; or NULL */
    char *socket; /* or NULL */
};

/* Finds the weir at 'url'; or, when that is NULL, the one that runs with the
 * configuration 'file', at its first address or else at its control socket; or,
 * when both are NULL, the one at the usual address.  Returns the exit status:
 * 0, or 2 with what is wrong with the file printed. */
WEIR_API int whom_find(const char *url, const char *file,
                       struct whom *ret_whom);
WEIR_API void whom_fini(struct whom *self);

#endif /* CLI_WHOM_H */
