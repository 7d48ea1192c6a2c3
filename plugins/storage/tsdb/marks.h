/* marks.h - how far each stream of batches has come
 *
 * Of more than MARKS_MOST streams the one that was silent for longest is
 * forgotten.  The storage's own thread has the marks.
 */
#ifndef TSDB_MARKS_H
#define TSDB_MARKS_H

#include <stddef.h>
#include <stdint.h>

enum { MARKS_MOST = 4096 };

struct mark {
    uint8_t stream[16];
    uint64_t sequence; /* of the last batch */
    int64_t heard_ns;  /* since 1970 */
};

/* Zeroed, there are none. */
struct marks {
    struct mark *items; /* [count] */
    size_t count, room;
};

void marks_fini(struct marks *self);

void marks_set(struct marks *self, const struct mark *mark);

/* Makes 'self' a copy of 'from'. */
void marks_copy(struct marks *self, const struct marks *from);

/* Returns the mark of 'stream', valid until the next change, or NULL. */
const struct mark *marks_find(const struct marks *self,
                              const uint8_t stream[16]);

/* Forgets the streams that were last heard before 'before_ns'. */
void marks_expire(struct marks *self, int64_t before_ns);

#endif /* TSDB_MARKS_H */
