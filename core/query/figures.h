/* query/figures.h - the figures that weir's reports are made of
 *
 * Pure: any thread may call it.  See struct weir_figures in weir/query.h.
 */
#ifndef QUERY_FIGURES_H
#define QUERY_FIGURES_H

#include <stdbool.h>

#include <weir/query.h>

/* The samples of one series, sorted by time; of equal times the first counts.
 */
struct figures_samples {
    const int64_t *times_ns; /* [count] */
    const double *values;    /* [count] */
    size_t count;
};

/* Says whether the values of 'series' only grow, but for resets: those of a
 * counter, and the counts and sums of histograms and summaries. */
WEIR_API bool figures_is_counter(const struct weir_series *series);

/* Computes the figures of 'series' over the window (after, until], from
 * samples that reach back over the window before it, (after - length, after].
 * Values that are not a number do not count, stale markers among them.
 *
 * A rate is (figure - figure over the window before) / length, its percentage
 * is of the size of the figure before, which is NAN when that is 0.  The
 * average slope is from the first to the last sample in the window, over the
 * time between them; the greatest and the least are over neighbours.  A counter
 * that falls began anew at 0. */
WEIR_API void figures_compute(const struct weir_series *series,
                              const struct figures_samples *samples,
                              int64_t after_ns, int64_t until_ns,
                              struct weir_figures *ret_figures);

/* Figures as an answer to a select has them: so many values. */
enum { FIGURES_VALUES = 14 };

void figures_pack(const struct weir_figures *figures,
                  double ret_values[FIGURES_VALUES]);
void figures_unpack(const struct weir_series *series,
                    const double values[FIGURES_VALUES],
                    struct weir_figures *ret_figures);

#endif /* QUERY_FIGURES_H */
