/* function.h - the functions of InfluxQL
 *
 * An aggregate makes one point of all of a bucket; a selector chooses one of
 * them; a transformation makes new points of those that follow each other.
 */
#ifndef INFLUXQL_FUNCTION_H
#define INFLUXQL_FUNCTION_H

#include <stdbool.h>

#include "tally.h"
#include "tree.h"

enum function_kind {
    FUNCTION_AGGREGATE,
    FUNCTION_SELECTOR,
    FUNCTION_TRANSFORM
};

/* Points by time: of a bucket, or a whole series. */
struct run {
    int64_t *times_ns; /* [count] */
    double *values;    /* [count] */
    uint32_t *rows;    /* [count]: where they come from; or NULL */
    size_t count, room;
};

/* A point that a function made or chose; NAN for none. */
struct pick {
    double value;
    int64_t time_ns;
    uint32_t row;
};

struct function {
    const char *name;
    enum function_kind kind;
    uint32_t functions; /* of weir_select() that suffice, a set of 1U << ... */
    /* Aggregates and selectors: of a tally, or where that does not suffice, of
     * the points, which may be put in another order. */
    struct pick (*of_tally)(const struct tally *tally);
    struct pick (*of_run)(struct run *run, double argument);
    /* Transformations: of the points before the one at 'at', and it, by time or
     * against it; NAN for none.  'argument' is a count, or nanoseconds. */
    double (*next)(const struct run *run, size_t at, double argument,
                   double *carried);
    bool once;     /* only the first of several points at a time counts */
    int64_t extra; /* buckets before the first that are looked at, too */
};

/* Returns the function, or NULL. */
const struct function *function_named(const char *name);

/* The function's argument, behind what it works on; a unit of time that is not
 * there is that of the buckets, if there are any. */
double function_argument(const struct function *self, const struct node *call,
                         int64_t every_ns);

void run_add(struct run *self, int64_t time_ns, double value, uint32_t row);
void run_fini(struct run *self);

#endif /* INFLUXQL_FUNCTION_H */
