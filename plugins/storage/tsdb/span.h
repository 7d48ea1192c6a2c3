/* span.h - samples of one series as they are read, to be summed up
 *
 * What most chunks have need not be spelled out for that: times that are even,
 * values that are all the same, and what all values are to be divided by, which
 * their sum can be as well.  It owns nothing.  Any thread.
 */
#ifndef TSDB_SPAN_H
#define TSDB_SPAN_H

#include <stddef.h>
#include <stdint.h>

#include "codec.h"

struct span {
    size_t count; /* samples */

    const int64_t *times_ns; /* [count], ascending strictly; NULL: even */
    int64_t from_ns;   /* if even: the first, and how far apart they are */
    uint64_t every_ns; /* 1 or more */

    const double *values; /* [count], each still to be divided; NULL: all of
                           * them are 'level' */
    double divisor;
    double level; /* no NaN */
};

/* Returns the time of sample 'i'. */
static inline int64_t
span_time(const struct span *self, size_t i)
{
    return self->times_ns
               ? self->times_ns[i]
               : (int64_t)((uint64_t)self->from_ns + i * self->every_ns);
}

/* Returns the first sample from 'first' on that is after 'time_ns'; 'count' for
 * none. */
size_t span_after(const struct span *self, size_t first, int64_t time_ns);

/* Summarises the samples from 'first' to before 'end', which are one or more.
 * The sum may differ in its last bits from that of codec_summarise(), which
 * adds one by one. */
struct codec_summary span_summarise(const struct span *self, size_t first,
                                    size_t end);

#endif /* TSDB_SPAN_H */
