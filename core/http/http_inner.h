/* http_inner.h - for http.c and http_listen.c alone */
#ifndef HTTP_INNER_H
#define HTTP_INNER_H

#include <stdatomic.h>

#include "http/http.h"
#include "http/server.h"

enum { LISTENERS_MOST = 16 };

struct http {
    struct server server;
    struct listening {
        struct MHD_Daemon *daemon;
        bool ready; /* something came on its sockets */
    } daemons[LISTENERS_MOST];
    size_t daemon_count;
    char *control_path; /* to remove at the end; or NULL */
    pthread_t thread;
    bool started;
    int64_t reap_ns; /* when to look at all connections again */
    bool fewer;      /* connections than before the last turn: a daemon that was
                      * full looks for more only when it runs again */
    atomic_bool quit;
};

/* Watches a descriptor of the thread's own; 'arg' NULL is the wake-up, and a
 * daemon is told by the address of its slot. */
void http_watch(struct http *self, int fd, void *arg);

/* Listens no more. */
void http_stop_daemons(struct http *self);

#endif /* HTTP_INNER_H */
