/* visitor.h - open connections, and until when each must have said something
 *
 * A client that sends a request slowly, half, or never, holds a connection; the
 * deadline ends it.  On the HTTP thread.
 */
#ifndef VISITOR_H
#define VISITOR_H

#include <stdint.h>

struct visitor {
    struct visitor *next, **link; /* in its list */
    int fd;
    int64_t deadline_ns; /* monotonic, to have sent a request; 0: none */
};

/* Adds a visitor to '*list'. */
struct visitor *visitor_new(struct visitor **list, int fd, int64_t deadline_ns);

/* Takes '*self_p' off its list and frees it; not its descriptor.  NULL does
 * nothing. */
void visitor_destroy(struct visitor **self_p);

/* Shuts down the connections whose deadline is over, and those that were closed
 * in the middle of a request, which libmicrohttpd does not see.  They end as if
 * the clients had closed them. */
void visitors_reap(struct visitor *list, int64_t now_ns);

#endif /* VISITOR_H */
