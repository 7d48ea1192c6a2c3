/* extract.h - all that a store has of some series, one after the other
 *
 * Series come by name, those of one name as they came into the store; samples
 * by time, exactly as they are kept.  In memory are the names, and of one
 * series what the head has and a day of its samples.  On any thread.
 */
#ifndef TSDB_EXTRACT_H
#define TSDB_EXTRACT_H

#include <stddef.h>
#include <stdint.h>

#include <weir/query.h>

struct tsdb;

enum { EXTRACT_SELECTORS_MOST = 64 };

struct extract {
    struct weir_selector *selectors[EXTRACT_SELECTORS_MOST]; /* own */
    size_t selector_count;      /* of which one must be met; 0: all series */
    int64_t after_ns, until_ns; /* after < time <= until */

    /* Each is called with 'arg', and returns 0 or a negative errno to stop;
     * what is given is lent for the call. */
    void *arg;
    /* Label names of all series, sorted, 'count' of them; first of all.  Or
     * NULL. */
    int (*names)(void *arg, const char *const *names, size_t count);
    /* A series that has samples in the range. */
    int (*series)(void *arg, const struct weir_series *series);
    /* Samples of the series that was given last. */
    int (*samples)(void *arg, const int64_t *times_ns, const double *values,
                   size_t count);

    char why[256]; /* of a failure that no function told */
};

/* Adds a selector such as 'up{job="x"}'.  Returns 0, or -EINVAL with 'why'. */
int extract_select(struct extract *self, const char *text);

void extract_fini(struct extract *self);

/* Gives everything.  Returns 0, what a function returned, -E2BIG when a pattern
 * exceeds its bound of steps, or -EBADMSG when a part is damaged; then 'why'
 * tells. */
int extract_run(struct extract *what, struct tsdb *tsdb);

#endif /* TSDB_EXTRACT_H */
