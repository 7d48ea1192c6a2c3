/* query/digest.h - what samples come to at steps, computed where they lie
 *
 * A select whose samples serve one purpose, a function of windows or the last
 * sample at each step, says so in a *digest*.  Then the host of the storage
 * computes it, series by series, while they are being read, by the very code
 * that the evaluator would use; and what travels is a value a step rather than
 * all samples.  A *digester* does it for one select; one thread at a time has
 * it.
 */
#ifndef QUERY_DIGEST_H
#define QUERY_DIGEST_H

#include "query/function.h"
#include "query/vector.h"

/* In place of a function: the last sample of the window, unless it is a stale
 * marker. */
enum { DIGEST_INSTANT = FUNCTION_COUNT };

/* With more steps, samples travel. */
enum { DIGEST_STEPS_MOST = 20000 };

struct weir_digest {
    unsigned function; /* enum function_id; or DIGEST_INSTANT */
    int64_t range_ns;  /* of the windows; above 0 */
    struct grid ends;  /* of the windows */
};

/* Says whether 'self', which may come from another host, is one that can be
 * computed: a function of windows without other arguments, and times within
 * TIME_MOST_NS of 1970. */
bool digest_is_valid(const struct weir_digest *self);

bool digest_equal(const struct weir_digest *a, const struct weir_digest *b);

struct evaluation_series;

/* Puts what a digester gave of a series into 'track', of as many values as
 * there are steps; the other ones are left alone. */
void digest_fill(const struct weir_digest *self,
                 const struct evaluation_series *points, double *track);

/* Asked at each step, with how much there is to look at: false ends it. */
typedef bool digest_goes_on(void *arg, size_t samples);

struct digester;

/* 'what' outlives the digester. */
struct digester *digester_new(const struct weir_digest *what,
                              digest_goes_on *goes_on, void *arg);
void digester_destroy(struct digester **self_p);

/* Values at steps, valid until the next call. */
struct digest_points {
    const int64_t *times_ns; /* [count], ends of windows, ascending */
    const double *values;    /* [count] */
    size_t count;
};

/* Takes samples of a series, which go on in time; returns the values of those
 * steps that are known then. */
struct digest_points digester_add(struct digester *self,
                                  const int64_t *times_ns, const double *values,
                                  size_t count);

/* Ends a series: returns the rest of its values. */
struct digest_points digester_end(struct digester *self);

/* Returns the bytes that it holds. */
uint64_t digester_bytes(const struct digester *self);

#endif /* QUERY_DIGEST_H */
