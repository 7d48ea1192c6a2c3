/* link/question.h - a select as bytes
 *
 * What a SELECT frame's body says.  Patterns travel as texts, and are compiled
 * again at the store; the deadline travels as the time that is left, since two
 * hosts' clocks have nothing in common.
 */
#ifndef LINK_QUESTION_H
#define LINK_QUESTION_H

#include <weir/storage.h>

#include "link/frame.h"
#include "link/wire.h"

enum {
    QUESTION_MATCHERS_MOST = 128, /* of a select */
    QUESTION_VALUE_MOST = 16384,  /* bytes of a matcher's value or pattern */
};

/* What a bound that is 0 becomes. */
enum {
    QUESTION_SAMPLES = 50000000,
    QUESTION_SERIES = 100000,
    QUESTION_MEMORY_BYTES = 64 << 20,
    QUESTION_DEADLINE_S = 30,
};

/* Returns 'bounds' with their defaults filled in. */
struct weir_bounds question_bounds(const struct weir_bounds *bounds);

/* Appends the select to 'body', which the caller frees; its bounds are those
 * of question_bounds().  Returns 0, or -EINVAL when it has too many matchers,
 * too long a text, or does not fit into a frame. */
int question_write(const struct weir_select *what, struct wire_out *body);

/* A select that was read, with all that it points to. */
struct question;

/* Reads a SELECT frame's body.  Returns 0; -EBADMSG when it is none; or
 * -EINVAL for a pattern that does not compile, with the reason in 'why', 'size'
 * bytes. */
int question_read(const struct frame_view *view, char *why, size_t size,
                  struct question **ret_question);

/* Says whether its matchers are such that few series are expected: several,
 * each of which wants one value. */
bool question_names_few(const struct weir_select *what);

/* Has it ask for a slice alone; before anybody reads it.  Slices do not travel.
 */
void question_slice(struct question *self, uint32_t slice, uint32_t slices);

/* The select; valid as long as the question, and readable by any thread. */
const struct weir_select *question_select(const struct question *self);

void question_destroy(struct question **self_p);

#endif /* LINK_QUESTION_H */
