/* stage.h - one worker: a thread with its timers, descriptors and mailbox
 *
 * A stage is an actor: it owns its state, and what others want of it they post.
 * Everything it runs, it runs one call at a time.  It can also be run without a
 * thread of its own, by stage_run(), as tests do.
 *
 * stage_post(), stage_visit(), stage_busy_ns() and stage_cpu_ns() may be called
 * from any thread, stage_start(), stage_ask_stop() and stage_join() from main;
 * all else belongs to the stage's own thread, or whoever visits it, or makes it
 * before it starts.
 */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stdint.h>

struct stage;

typedef void stage_call(void *arg);
typedef void stage_ready(void *arg, int fd, short events);

/* 'name' is for thread lists and logs; copied. */
struct stage *stage_new(const char *name);

/* Frees a stage that was never started or has stopped; runs nothing more. */
void stage_destroy(struct stage **self_p);

const char *stage_name(const struct stage *self);

/* Starts the thread, which runs 'begin' (or NULL), then the loop, then, when
 * told to stop, 'end' (or NULL).  Returns 0, -EMFILE when there were no
 * descriptors, or -EAGAIN when there is no thread to be had. */
int stage_start(struct stage *self, stage_call *begin, stage_call *end,
                void *arg);

/* Asks a started stage to stop, after the call that it is in. */
void stage_ask_stop(struct stage *self);

/* Waits until the thread has gone, at most until the monotonic 'deadline_ns'.
 * Returns true when it has; otherwise the stage hangs, and is left behind: it
 * must never be freed. */
bool stage_join(struct stage *self, int64_t deadline_ns);

/* Runs the loop on the calling thread for 'duration_ns', or until
 * stage_ask_stop(). */
void stage_run(struct stage *self, int64_t duration_ns);

/* Calls 'call' on the stage's thread, in the order of posts.  After the stage
 * has stopped posts are dropped. */
void stage_post(struct stage *self, stage_call *call, void *arg);

/* The same; but when the post is dropped, 'dropped' is called in its place, by
 * whichever thread drops it: to free 'arg'. */
void stage_post_or(struct stage *self, stage_call *call, stage_call *dropped,
                   void *arg);

/* Calls 'call', and what it posts to the stage or has due at once, here and
 * now, if the stage has nothing to do: two threads less to wake for what takes
 * microseconds.  The stage does nothing else meanwhile.  Returns false when it
 * has; then nothing was called. */
bool stage_visit(struct stage *self, stage_call *call, void *arg);

/* Calls 'due' after 'after_ns' and then each 'every_ns' (0: once).  Missed
 * turns are left out.  Returns the timer's number, > 0. */
int stage_timer(struct stage *self, int64_t after_ns, int64_t every_ns,
                stage_call *due, void *arg);
void stage_timer_stop(struct stage *self, int number);

/* Calls 'ready' as long as one of 'events' (POLLIN, POLLOUT) is so for 'fd';
 * 'events' 0 ends that. */
void stage_watch(struct stage *self, int fd, short events, stage_ready *ready,
                 void *arg);

/* The same for a ZeroMQ socket (a void *, not a zsock_t): calls 'ready' with
 * POLLIN while it has messages; NULL for 'ready' ends that. */
void stage_watch_socket(struct stage *self, void *socket, stage_ready *ready,
                        void *arg);

/* So many pieces of work were there at once.  Where that goes on, thousands a
 * second, the stage rests for a tenth of a millisecond before it looks for
 * more: to wake a thread costs more than most of what it then does, and whoever
 * wakes it pays as well. */
void stage_found(struct stage *self, unsigned count);

/* Says for how long the stage's present call has run; 0 when it waits. */
int64_t stage_busy_ns(const struct stage *self);

/* CPU time of the stage's thread so far; 0 before it started. */
int64_t stage_cpu_ns(const struct stage *self);

#endif /* STAGE_H */
