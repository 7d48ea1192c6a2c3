/* http_listen.c - the addresses of the HTTP thread */
#include <config.h>

#include "http/http_inner.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base.h"
#include "http/daemon.h"
#include "http/listener.h"

void
http_watch(struct http *self, int fd, void *arg)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = arg};

    (void)epoll_ctl(self->server.epoll, EPOLL_CTL_ADD, fd, &event);
}

void
http_stop_daemons(struct http *self)
{
    for (size_t i = 0; i < self->daemon_count; i++)
        MHD_stop_daemon(self->daemons[i].daemon);
    self->daemon_count = 0;
    if (self->control_path)
        (void)unlink(self->control_path);
    free(self->control_path);
    self->control_path = NULL;
}

/* Takes 'fd'. */
static int
add_daemon(struct http *self, int fd)
{
    struct server *server = &self->server;
    struct MHD_Daemon *daemon = daemon_start(server, fd);

    if (!daemon)
        return -EIO;

    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct listening *listening = &self->daemons[self->daemon_count++];
    listening->daemon = daemon;
    http_watch(self, info->epoll_fd, listening);
    return 0;
}

/* Makes a daemon for the socket that a listener opened, or says why not. */
static int
add_listener(struct http *self, int fd, const char *address, char *why,
             size_t size)
{
    int rc = add_daemon(self, fd);

    if (rc < 0)
        (void)snprintf(why, size,
                       "cannot listen on %s: the HTTP server does "
                       "not start",
                       address);
    return rc;
}

static int
check_room(const struct http *self, const char *address, char *why, size_t size)
{
    assert(!self->started);
    if (self->daemon_count < LISTENERS_MOST)
        return 0;
    (void)snprintf(why, size, "cannot listen on %s: %d addresses are the most",
                   address, LISTENERS_MOST);
    return -EMFILE;
}

int
http_listen(struct http *self, const char *address, uint16_t *ret_port,
            char *why, size_t size)
{
    uint16_t port = 0;

    int rc = check_room(self, address, why, size);
    if (rc < 0)
        return rc;
    int fd = listener_open(address, &port, why, size);
    if (fd < 0)
        return fd;
    rc = add_listener(self, fd, address, why, size);
    if (rc < 0)
        return rc;
    if (ret_port)
        *ret_port = port;
    return 0;
}

int
http_control(struct http *self, const char *path, char *why, size_t size)
{
    assert(!self->control_path);
    int rc = check_room(self, path, why, size);
    if (rc < 0)
        return rc;
    int fd = listener_open_local(path, why, size);
    if (fd < 0)
        return fd;
    self->control_path = x_or_die(strdup(path));
    return add_listener(self, fd, path, why, size);
}
