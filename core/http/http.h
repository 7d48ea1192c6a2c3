/* http.h - the process's HTTP listeners and their routes
 *
 * One thread of its own serves every address and the control socket.  It reads
 * a request whole, checks it, unpacks it, and hands it to whoever mounted the
 * route; what it never does is to wait for them.  An answer may come from any
 * thread, see weir/http.h.
 *
 * http_mount(), http_unmount_all(), http_forget(), http_ask() and
 * http_figures() may be called from any thread, all else belongs to main.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;
struct weir_request;

/* Takes a request that is read and checked: it must reach weir_answer() some
 * time.  Runs on the HTTP thread with the routes locked, so it posts and
 * returns; it must not call http_mount() or the like. */
typedef void http_handover(void *arg, struct weir_request *request);

/* What the core decides; each 0 or NULL is a default. */
struct http_settings {
    uint64_t body_most_bytes;   /* as sent, and unpacked; 8 MiB */
    uint64_t bodies_most_bytes; /* of all together, and so much again for
                                 * answers that wait; eight times one body */
    uint64_t head_most_bytes;   /* request line and headers; 32 KiB */
    uint32_t connections_most;  /* of each address; 1,024 */
    uint32_t requests_most; /* that wait for an answer, of all addresses; 256 */
    int64_t timeout_ns;     /* to send a request, and to answer it; 30 s */

    /* Says whether weir is ready, else why not in 'why', 'size' bytes; on the
     * HTTP thread.  NULL: ready. */
    bool (*ready)(void *arg, char *why, size_t size);

    /* Takes a POST of /-/reload from who may; as a handover.  NULL: there is
     * no such route. */
    http_handover *reload;

    void *arg; /* of both */
};

/* A route; see weir_route().  Texts are copied. */
struct http_route {
    const char *method; /* "GET", "POST", "PUT", "DELETE", "READ" or "LINES" */
    const char *path;   /* begins with '/' */
    const char *help;   /* for the list of routes at "/"; may be "" */
    http_handover *handover;
    void *arg;
};

struct http_figures {        /* since the start */
    uint64_t requests[5];    /* by class of status, 1xx to 5xx */
    uint64_t connections;    /* open now */
    uint64_t received_bytes; /* of bodies, as sent */
    uint64_t sent_bytes;     /* of bodies, packed where they are */
};

struct http *http_new(const struct http_settings *settings);

/* Frees what is stopped, with the requests that nobody answered: whoever holds
 * one must not use it any more.  Where a stage was left behind with a request,
 * leave the http behind, too. */
void http_destroy(struct http **self_p);

/* Listens on 'address': "127.0.0.1:9347", "[::1]:9347", "name:9347", or
 * ":9347" for all of this host; port 0 takes a free one.  '*ret_port' (may be
 * NULL) is the port.  Clients are served from http_start() on.  Returns 0, or
 * -errno with a sentence for the user in 'why', 'size' bytes. */
int http_listen(struct http *self, const char *address, uint16_t *ret_port,
                char *why, size_t size);

/* Listens on a control socket at 'path', mode 0600, in place of one that
 * nobody serves.  Who may connect has every right.  As http_listen(). */
int http_control(struct http *self, const char *path, char *why, size_t size);

/* Starts the thread.  Returns 0, or -errno. */
int http_start(struct http *self);

/* Answers 503 to all that wait, closes connections and addresses, removes the
 * control socket, and returns when the thread has gone.  Answers that come
 * later are harmless until http_destroy().  Does nothing when not started. */
void http_stop(struct http *self);

/* Mounts a route for 'owner', any pointer that is not NULL.  Returns 0, -EEXIST
 * when method and path are mounted already, or -EINVAL for a path that does
 * not begin with '/' or another method.  The core's own "/" gives way. */
int http_mount(struct http *self, const void *owner,
               const struct http_route *route);

/* Ends all routes of 'owner': once it returns, none of its handovers runs or
 * will run.  Requests that were handed over stay valid. */
void http_unmount_all(struct http *self, const void *owner);

/* Answers 503 to what routes of 'owner' were handed and did not answer: they
 * must not be used any more.  For after the instance has closed. */
void http_forget(struct http *self, const void *owner);

/* Hands a request of this process, which the caller made and whose route has no
 * stars, to whoever mounted the route, without a listener; the caller waits for
 * the answer, and owns the request.  Any thread.  Returns 0, or -ENOENT when
 * there is no such route. */
int http_ask(struct http *self, struct weir_request *request);

void http_figures(const struct http *self, struct http_figures *ret_figures);

#endif /* HTTP_H */
