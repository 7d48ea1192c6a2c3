/* grid.h - the points of a group, and the rows that they make
 *
 * Points of one time and of one of InfluxDB's series are one row, with a value
 * for each field; NAN where it has none.  Not thread safe; memory that lacks
 * ends the program.
 */
#ifndef INFLUXQL_GRID_H
#define INFLUXQL_GRID_H

#include <stddef.h>
#include <stdint.h>

struct point {
    int64_t time_ns;
    double value;
    uint32_t series; /* numbers by tags */
    uint32_t field;
};

struct points {
    struct point *items; /* [count] */
    size_t count, room;
};

struct grid {
    size_t count, width; /* rows, and fields */
    int64_t *times_ns;   /* [count], ascending */
    uint32_t *series;    /* [count]; of equal times ascending */
    double *values;      /* [count * width], row by row */
};

void points_add(struct points *self, struct point point);
void points_fini(struct points *self);

/* Makes rows of points, which are sorted for it. */
void grid_init(struct grid *self, struct points *points, size_t width);
void grid_fini(struct grid *self);

#endif /* INFLUXQL_GRID_H */
