/* passage.h - a file of any length, some lines at a time
 *
 * Remarks on a metric stand before its samples, which may be in the next one:
 * the last ones come again at its beginning.
 */
#ifndef PASSAGE_H
#define PASSAGE_H

#include <stdbool.h>
#include <stddef.h>

struct unpacker;

enum { PASSAGE_MOST = 1 << 24 }; /* bytes; a line is no longer */

/* Zeroed, it is empty. */
struct passage {
    char *text; /* [room] */
    size_t size, room;
    size_t remark_size; /* at the beginning: remarks of the passage before */
    size_t remark_lines;
};

/* Empties it, for another file; frees it. */
void passage_clear(struct passage *self);
void passage_fini(struct passage *self);

/* Adds more of the file.  Returns 0, with whether that was not all, -EMSGSIZE
 * when what is there is too long, or as unpacker_read(). */
int passage_fill(struct passage *self, struct unpacker *in, bool *ret_more);

/* Returns the bytes up to the end of the last line; 0 when none ends. */
size_t passage_lines(const struct passage *self);

/* The first 'size' bytes were read: what is left goes to the front, behind the
 * last remarks among these, if it has any. */
void passage_turn(struct passage *self, size_t size, bool has_remarks);

#endif /* PASSAGE_H */
