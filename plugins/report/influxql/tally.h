/* tally.h - what is known of the points of each bucket of time
 *
 * A bucket is [start, start + every).  Points of a series come by time, series
 * after series.  Not thread safe; memory that lacks ends the program.
 */
#ifndef INFLUXQL_TALLY_H
#define INFLUXQL_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "query/kahan.h"

/* Of equal values the earliest counts, and of equal times the greatest, as in
 * InfluxDB. */
struct tally {
    int64_t start_ns;
    double count;
    struct kahan sum;
    double least, most, first, last;
    int64_t least_ns, most_ns, first_ns, last_ns;
};

struct tallies {
    struct tally *items; /* [count]; those below 'sorted' by start */
    size_t count, sorted, room;
};

/* The begin of the bucket of a time; 'every_ns' 0: there is one, at 0. */
int64_t tally_start(int64_t time_ns, int64_t every_ns, int64_t offset_ns);

/* Adds a point to a tally, which is empty as long as its count is 0. */
void tally_add(struct tally *self, int64_t time_ns, double value);

/* Adds all points of another tally. */
void tally_merge(struct tally *self, const struct tally *other);

/* Returns the tally of a bucket for the series that is being added; they come
 * by time. */
struct tally *tallies_at(struct tallies *self, int64_t start_ns);

/* The series ended: its buckets join those before. */
void tallies_settle(struct tallies *self);

void tallies_fini(struct tallies *self);

#endif /* INFLUXQL_TALLY_H */
