/* span.h - the times of a SELECT, and the selects that look at them
 *
 * Where a store may answer with values of functions, what is left of the first
 * bucket and of the last one is asked for apart from those between.
 */
#ifndef INFLUXQL_SPAN_H
#define INFLUXQL_SPAN_H

#include <weir/storage.h>

#include "plan.h"

enum { SPANS_MOST = 3 };

struct span {
    int64_t after_ns, until_ns, step_ns, range_ns; /* of a select; step and
                                                    * range are 0 for samples */
};

struct spans {
    struct span items[SPANS_MOST];
    size_t count;
    int64_t since_ns, until_ns; /* of the answer, inclusive */
    int64_t first_ns, last_ns;  /* starts of its buckets; the first is INT64_MIN
                                 * where the points decide */
};

/* Says when the points are that a SELECT looks at.  'now' is the end of what
 * has buckets and says none. */
void spans_init(struct spans *self, const struct plan *plan, int64_t now_ns);

#endif /* INFLUXQL_SPAN_H */
