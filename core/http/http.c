/* http.c - the process's HTTP listeners and their routes */
#include <config.h>

#include "http/http_inner.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "http/exchange.h"
#include "http/front.h"
#include "http/request.h"

enum {
    BODY_MOST = 8 << 20,
    BODIES_AT_ONCE = 8, /* of the largest size */
    HEAD_MOST = 32 << 10,
    CONNECTIONS_MOST = 1024,
    REQUESTS_MOST = 256,
    TIMEOUT_S = 30,
    EVENTS_MOST = 64,
    REAP_MS = 20, /* between two looks at all connections */
    TICK_MOST_MS = 1000,
    DRAIN_MS = 200,
};

_Thread_local const struct weir_request *server_hands_over;

void
server_wake(struct server *self)
{
    static const uint64_t one = 1;

    /* Full or not, the descriptor is readable afterwards. */
    ssize_t unused = write(self->wake, &one, sizeof(one));
    (void)unused;
}

static void
set_defaults(struct http_settings *settings)
{
    if (settings->body_most_bytes == 0)
        settings->body_most_bytes = BODY_MOST;
    if (settings->bodies_most_bytes == 0)
        settings->bodies_most_bytes =
            BODIES_AT_ONCE * settings->body_most_bytes;
    if (settings->head_most_bytes == 0)
        settings->head_most_bytes = HEAD_MOST;
    if (settings->connections_most == 0)
        settings->connections_most = CONNECTIONS_MOST;
    if (settings->requests_most == 0)
        settings->requests_most = REQUESTS_MOST;
    if (settings->timeout_ns == 0)
        settings->timeout_ns = TIMEOUT_S * NS_PER_S;
}

struct http *
http_new(const struct http_settings *settings)
{
    struct http *self = xcalloc(1, sizeof(*self));
    struct server *server = &self->server;

    server->settings = *settings;
    set_defaults(&server->settings);
    (void)gethostname(server->own_name, sizeof(server->own_name) - 1);
    (void)pthread_mutex_init(&server->lock, NULL);
    server->bodies = allowance_new(server->settings.bodies_most_bytes);
    server->answers = allowance_new(server->settings.bodies_most_bytes);
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    http_watch(self, server->wake, NULL);
    front_mount(server);
    return self;
}

void
http_destroy(struct http **self_p)
{
    struct http *self = weir_take(*self_p);

    if (!self)
        return;
    assert(!self->started);
    http_stop_daemons(self);
    exchanges_destroy(&self->server);
    allowance_release(&self->server.bodies);
    allowance_release(&self->server.answers);
    routes_fini(&self->server.routes);
    (void)pthread_mutex_destroy(&self->server.lock);
    (void)close(self->server.epoll);
    (void)close(self->server.wake);
    free(self);
}

/* How long the thread may sleep: not at all while a daemon has work left, and
 * for ever while nobody is connected. */
static int
sleep_ms(const struct http *self)
{
    int64_t tick_ms = self->server.settings.timeout_ns / NS_PER_MS / 4;
    uint64_t least =
        (uint64_t)(tick_ms > TICK_MOST_MS ? TICK_MOST_MS : tick_ms + 1);

    if (self->fewer)
        return 0;
    if (self->server.connections == 0)
        return -1;
    for (size_t i = 0; i < self->daemon_count; i++) {
        MHD_UNSIGNED_LONG_LONG due = 0;
        if (MHD_get_timeout(self->daemons[i].daemon, &due) == MHD_YES &&
            due < least)
            least = due;
    }
    return (int)least;
}

/* Returns the daemon that an event is about, or NULL. */
static struct listening *
find_listening(struct http *self, const void *arg)
{
    for (size_t i = 0; i < self->daemon_count; i++)
        if (arg == &self->daemons[i])
            return &self->daemons[i];
    return NULL;
}

static void
wait_for_events(struct http *self, int timeout_ms)
{
    struct epoll_event events[EVENTS_MOST];
    uint64_t unused = 0;

    int count = epoll_wait(self->server.epoll, events, EVENTS_MOST, timeout_ms);
    for (int i = 0; i < count; i++) {
        void *arg = events[i].data.ptr;
        struct listening *listening = find_listening(self, arg);
        if (!arg)
            (void)!read(self->server.wake, &unused, sizeof(unused));
        else if (listening)
            listening->ready = true;
        else
            exchange_leave(arg);
    }
}

/* Something came, a connection goes on, or its time is up. */
static bool
has_work(const struct listening *listening)
{
    MHD_UNSIGNED_LONG_LONG due = 0;

    return listening->ready ||
           (MHD_get_timeout(listening->daemon, &due) == MHD_YES && due == 0);
}

static void
run_daemons(struct http *self)
{
    bool all = self->server.resumed || self->server.stopping || self->fewer;
    uint64_t before = self->server.connections;

    self->server.resumed = false;
    for (size_t i = 0; i < self->daemon_count; i++) {
        struct listening *listening = &self->daemons[i];
        if (!all && !has_work(listening))
            continue;
        listening->ready = false;
        (void)MHD_run(listening->daemon);
    }
    self->fewer = self->server.connections < before;
}

/* One turn of the thread.  Returns how many requests are on connections. */
static size_t
turn(struct http *self, int timeout_ms)
{
    wait_for_events(self, timeout_ms);
    int64_t now_ns = clock_now_ns();
    size_t connected = exchanges_turn(&self->server, now_ns);
    if (now_ns >= self->reap_ns) {
        self->reap_ns = now_ns + REAP_MS * NS_PER_MS;
        visitors_reap(self->server.visitors, now_ns);
    }
    run_daemons(self);
    return connected;
}

/* MHD_stop_daemon() aborts the process when a connection is suspended, so all
 * are answered before; clients that read slowly are given a moment. */
static void
drain(struct http *self)
{
    int64_t end_ns = clock_now_ns() + DRAIN_MS * NS_PER_MS;

    self->server.stopping = true;
    while (turn(self, 1) > 0 && clock_now_ns() < end_ns)
        ;
    http_stop_daemons(self);
}

static void *
serve(void *arg)
{
    struct http *self = arg;

    while (!self->quit)
        (void)turn(self, sleep_ms(self));
    drain(self);
    return NULL;
}

int
http_start(struct http *self)
{
    sigset_t all, before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&self->thread, NULL, serve, self);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0)
        return -rc;
    (void)pthread_setname_np(self->thread, "http");
    self->started = true;
    return 0;
}

void
http_stop(struct http *self)
{
    if (!self->started)
        return;
    self->quit = true;
    server_wake(&self->server);
    (void)pthread_join(self->thread, NULL);
    self->started = false;
}

int
http_mount(struct http *self, const void *owner, const struct http_route *route)
{
    (void)pthread_mutex_lock(&self->server.lock);
    int rc = routes_add(&self->server.routes, owner, route, &self->server);
    (void)pthread_mutex_unlock(&self->server.lock);
    return rc;
}

void
http_unmount_all(struct http *self, const void *owner)
{
    (void)pthread_mutex_lock(&self->server.lock);
    routes_remove(&self->server.routes, owner);
    (void)pthread_mutex_unlock(&self->server.lock);
}

void
http_forget(struct http *self, const void *owner)
{
    exchanges_forget(&self->server, owner);
}

int
http_ask(struct http *self, struct weir_request *request)
{
    (void)pthread_mutex_lock(&self->server.lock);
    const struct route *route = routes_find(
        &self->server.routes, request_method(request), request_target(request));
    if (route)
        route->handover(route->arg, request);
    (void)pthread_mutex_unlock(&self->server.lock);
    return route ? 0 : -ENOENT;
}

void
http_figures(const struct http *self, struct http_figures *ret_figures)
{
    const struct server *server = &self->server;

    for (size_t i = 0; i < ARRAY_SIZE(server->requests); i++)
        ret_figures->requests[i] = server->requests[i];
    ret_figures->connections = server->connections;
    ret_figures->received_bytes = server->received_bytes;
    ret_figures->sent_bytes = server->sent_bytes;
}
