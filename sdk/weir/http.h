/* weir/http.h - routes of the process's listener
 *
 * The host reads a request whole, unpacks it and checks its limits and rights;
 * then the handler runs on the instance's own thread and owns the request,
 * until weir_answer() takes it, now or later, from any thread.  When that does
 * not happen within the listener's time-out, the host answers 503 in its place
 * and the late answer goes nowhere.
 */
#ifndef WEIR_HTTP_H
#define WEIR_HTTP_H

#include <weir/batch.h>

struct weir_request;

typedef void weir_handler(void *self, struct weir_request *request);

/* Mounts 'handler' at 'method' ("GET", which also serves HEAD, "POST", "PUT",
 * "DELETE"; or "READ", which is GET and POST of what changes nothing, so that
 * pages of others may post it, too; or "LINES", which is POST of a body that is
 * never a form, whatever its type says) and 'path'; a "*" in the path stands
 * for one segment, and as the last one for all that follows.  Returns 0, or
 * -EEXIST with the reason kept when somebody else has that route.  Routes end
 * with the instance. */
WEIR_API int weir_route(void *self, const char *method, const char *path,
                        weir_handler *handler);

/* Texts and bytes of a request are valid until it is answered. */

/* Returns what the nth star of the route stands for, from 0; or NULL. */
WEIR_API const char *weir_request_path(const struct weir_request *self,
                                       size_t nth);

/* Returns the nth value, from 0, of the parameter 'name' in the query or in a
 * form in the body; or NULL. */
WEIR_API const char *weir_request_get(const struct weir_request *self,
                                      const char *name, size_t nth);

/* Returns the header 'name', in any case; or NULL. */
WEIR_API const char *weir_request_head(const struct weir_request *self,
                                       const char *name);

/* Returns who asks: the address, for a log line. */
WEIR_API const char *weir_request_peer(const struct weir_request *self);

/* Returns the unpacked body, '*ret_size' bytes and a '\0' behind them. */
WEIR_API const void *weir_request_body(const struct weir_request *self,
                                       size_t *ret_size);

/* Adds a header to the answer; before the first part. */
WEIR_API void weir_answer_head(struct weir_request *self, const char *name,
                               const char *value);

/* Sends a part of a long answer; the first gives 'status' and 'type'.
 * Returns 0, -EAGAIN when 1 MiB waits already for a slow client (nothing was
 * taken: try again later), or -EPIPE when the client has gone. */
WEIR_API int weir_answer_part(struct weir_request *self, int status,
                              const char *type, const void *bytes, size_t size);

/* Answers, or ends an answer in parts with its last part (then 'status' and
 * 'type' are ignored); 'bytes' are copied.  Takes the request. */
WEIR_API void weir_answer(struct weir_request **request_p, int status,
                          const char *type, const void *bytes, size_t size);

#endif /* WEIR_HTTP_H */
