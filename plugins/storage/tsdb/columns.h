/* columns.h - the series of a layout, by number
 *
 * In the log a layout is a *group*: it is told once which series its columns
 * are, and again after each checkpoint, since the records before are gone then.
 * The instance's own thread has them.
 */
#ifndef TSDB_COLUMNS_H
#define TSDB_COLUMNS_H

#include <stdint.h>

#include "group.h"

struct tsdb;

/* What is made of a layout. */
struct columns {
    struct group *group; /* of the head; it has the series' numbers */
    uint64_t *unknown;   /* a bit for each column that was not taken in yet */
    uint32_t room;       /* columns that 'unknown' has room for */
    uint32_t logged;     /* columns that the log knows */
    uint64_t epoch;      /* of the head, when it learned of them */
    uint64_t left;       /* times that series have left, seen to; see leave.h */
};

/* Adds to the record what the log does not know yet of the first 'width'
 * columns. */
void columns_log(struct tsdb *tsdb, struct columns *self, uint32_t width);

#endif /* TSDB_COLUMNS_H */
