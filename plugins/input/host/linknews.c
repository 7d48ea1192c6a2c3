/* linknews.c - whether a network interface may have changed since last asked */
#include <config.h>

#include "linknews.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "host.h"

enum { CYCLES_MOST = 16, MESSAGES_MOST = 256 };

static bool
is_the_kernels(const struct host *host)
{
    struct statfs status;

    return fstatfs(host->files.roots[ROOT_SYS], &status) == 0 &&
           status.f_type == SYSFS_MAGIC;
}

/* Leaves it closed where that is not to be had. */
static void
open_once(struct linknews *self, const struct host *host)
{
    const struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                        .nl_groups = RTMGRP_LINK};

    if (self->tried)
        return;
    self->tried = true;
    if (!is_the_kernels(host))
        return;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    NETLINK_ROUTE);
    if (fd < 0)
        return;
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        (void)close(fd);
    else
        self->descriptor_plus_1 = fd + 1;
}

/* What a message says does not matter; nor that some were lost (ENOBUFS). */
static bool
drain(int fd)
{
    char byte = 0;

    for (int taken = 0; taken < MESSAGES_MOST; taken++)
        if (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT) < 0 && errno == EAGAIN)
            return taken > 0;
    return true;
}

bool
linknews_any(struct linknews *self, const struct host *host)
{
    open_once(self, host);
    if (!self->descriptor_plus_1)
        return true;
    bool any = drain(self->descriptor_plus_1 - 1);
    if (!any && host->cycle < self->due)
        return false;
    self->due = host->cycle + CYCLES_MOST;
    return true;
}

void
linknews_fini(struct linknews *self)
{
    if (self->descriptor_plus_1)
        (void)close(self->descriptor_plus_1 - 1);
    *self = (struct linknews){0};
}
