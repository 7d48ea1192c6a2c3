/* pods.h - the pods that Kubernetes told of
 *
 * A list of all comes first, then events, one at a time, that change it.  Of
 * each pod the sets are kept that Prometheus' role pod would make: one a port
 * of a container.
 */
#ifndef PODS_H
#define PODS_H

#include <stdbool.h>
#include <stddef.h>

#include "findings.h"

enum { PODS_VERSION_SIZE = 64 };

struct pod;

/* {0} are none, of which all are wanted. */
struct pods {
    bool annotated;    /* only those with prometheus.io/scrape "true", whose
                        * other annotations say where */
    struct pod **list; /* [count], sorted by namespace and name */
    size_t count, room;
    char version[PODS_VERSION_SIZE]; /* of the last list or event; where to go
                                      * on from */
    char more[1024];                 /* of a list in parts: what is to be asked
                                      * for the next; else "" */
};

/* Take the answer to a list: the whole, or its first part, replaces what is
 * known.  Returns 0, -EBADMSG when it is no such answer, or what findings_add()
 * and the like return. */
int pods_take_list(struct pods *self, const char *text, size_t size,
                   bool is_first);

/* Takes one event of a watch, a line of JSON.  Returns 0, -ESTALE when all is
 * to be listed again, -EPROTO for another error that it tells, or as above. */
int pods_take_event(struct pods *self, const char *text, size_t size);

/* Adds the sets of all pods to 'into'.  Returns as findings_label(). */
int pods_find(const struct pods *self, struct findings *into);

/* Frees what it holds; 'annotated' stays. */
void pods_fini(struct pods *self);

#endif /* PODS_H */
