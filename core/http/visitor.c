/* visitor.c - open connections, and until when each must have said something */
#include <config.h>

#include "http/visitor.h"

#include <stdbool.h>
#include <sys/socket.h>

#include <weir/cleanup.h>

#include "base.h"

struct visitor *
visitor_new(struct visitor **list, int fd, int64_t deadline_ns)
{
    struct visitor *self = xcalloc(1, sizeof(*self));

    self->fd = fd;
    self->deadline_ns = deadline_ns;
    self->next = *list;
    self->link = list;
    if (self->next)
        self->next->link = &self->next;
    *list = self;
    return self;
}

void
visitor_destroy(struct visitor **self_p)
{
    struct visitor *self = weir_take(*self_p);

    if (!self)
        return;
    *self->link = self->next;
    if (self->next)
        self->next->link = self->link;
    free(self);
}

/* Says whether all was read and nothing more will come. */
static bool
is_closed(const struct visitor *self)
{
    char byte = 0;
    return recv(self->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void
visitors_reap(struct visitor *list, int64_t now_ns)
{
    for (struct visitor *each = list; each; each = each->next) {
        if (each->deadline_ns == 0 ||
            (now_ns < each->deadline_ns && !is_closed(each)))
            continue;
        (void)shutdown(each->fd, SHUT_RDWR);
        each->deadline_ns = 0;
    }
}
