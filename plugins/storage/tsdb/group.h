/* group.h - the rows of a layout in the head
 *
 * A group knows which series its columns are.  A series whose values come in a
 * group's rows is *attached* to it: its newest samples lie in the group's ring,
 * and go to the series, sealed, in their turn.  When samples of it come from
 * elsewhere - another group, or by themselves - it leaves, and takes what it
 * has there along.  So a series has all it has, in the order in which it came,
 * whatever becomes of the layouts it was in.
 *
 * Whoever calls holds the head's lock, for writing where it is not const.
 */
#ifndef TSDB_GROUP_H
#define TSDB_GROUP_H

#include "head.h"
#include "ring.h"

struct group {
    uint32_t number; /* its place in the head, and its name in the log */
    uint32_t count, room;
    uint32_t *numbers;   /* [count], of series; 0: not known */
    uint64_t *attached;  /* a bit for each column */
    uint64_t epoch;      /* of 'ring' */
    struct ring *ring;   /* or NULL */
    struct ring *frozen; /* of the epoch before, until it is settled; or NULL */
};

/* One time, and a value for each of the first 'width' columns. */
struct group_row {
    uint32_t width;
    int64_t time_ns;
    const double *values;    /* [width]; any value where absent */
    const uint64_t *present; /* as in weir_rows; NULL: all present */
};

/* Makes a group without columns; 'number' is not in use. */
struct group *group_new(struct head *head, uint32_t number);

/* Its rows go to their series. */
void group_destroy(struct head *head, struct group **self_p);
void group_destroy_all(struct head *head);

/* Makes it have 'count' columns, whose series are not known from 'from' on. */
void group_resize(struct head *head, struct group *self, uint32_t from,
                  uint32_t count);

/* Puts a row; what belongs to no known series is left out. */
void group_put(struct head *head, struct group *self,
               const struct group_row *row);

/* The series leaves its group, if it is attached to one. */
void group_release(struct head *head, struct head_series *series);

/* What is frozen goes to the series, some tiles at a time: '*tile_p' says where
 * to go on, and begins with 0.  Returns whether there was something left. */
bool group_settle(struct head *head, struct group *self, uint32_t *tile_p);

/* Adds what a ring of the group has of the column, in the order of time. */
void group_copy(const struct ring *ring, uint32_t column,
                struct samples_range range, struct samples *samples);

/* Says whether a ring may have a sample of the column in the range. */
bool group_touches(const struct ring *ring, uint32_t column,
                   struct samples_range range);

#endif /* TSDB_GROUP_H */
