/* group.h - the series that make one series of the answer
 *
 * Those of a measurement whose tags, of those grouped by, are equal.  Not
 * thread safe; memory that lacks ends the program.
 */
#ifndef INFLUXQL_GROUP_H
#define INFLUXQL_GROUP_H

#include "grid.h"
#include "plan.h"

struct group {
    size_t rank;               /* among those of its measurement */
    const struct found *found; /* one of its series */
    struct points points;      /* unless tallies are enough */
    struct tallies *tallies;   /* [inputs], if they are */
};

struct groups {
    const struct plan *plan;
    const struct survey *survey;
    struct group *items; /* [count], by measurement and tags */
    size_t count;
    uint32_t *group_of; /* [survey's]: its group */
    uint32_t
        *series_of; /* [survey's]: numbers what is one series of InfluxDB's */
    const struct found **series; /* [..]: one of each of these */
    size_t bytes;                /* that points and tallies take */
};

void groups_init(struct groups *self, const struct plan *plan,
                 const struct survey *survey);

/* Where samples of a series go: a group, and there an input; or nowhere. */
struct lane {
    struct group *group; /* or NULL */
    uint32_t input, series;
};

/* 'place' is that of the series in the survey; -1 for one that is not there. */
struct lane groups_lane(const struct groups *self, int64_t place);

/* Add a sample, or a value of a function of weir_select() over a bucket. */
void groups_add(struct groups *self, const struct lane *lane, int64_t time_ns,
                double value);
void groups_add_of(struct groups *self, const struct lane *lane,
                   enum weir_function function, int64_t time_ns, double value);

/* The series of the lane ended. */
void groups_settle(struct groups *self, const struct lane *lane);

void groups_fini(struct groups *self);

#endif /* INFLUXQL_GROUP_H */
