/* listener.c - sockets that listen, and why one can not */
#include <config.h>

#include "http/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <weir/cleanup.h>

enum { BACKLOG = 128, HOST_SIZE = 256 };

/* What to do about it. */
static const struct advice {
    int error;
    const char *text;
} advices[] = {
    {EADDRINUSE, ", another program listens there: stop it, or choose another "
                 "port in http { listen }"},
    {EADDRNOTAVAIL, ", this host has no such address: correct http { listen }"},
    {EACCES, ", ports below 1024 are for root: choose another in http { "
             "listen }"},
};

static const char *
advice_for(int error)
{
    for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
        if (advices[i].error == error)
            return advices[i].text;
    return "";
}

static int
explain(int error, const char *address, char *why, size_t size)
{
    (void)snprintf(why, size, "cannot listen on %s: %s%s", address,
                   strerror(error), advice_for(error));
    return -error;
}

static void
free_addresses(struct addrinfo **list_p)
{
    if (*list_p)
        freeaddrinfo(*list_p);
}

/* Splits "host:port" and looks the host up. */
static int
resolve(const char *address, struct addrinfo **ret_list, char *why, size_t size)
{
    static const struct addrinfo hints = {
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
        .ai_socktype = SOCK_STREAM,
    };
    char host[HOST_SIZE];
    const char *colon = strrchr(address, ':');
    bool bracket = *address == '[';
    const char *end = bracket ? strchr(address, ']') : colon;

    if (!colon || !end || (bracket && end + 1 != colon) ||
        end - address >= HOST_SIZE) {
        (void)snprintf(why, size,
                       "cannot listen on %s: an address such as "
                       "127.0.0.1:9347 or [::1]:9347 is due",
                       address);
        return -EINVAL;
    }
    (void)snprintf(host, sizeof(host), "%.*s", (int)(end - address - bracket),
                   address + bracket);
    int rc = getaddrinfo(host, colon + 1, &hints, ret_list);
    if (rc == 0)
        return 0;
    (void)snprintf(why, size, "cannot listen on %s: %s", address,
                   gai_strerror(rc));
    return -EADDRNOTAVAIL;
}

/* Hands a descriptor over, so that its cleanup does nothing. */
static int
take(int *fd_p)
{
    int fd = *fd_p;

    *fd_p = -1;
    return fd;
}

/* Binds the first address that can be had: a name may have several. */
static int
bind_first(const struct addrinfo *list)
{
    static const int yes = 1;
    int error = EADDRNOTAVAIL;

    for (const struct addrinfo *each = list; each; each = each->ai_next) {
        weir_cleanup(weir_close) int fd =
            socket(each->ai_family,
                   each->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            error = errno;
            continue;
        }
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        if (bind(fd, each->ai_addr, each->ai_addrlen) == 0 &&
            listen(fd, BACKLOG) == 0) {
            return take(&fd);
        }
        error = errno;
    }
    return -error;
}

static uint16_t
port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } address = {0};
    socklen_t size = sizeof(address);

    if (getsockname(fd, &address.any, &size) < 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.in6.sin6_port
                                                   : address.in.sin_port);
}

static int
open_one(const char *address, uint16_t *ret_port, char *why, size_t size)
{
    weir_cleanup(free_addresses) struct addrinfo *list = NULL;

    int rc = resolve(address, &list, why, size);
    if (rc < 0)
        return rc;

    int fd = bind_first(list);
    if (fd < 0)
        return explain(-fd, address, why, size);

    *ret_port = port_of(fd);
    return fd;
}

int
listener_open(const char *address, uint16_t *ret_port, char *why, size_t size)
{
    char every[HOST_SIZE];

    if (*address != ':')
        return open_one(address, ret_port, why, size);

    /* A socket for IPv6 takes IPv4, too, on a host that has both. */
    (void)snprintf(every, sizeof(every), "[::]%s", address);
    int fd = open_one(every, ret_port, why, size);
    if (fd != -EAFNOSUPPORT && fd != -EADDRNOTAVAIL)
        return fd;
    (void)snprintf(every, sizeof(every), "0.0.0.0%s", address);
    return open_one(every, ret_port, why, size);
}

/* Removes a socket that a process before us left behind.  Returns 0 when the
 * path is free, or -EADDRINUSE when somebody serves it or it is no socket. */
static int
clear_path(const struct sockaddr_un *address)
{
    struct stat file;

    if (lstat(address->sun_path, &file) < 0)
        return 0;
    if (!S_ISSOCK(file.st_mode))
        return -EADDRINUSE;

    weir_cleanup(weir_close) int fd =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const void *any = address;
    if (connect(fd, any, sizeof(*address)) == 0 || errno == EAGAIN)
        return -EADDRINUSE;
    return unlink(address->sun_path) < 0 ? -errno : 0;
}

int
listener_open_local(const char *path, char *why, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const void *any = &address;

    if (strlen(path) >= sizeof(address.sun_path)) {
        (void)snprintf(why, size,
                       "cannot listen on %s: the path is longer than %zu "
                       "bytes, choose a shorter state folder",
                       path, sizeof(address.sun_path) - 1);
        return -ENAMETOOLONG;
    }
    (void)stpcpy(address.sun_path, path);
    int rc = clear_path(&address);
    if (rc == -EADDRINUSE) {
        (void)snprintf(why, size,
                       "cannot listen on %s: it is in use, does another weir "
                       "run in this state folder?",
                       path);
        return rc;
    }
    if (rc < 0)
        return explain(-rc, path, why, size);

    /* The file gets the mode of the socket, so it is never open to others. */
    weir_cleanup(weir_close) int fd =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || fchmod(fd, S_IRUSR | S_IWUSR) < 0 ||
        bind(fd, any, sizeof(address)) < 0 || listen(fd, BACKLOG) < 0)
        return explain(errno, path, why, size);

    return take(&fd);
}

void
listener_peer_text(const struct sockaddr *peer, char *text, size_t size)
{
    socklen_t length = 0;

    if (peer && peer->sa_family == AF_INET)
        length = sizeof(struct sockaddr_in);
    else if (peer && peer->sa_family == AF_INET6)
        length = sizeof(struct sockaddr_in6);
    if (length == 0 || getnameinfo(peer, length, text, (socklen_t)size, NULL, 0,
                                   NI_NUMERICHOST) != 0)
        (void)snprintf(text, size, "control");
}
