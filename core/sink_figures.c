/* sink_figures.c - figures of a series that a storage makes itself */
#include <config.h>

#include <errno.h>

#include "base.h"
#include "link/sink.h"
#include "query/figures.h"

enum { SAMPLE_SIZE = sizeof(int64_t) + sizeof(double) };

/* Finds the window of which figures are asked. */
static int
find_window(struct weir_sink *self, int64_t *ret_after_ns)
{
    const struct weir_select *what = sink_select(self);
    int64_t before_ns = 0;

    if (what->range_ns > 0 &&
        !__builtin_sub_overflow(what->until_ns, what->range_ns, ret_after_ns) &&
        !__builtin_sub_overflow(*ret_after_ns, what->range_ns, &before_ns))
        return 0;
    return weir_sink_fail(self, -EINVAL, "no window has such figures");
}

int
weir_sink_figures(struct weir_sink *self, const struct weir_series *series,
                  const int64_t *times_ns, const double *values, size_t count)
{
    const struct weir_select *what = sink_select(self);
    const struct figures_samples samples = {times_ns, values, count};
    int64_t at_ns[FIGURES_VALUES], after_ns = 0;
    double packed[FIGURES_VALUES];
    struct weir_figures figures;

    if (count > what->bounds.memory_bytes / SAMPLE_SIZE)
        return weir_sink_fail(self, -E2BIG,
                              "a series has more samples than the bound "
                              "allows");
    int rc = sink_count(self, count);
    if (rc == 0)
        rc = find_window(self, &after_ns);
    if (rc < 0)
        return rc;
    figures_compute(series, &samples, after_ns, what->until_ns, &figures);
    if (figures.count == 0)
        return 0;
    figures_pack(&figures, packed);
    for (size_t i = 0; i < FIGURES_VALUES; i++)
        at_ns[i] = what->until_ns;
    rc = weir_sink_series(self, series);
    return rc < 0 ? rc : weir_sink_samples(self, at_ns, packed, FIGURES_VALUES);
}
