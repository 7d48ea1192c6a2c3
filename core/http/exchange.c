/* exchange.c - one request on its connection */
#include <config.h>

#include "http/exchange_inner.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "http/listener.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/request.h"
#include "log.h"

static const char late[] = "there was no answer in time, try again\n";
static const char stopping[] = "weir is stopping\n";

struct exchange *
exchange_new(struct server *server, struct MHD_Connection *connection,
             const char *target)
{
    struct exchange *self = xcalloc(1, sizeof(*self));
    const union MHD_ConnectionInfo *visitor =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    self->server = server;
    self->connection = connection;
    self->visitor = visitor->socket_context;
    self->intake.target = x_or_die(strdup(target));
    listener_peer_text(address->client_addr, self->intake.peer,
                       sizeof(self->intake.peer));
    self->begin_ns = clock_now_ns();
    self->visitor->deadline_ns = self->begin_ns + server->settings.timeout_ns;

    server_lock(server);
    self->next = server->exchanges;
    self->link = &server->exchanges;
    if (self->next)
        self->next->link = &self->next;
    server->exchanges = self;
    server_unlock(&server);
    return self;
}

static void
end_wait(struct exchange *self)
{
    self->server->request_count -= self->waits;
    self->waits = false;
}

void
exchange_destroy(struct exchange *self)
{
    *self->link = self->next;
    if (self->next)
        self->next->link = self->link;
    end_wait(self);
    request_destroy(&self->request);
    intake_fini(&self->intake);
    free(self);
}

/* Answers with a status of the server's own. */
static enum MHD_Result
say(struct exchange *self, int status, const char *text)
{
    self->phase = PHASE_SENDING;
    self->status = status;
    return reply_text(self->connection, status, text);
}

/* The header is there.  What is refused now costs nobody a body. */
static enum MHD_Result
take_head(struct exchange *self, const char *method)
{
    const struct server *server = self->server;
    const char *length = MHD_lookup_connection_value(
        self->connection, MHD_HEADER_KIND, "Content-Length");

    self->phase = PHASE_BODY;
    (void)snprintf(self->intake.method, sizeof(self->intake.method), "%s",
                   method);
    if (server->stopping)
        return say(self, 503, stopping);
    if (length && strtoull(length, NULL, 10) > server->settings.body_most_bytes)
        return say(self, intake_too_big.status, intake_too_big.text);
    return MHD_YES;
}

/* While instances open, or close, a path may be anyone's: who pushes is to come
 * again rather than to give up. */
static enum MHD_Result
say_unmounted(struct exchange *self)
{
    const struct http_settings *settings = &self->server->settings;
    char why[256];

    if (!settings->ready || settings->ready(settings->arg, why, sizeof(why)))
        return say(self, 404, "nothing is mounted at this path\n");
    return say(self, 503,
               "nothing is mounted at this path, but weir is not ready: try "
               "again\n");
}

/* What is told about a path that the method has no route for. */
static enum MHD_Result
say_unrouted(struct exchange *self)
{
    char methods[ROUTES_METHODS_SIZE];
    bool any = routes_methods(&self->server->routes,
                              request_target(self->request), methods);

    if (!any)
        return say_unmounted(self);
    self->phase = PHASE_SENDING;
    self->status = strcmp(self->intake.method, "OPTIONS") == 0 ? 204 : 405;
    return reply_methods(self->connection, self->status, methods);
}

struct star {
    struct weir_request *request;
    int rc;
};

static void
add_star(void *arg, const char *text, size_t length)
{
    struct star *star = arg;
    weir_cleanup(weir_free) char *copy = xcalloc(length + 1, 1);

    ssize_t rc = params_unescape(copy, text, length, false);
    if (rc < 0)
        star->rc = (int)rc;
    else
        request_add_path(star->request, copy);
}

/* Stops reading from the connection until there is an answer. */
static void
suspend(struct exchange *self)
{
    struct epoll_event watch = {.events = EPOLLRDHUP, .data.ptr = self};

    (void)epoll_ctl(self->server->epoll, EPOLL_CTL_ADD, self->visitor->fd,
                    &watch);
    MHD_suspend_connection(self->connection);
    self->suspended = true;
}

void
exchange_resume(struct exchange *self)
{
    (void)epoll_ctl(self->server->epoll, EPOLL_CTL_DEL, self->visitor->fd,
                    NULL);
    self->suspended = false;
    self->server->resumed = true;
    MHD_resume_connection(self->connection);
}

/* Gives libmicrohttpd the next bytes of an answer in parts. */
static ssize_t
read_part(void *arg, uint64_t position, char *buffer, size_t size)
{
    struct exchange *self = arg;

    (void)position;
    ssize_t rc = request_read(self->request, buffer, size);
    if (rc > 0) {
        self->server->sent_bytes += (uint64_t)rc;
        return rc;
    }
    if (rc == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (self->left || self->server->stopping)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    suspend(self);
    return 0;
}

/* The connection was resumed: there is an answer, or there will be none. */
static enum MHD_Result
answer(struct exchange *self)
{
    struct request_answer got;

    if (self->left)
        return MHD_NO;

    enum request_state state = request_answer(self->request, &got);
    if (state == REQUEST_OPEN) {
        request_leave(self->request);
        return say(self, 503, self->server->stopping ? stopping : late);
    }
    end_wait(self);
    self->phase = PHASE_SENDING;
    self->status = got.status;
    self->server->sent_bytes += got.size;
    return reply_answer(self->connection, &got, read_part, self);
}

bool
exchange_is_released(const struct exchange *self)
{
    struct request_answer unused;

    return !self->owner ||
           request_answer(self->request, &unused) == REQUEST_ENDED;
}

static enum MHD_Result
hand_over(struct exchange *self)
{
    struct server *server = self->server;
    const char *path = request_target(self->request);
    struct star star = {.request = self->request};

    server_lock(server);
    weir_cleanup(server_unlock) struct server *locked = server;
    const struct route *route =
        routes_find(&locked->routes, self->intake.method, path);
    if (!route)
        return say_unrouted(self);
    route_stars(route, path, add_star, &star);
    if (star.rc < 0)
        return say(self, 400, "the path has a bad escape\n");

    self->phase = PHASE_WAITING;
    self->deadline_ns = clock_now_ns() + server->settings.timeout_ns;
    self->owner = route->owner;
    self->waits = true;
    server->request_count++;
    server_hands_over = self->request;
    route->handover(route->arg, self->request);
    server_hands_over = NULL;
    if (exchange_is_released(self))
        return answer(self);
    suspend(self);
    if (request_has_more(self->request, false))
        server_wake(server);
    return MHD_YES;
}

/* The user of this host, and who looks after weir's health, get through even
 * when all others are too many. */
static bool
has_room(const struct exchange *self)
{
    const struct server *server = self->server;

    return server->request_count < server->settings.requests_most ||
           strcmp(self->intake.peer, "control") == 0 ||
           strncmp(self->intake.target, "/-/", 3) == 0;
}

/* The body is there. */
static enum MHD_Result
ask(struct exchange *self)
{
    const struct server *server = self->server;

    self->visitor->deadline_ns = 0;
    if (server->stopping)
        return say(self, 503, stopping);
    if (!has_room(self))
        return say(self, 503, "too many requests wait already, try again\n");

    const struct intake_refusal *refusal = intake_finish(
        &self->intake, self->connection, self->server, &self->request);
    if (refusal)
        return say(self, refusal->status, refusal->text);
    return hand_over(self);
}

enum MHD_Result
exchange_go_on(struct exchange *self, const char *method, const char *bytes,
               size_t *size_p)
{
    switch (self->phase) {
    case PHASE_HEAD:
        return take_head(self, method);
    case PHASE_BODY:
        if (*size_p == 0)
            return ask(self);
        self->server->received_bytes += *size_p;
        intake_add(&self->intake, bytes, *size_p, self->server);
        *size_p = 0;
        return MHD_YES;
    case PHASE_WAITING:
        return answer(self);
    case PHASE_SENDING:
        break;
    }
    *size_p = 0;
    return MHD_YES;
}

static void
log_access(const struct exchange *self)
{
    int64_t duration_ns = clock_now_ns() - self->begin_ns;

    log_line(LOG_DEBUG, "http_request", "peer", self->intake.peer, "method",
             self->intake.method, "target", self->intake.target, "status",
             log_number(self->status), "duration_us",
             log_number(duration_ns / NS_PER_US), NULL);
}

void
exchange_complete(struct exchange *self)
{
    struct server *server = self->server;

    log_access(self);
    if (self->status >= 100 && self->status < 600)
        server->requests[self->status / 100 - 1]++;
    if (self->request)
        request_leave(self->request);
    self->visitor->deadline_ns = clock_now_ns() + server->settings.timeout_ns;
    self->connection = NULL;
}

void
exchange_leave(struct exchange *self)
{
    self->left = true;
    request_leave(self->request);
}
