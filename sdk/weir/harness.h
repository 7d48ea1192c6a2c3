/* weir/harness.h - run one plugin in a test, without the daemon
 *
 * The harness is the host of one instance on the calling thread: timers, posts
 * and descriptors are served within weir_harness_run(); what the plugin sends
 * can be looked at; what it asks is answered from what the test gave.
 */
#ifndef WEIR_HARNESS_H
#define WEIR_HARNESS_H

#include <weir/plugin.h>

struct weir_harness;

/* Makes an instance of the plugin with 'settings' ("name = value" in the
 * syntax of the configuration, ends with NULL; or NULL) and opens it.  Returns
 * 0, -EINVAL for a bad setting, or what check or open returned; then
 * weir_harness_why(NULL) tells. */
WEIR_API int weir_harness_open(const struct weir_head *head,
                               const char *const settings[],
                               struct weir_harness **ret_harness);

/* Returns the instance's own memory. */
WEIR_API void *weir_harness_self(struct weir_harness *self);

/* Returns the reason of the last failure, or "". */
WEIR_API const char *weir_harness_why(const struct weir_harness *self);

/* Inputs: collects one cycle at 'time_ns'.  Returns what collect returned. */
WEIR_API int weir_harness_collect(struct weir_harness *self, int64_t time_ns);

/* Returns the value that the last batch has for the series written like
 * "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}", labels sorted; or NAN
 * when it has none.  A stale marker is a NAN, too. */
WEIR_API double weir_harness_value(const struct weir_harness *self,
                                   const char *series);

/* Says whether the last batch has the series, with a value or a marker. */
WEIR_API bool weir_harness_has(const struct weir_harness *self,
                               const char *series);

/* Returns the last batch as text, a line "series value" each, sorted, with a
 * time in nanoseconds behind it where it is loose; valid until the next call
 * of a harness function. */
WEIR_API const char *weir_harness_text(struct weir_harness *self);

/* Storages: appends rows given as text, a line "series value time_ns" each,
 * under the next ticket.  Returns what append returned. */
WEIR_API int weir_harness_append(struct weir_harness *self, const char *text);

/* Returns the highest ticket that the storage called durable. */
WEIR_API uint64_t weir_harness_durable(const struct weir_harness *self);

/* Storages: selects, and gives the answer as text, a line "series value
 * time_ns", a series or a text each, and last the reason of a failure; the
 * caller frees it. */
WEIR_API int weir_harness_select(struct weir_harness *self,
                                 const struct weir_select *what,
                                 char **ret_text);

/* Reports: what a select will be answered with, lines "series value time_ns"
 * of which those of one series stand together; what it wants of them, be it
 * series, names or values. */
WEIR_API void weir_harness_answer(struct weir_harness *self, const char *text);

/* Sends a request to the route of 'method' and 'path' (with a query), runs
 * until it is answered, and gives the status; '*ret_body' (freed by the
 * caller) may be NULL.  -ENOENT when there is no such route.  'heads' is a
 * label set, or NULL. */
WEIR_API int weir_harness_request(struct weir_harness *self, const char *method,
                                  const char *path,
                                  const struct weir_label *heads,
                                  const char *body, char **ret_body);

/* The same with a body of any 'size' bytes. */
WEIR_API int weir_harness_send(struct weir_harness *self, const char *method,
                               const char *path, const struct weir_label *heads,
                               const void *body, size_t size, char **ret_body);

/* Serves timers, posts and descriptors for 'duration_ns'. */
WEIR_API void weir_harness_run(struct weir_harness *self, int64_t duration_ns);

/* Closes the instance, frees it and sets '*harness_p' to NULL. */
WEIR_API void weir_harness_destroy(struct weir_harness **harness_p);

#endif /* WEIR_HARNESS_H */
