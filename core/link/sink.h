/* link/sink.h - what a storage's select fills: parts, under bounds
 *
 * Behind the weir_sink_...() functions.  One thread fills a sink; sink_cancel()
 * may be called from another.  Whoever made the sink gets frames, and may let
 * the filling thread wait.
 */
#ifndef LINK_SINK_H
#define LINK_SINK_H

#include <weir/storage.h>

#include "link/frame.h"

/* Takes an ANSWER frame, on the filling thread.  Returns 0, -ECANCELED or
 * -ETIMEDOUT. */
typedef int sink_give(void *arg, struct frame **frame_p);

/* 'what' is the select that is answered, its bounds filled in; it outlives the
 * sink.  'id' goes into the frames. */
struct weir_sink *sink_new(const struct weir_select *what, uint64_t id,
                           sink_give *give, void *arg);

/* The sink gives up, with -ECANCELED, when there is more to be done than is
 * done in a tenth of a millisecond or so: a few series, some thousand samples.
 */
void sink_be_brief(struct weir_sink *self);
bool sink_gave_up(const struct weir_sink *self);

/* All that is called from now on returns -ECANCELED. */
void sink_cancel(struct weir_sink *self);

/* Gives the last part, with what the storage returned, 0 or -errno; a bound
 * that was reached, or another failure of the sink, comes before it.  Returns
 * what 'give' did, or -ECANCELED. */
int sink_end(struct weir_sink *self, int rc);

/* Returns the select that is answered; valid as long as the sink. */
const struct weir_select *sink_select(const struct weir_sink *self);

/* Counts samples that the answer is made of and are not given themselves.
 * Returns as weir_sink_samples(). */
int sink_count(struct weir_sink *self, size_t count);

void sink_destroy(struct weir_sink **self_p);

#endif /* LINK_SINK_H */
