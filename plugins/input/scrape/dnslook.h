/* dnslook.h - one look-up of names, off the instance's thread
 *
 * Two hold it, so that it can outlive either: who asked, and who looks.
 */
#ifndef DNSLOOK_H
#define DNSLOOK_H

#include <netinet/in.h>
#include <stdatomic.h>

#include "dns_answer.h"

/* A name and what came of it. */
struct dns_name {
    char *name;
    const char *why; /* it could not be looked up; or NULL */
    struct findings found;
};

struct dnslook {
    atomic_int holders;
    void *owner; /* for who hears that it is done */
    enum dns_type type;
    uint16_t port;
    struct sockaddr_in server; /* its port 0: those of the host */
    struct dns_name *names;    /* [count] */
    size_t count;
};

/* Reads "192.0.2.1:53" or an address alone.  Returns 0 or -EINVAL. */
int dnslook_server(const char *text, struct sockaddr_in *ret_server);

/* Makes one, held once, of 'count' names.  Returns NULL for want of memory. */
struct dnslook *dnslook_new(const char *const names[], size_t count);

/* Looks up; for weir_work(), with the look as its argument. */
void dnslook_run(void *arg);

/* Lets go of it. */
void dnslook_release(struct dnslook **self_p);

#endif /* DNSLOOK_H */
