/* live.h - POST /api/v1/live: new points of questions, as they come
 *
 * A viewer names questions and a step, and gets an event stream.  At each step
 * every question is asked once, however many viewers look at it; each of them
 * then gets an event with all that is new:
 *
 *     data: {"answers":[
 *     data: {"time":T,"result":[{"metric":{...},"values":[[T0,"v"],[T,"v"]]}]},
 *     data: null,
 *     data: {"time":T,"error":"..."}]}
 *
 * with what is new of each question, in their order: the points of the last two
 * steps, so that what came late puts the one before right.
 */
#ifndef LIVE_H
#define LIVE_H

#include <weir/plugin.h>

struct live;

/* Mounts the route for the instance 'self'.  Returns 0 with '*ret_live', or
 * -EEXIST as weir_route(). */
int live_open(void *self, struct live **ret_live);

/* Ends all streams. */
void live_close(struct live **self_p);

#endif /* LIVE_H */
