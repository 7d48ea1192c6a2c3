/* point.h - the series of a point
 *
 * A series that came before is found by its bytes; a new one is read, judged
 * and named (naming.h).
 */
#ifndef INFLUXDB_POINT_H
#define INFLUXDB_POINT_H

#include <weir/batch.h>

#include "line.h"

enum {
    POINT_TAGS_MOST = 62, /* beside "db" and the measurement's */
    POINT_KEY_ROOM = LINE_KEY_MOST + 1,
    POINT_TEXT_ROOM = 12 * POINT_KEY_ROOM,
};

struct point {
    char *key;   /* [POINT_KEY_ROOM], head '\n' field; or NULL */
    char *texts; /* [POINT_TEXT_ROOM], of the series that is being made */
    struct line_tag tags[1 + POINT_TAGS_MOST];
    struct weir_label labels[POINT_TAGS_MOST + 2];
    int64_t *references; /* [reference_room], of the line's fields; negative:
                          * it was refused, with that errno */
    size_t reference_room;
};

/* Finds or makes the series of all fields that are no texts.  Returns 0, or
 * -EBADMSG when the head is wrong, with the line's 'why' set. */
int point_refer(struct point *self, struct line *line,
                struct weir_batch *batch);

void point_fini(struct point *self);

#endif /* INFLUXDB_POINT_H */
