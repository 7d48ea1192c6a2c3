/* transfers.c - requests under way, by libcurl; see transfers.h */
#include <config.h>

#include "transfers.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <weir/plugin.h>

#include "base.h"

enum {
    MS_PER_S = 1000,
    CONNECTIONS_LEAST = 16, /* that are kept */
    EVENTS_AT_ONCE = 64,
};

static void
end_all(struct transfers *self)
{
    const CURLMsg *message = NULL;
    int left = 0;

    while ((message = curl_multi_info_read(self->multi, &left))) {
        char *arg = NULL;
        CURLcode code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &arg);
        struct ending *ending = (struct ending *)(void *)arg;
        ending->ended(ending, code);
    }
}

/* What libcurl waits for --------------------------------------------------- */

static void
act(struct transfers *self, curl_socket_t fd, int events)
{
    int running = 0;

    (void)curl_multi_socket_action(self->multi, fd, events, &running);
    end_all(self);
}

/* Of sockets there may be thousands: they are behind one descriptor.  One that
 * was closed meanwhile is unknown to libcurl, which does nothing then. */
static void
sockets_ready(void *instance, int fd, short events)
{
    struct transfers *self = instance;
    struct epoll_event ready[EVENTS_AT_ONCE];
    int count = epoll_wait(fd, ready, EVENTS_AT_ONCE, 0);

    (void)events;
    for (int i = 0; i < count; i++) {
        int seen = 0;
        seen |= ready[i].events & EPOLLIN ? CURL_CSELECT_IN : 0;
        seen |= ready[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0;
        seen |= ready[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0;
        act(self, ready[i].data.fd, seen);
    }
}

static void
timer_ready(void *instance, int fd, short events)
{
    struct transfers *self = instance;
    uint64_t count = 0;

    (void)events;
    if (read(fd, &count, sizeof(count)) > 0)
        act(self, CURL_SOCKET_TIMEOUT, 0);
}

static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *transfers, void *arg)
{
    const struct transfers *self = transfers;
    struct epoll_event wanted = {.data.fd = fd};

    (void)easy;
    (void)arg;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(self->sockets, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        wanted.events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        wanted.events |= EPOLLOUT;
    if (epoll_ctl(self->sockets, EPOLL_CTL_MOD, fd, &wanted) == 0 ||
        epoll_ctl(self->sockets, EPOLL_CTL_ADD, fd, &wanted) == 0)
        return 0;
    return -1;
}

/* A timer of 0 never comes: 1 ns is at once. */
static int
set_timer(CURLM *multi, long after_ms, void *transfers)
{
    const struct transfers *self = transfers;
    struct itimerspec when = {0};

    (void)multi;
    if (after_ms >= 0)
        when.it_value = (struct timespec){
            .tv_sec = after_ms / MS_PER_S,
            .tv_nsec = after_ms ? after_ms % MS_PER_S * NS_PER_MS : 1,
        };
    return timerfd_settime(self->timer, 0, &when, NULL) < 0 ? -1 : 0;
}

/* Beginning and end -------------------------------------------------------- */

int
transfers_open(struct transfers *self)
{
    self->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    self->sockets = epoll_create1(EPOLL_CLOEXEC);
    if (self->timer < 0 || self->sockets < 0)
        return weir_fail(self, -errno, "cannot watch sockets");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return weir_fail(self, -ENOMEM, "libcurl does not start");
    self->multi = curl_multi_init();
    if (!self->multi)
        return weir_fail(self, -ENOMEM, "libcurl does not start");
    (void)curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    (void)curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
    (void)curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    (void)curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
    transfers_resize(self, 0);
    int rc = weir_watch(self, self->sockets, POLLIN, sockets_ready);
    return rc < 0 ? rc : weir_watch(self, self->timer, POLLIN, timer_ready);
}

void
transfers_resize(struct transfers *self, size_t count)
{
    (void)curl_multi_setopt(
        self->multi, CURLMOPT_MAXCONNECTS,
        (long)(count > CONNECTIONS_LEAST ? count : CONNECTIONS_LEAST));
}

/* Neither the environment nor a name that hangs may lead it astray. */
void
transfers_prepare(CURL *easy)
{
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                           (long)CURL_HTTP_VERSION_1_1);
    /* libcurl walks through all that it remembers of names for each request;
     * kept connections need none of it. */
    (void)curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_STRING);
}

void
transfers_close_watched(void *instance, int *fd_p)
{
    if (*fd_p >= 0) {
        (void)weir_watch(instance, *fd_p, 0, NULL);
        (void)close(*fd_p);
    }
    *fd_p = -1;
}

void
transfers_close(struct transfers *self)
{
    if (self->multi)
        (void)curl_multi_cleanup(self->multi);
    self->multi = NULL;
    transfers_close_watched(self, &self->sockets);
    transfers_close_watched(self, &self->timer);
}
