/* self.c - input: what weir measures of itself
 *
 * Batches, samples, bytes, failures and times of each instance, what waits in
 * each link, what each storage took, and the process as a whole, as weir_...
 * series.  See core/self.h for where they come from.
 */
#include <weir/plugin.h>

#include "self.h"

static int
self_collect_all(void *instance, struct weir_batch *out)
{
    (void)instance;
    self_collect(out);
    return 0;
}

WEIR_INPUT(self) = {
    .help = "What weir measures of itself.",
    .collect = self_collect_all,
};
