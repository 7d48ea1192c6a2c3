/* route.h - which paths are mounted, and by whom
 *
 * A path may hold stars: each stands for one segment, and as the last segment
 * for all that follows.  Of several routes that fit a path, the one wins whose
 * first star stands latest.  Not thread safe.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>

#include "arena.h"
#include "http/http.h"

struct routes {
    size_t count, room;
    struct route *items; /* [count], sorted by path, then method */
};

struct route {
    const void *owner;
    const char *method, *path, *help;
    struct arena texts;
    http_handover *handover;
    void *arg;
};

/* Adds a route; returns 0, -EEXIST or -EINVAL, as http_mount().  What
 * 'fallback' owns (or NULL) gives way. */
int routes_add(struct routes *self, const void *owner,
               const struct http_route *route, const void *fallback);

/* Says whether the route's method is "READ": it takes GET and POST, and a POST
 * changes nothing, either. */
bool route_reads(const struct route *self);

/* Says whether a body may be a form: not where the method is "LINES", since
 * curl calls all that it posts one. */
bool route_takes_forms(const struct route *self);

void routes_remove(struct routes *self, const void *owner);

void routes_fini(struct routes *self);

/* Returns the route for 'method' ("HEAD" finds a "GET") and 'path', or NULL. */
const struct route *routes_find(const struct routes *self, const char *method,
                                const char *path);

/* Writes the methods that 'path' has, such as "GET, HEAD, POST"; "" when it
 * has none.  Returns whether it has any. */
enum { ROUTES_METHODS_SIZE = 48 };
bool routes_methods(const struct routes *self, const char *path,
                    char methods[ROUTES_METHODS_SIZE]);

/* Gives what the stars of the route stand for in 'path', in their order, still
 * escaped. */
void route_stars(const struct route *self, const char *path,
                 void (*star)(void *arg, const char *text, size_t length),
                 void *arg);

#endif /* ROUTE_H */
