/* query/summary.h - the figures of all series of an answer
 *
 * Is fed with an answer part by part, and gives the figures of the series that
 * are complete.  Not thread safe.
 */
#ifndef QUERY_SUMMARY_H
#define QUERY_SUMMARY_H

#include <stdbool.h>

#include <weir/query.h>

struct summary;

/* Figures over (after, until]; the answer reaches back over the window before
 * it.  'memory_bytes' bounds the samples of one series. */
struct summary *summary_new(int64_t after_ns, int64_t until_ns,
                            uint64_t memory_bytes);
void summary_destroy(struct summary **self_p);

/* Says that what is fed are figures that the store made: of each series those
 * that figures_pack() gives. */
void summary_evaluated(struct summary *self);

/* Feeds the next part, sorted by series and time ('samples' may be NULL), and
 * gives the figures of the series that ended in it: with the 'last' part, of
 * all that are left.  Series without a sample in the window are left out.
 * '*ret_figures', '*ret_count' long, are valid until the next call, and as long
 * as the part's layout.  Returns 0, or -E2BIG above the bound. */
int summary_feed(struct summary *self, const struct weir_loose *samples,
                 bool last, const struct weir_figures **ret_figures,
                 size_t *ret_count);

#endif /* QUERY_SUMMARY_H */
