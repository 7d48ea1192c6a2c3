/* crew.h - threads that take jobs
 *
 * For what may take long or hang: selects, and a plugin's weir_work().  Jobs
 * wait in one queue, in the order in which they were added; any thread may add
 * some.
 */
#ifndef CREW_H
#define CREW_H

#include <stddef.h>
#include <stdint.h>

struct crew;

typedef void crew_job(void *arg);

/* Returns a crew of at most 'threads' >= 1 threads, each of which starts when
 * it is first needed; 'name' is for thread lists and copied. */
struct crew *crew_new(const char *name, size_t threads);

/* Adds a job; 'arg' is the job's own.  'drop' is called instead, by who
 * destroys the crew, when it waits until then.  Returns 0, or -EAGAIN when
 * 1,024 wait already, or when there is no thread to be had. */
int crew_add(struct crew *self, crew_job *job, crew_job *drop, void *arg);

/* Drops the jobs that wait, and waits for those that run, at most until the
 * monotonic 'deadline_ns'; then sets '*self_p' to NULL.  A crew whose thread
 * hangs is left behind, and never freed.  Does nothing when it is NULL. */
void crew_destroy(struct crew **self_p, int64_t deadline_ns);

#endif /* CREW_H */
