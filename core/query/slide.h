/* query/slide.h - a function of windows that slide over one series
 *
 * As steps go on, so do the first and the last sample of the window, and no
 * sample is looked for twice.  One owner; not thread safe.
 */
#ifndef QUERY_SLIDE_H
#define QUERY_SLIDE_H

#include "query/vector.h"
#include "query/window.h"

struct slide {
    const struct window_kind *kind;
    const int64_t *times_ns; /* [count], of the series */
    const double *values;    /* [count], none of them stale */
    size_t count;
    size_t first, end;               /* samples in the window */
    size_t first_stride, end_stride; /* how far they went last */
    size_t first_reset, end_reset;   /* in whose pair both are in the window */
    double *scratch, *resets;        /* [room] */
    size_t *reset_at; /* [room], which sample is after the fall */
    size_t reset_count, room;
    bool overlaps; /* windows share many samples; set by the user */
    size_t *queue; /* [queue_end], samples from 'queue_first' on, each
                    * less extreme than the one before it */
    size_t queue_first, queue_end;
    size_t queued; /* samples that were looked at for it */
};

/* Says whether windows share many samples. */
static inline bool
slide_overlaps(int64_t range_ns, const struct grid *grid)
{
    return grid->count > 1 && range_ns / 4 > grid->step_ns;
}

/* Returns the first sample from 'low' on, below 'high', that is after
 * 'until_ns'; 'high' for none. */
size_t slide_find_after(const int64_t *times_ns, size_t low, size_t high,
                        int64_t until_ns);

/* Begins with the samples of a series, which are lent until the next one;
 * 'self' is {.kind, .overlaps} before the first. */
void slide_begin(struct slide *self, const int64_t *times_ns,
                 const double *values, size_t count);

/* Fills in the samples of 'window', whose times are set and never go back.
 * Returns false when there are none. */
bool slide_move(struct slide *self, struct window *window);

void slide_fini(struct slide *self);

#endif /* QUERY_SLIDE_H */
