/* pauses.h - each pause of a garbage collector, counted by its length
 *
 * A Go program keeps the pauses of its last 256 garbage collections in a ring
 * and counts the collections.  Whoever looks often enough sees every pause
 * once.  What was seen since the first look stands in a histogram that only
 * grows, also over restarts of the program: of a run that began since the last
 * look all pauses are new.
 */
#ifndef PAUSES_H
#define PAUSES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PAUSES_RING = 256,  /* the runtime's */
    PAUSES_BOUNDS = 17, /* of the histogram, without +Inf */
    PAUSES_QUANTILES = 5,
};

/* What a program says of its pauses. */
struct pauses_ring {
    double ns[PAUSES_RING];  /* that of collection n, from 1, is at (n - 1) %
                              * 256: how long all of its pauses were together;
                              * whole, from 0 to 2^53 */
    double end[PAUSES_RING]; /* ns since 1970, when they ended; no NaN */
    double collections;      /* since the program began; whole, 0 to 2^53 */
    double allocated;        /* bytes since then; any number */
};

/* Begins as {0}. */
struct pauses {
    uint64_t counts[PAUSES_BOUNDS + 1]; /* of each bucket alone, the last above
                                         * all bounds */
    uint64_t seen;                      /* sum of counts */
    uint64_t seen_ns;                   /* sum of the pauses */
    uint64_t missed;    /* overwritten before they could be seen */
    uint64_t collected; /* collections at the last look */
    double allocated;   /* bytes at the last look */
    double last_end;    /* of the collection 'collected' */
    bool begun;         /* there was a look */
};

/* The inclusive upper ends of the buckets but the last, ascending: the powers
 * of ten that client_golang's histograms of pauses have, from a microsecond to
 * a second, and from 10 us on two more between each two. */
struct pauses_bound {
    uint64_t ns;
    const char *le; /* in seconds, as client_golang would write it */
};

extern const struct pauses_bound pauses_bounds[PAUSES_BOUNDS];

/* Counts the pauses that are new since the last look; at the first look there
 * are none.  A new run of the program is known by what it says of a collection
 * that was seen, or by having done less; one that did more, with 256
 * collections more at least, passes for the old one. */
void pauses_look(struct pauses *self, const struct pauses_ring *ring);

/* Sets 'ret_seconds' to the shortest pause in the ring, that which a quarter
 * of them do not exceed, a half, three quarters, and the longest, as Go
 * computes them; to 0 when there is none. */
void pauses_quantiles(const struct pauses_ring *ring,
                      double ret_seconds[PAUSES_QUANTILES]);

/* Returns 'ns', which are whole and from 0 to 2^53, in seconds, rounded as Go
 * does. */
double pauses_seconds(double ns);

#endif /* PAUSES_H */
