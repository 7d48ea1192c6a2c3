/* watches.c - the descriptors and sockets that a stage waits for */
#include <config.h>

#include "watches.h"

#include <stdlib.h>
#include <time.h>
#include <zmq.h>

#include "base.h"
#include "clock.h"

enum { FOUND_MANY = 200 }; /* in a tenth of a second */

static const int64_t of_late_ns = 100 * NS_PER_MS;
static const struct timespec rest = {.tv_nsec = 100 * NS_PER_US};

void
watches_fini(struct watches *self)
{
    free(self->items);
    free(self->polled);
}

void
watches_set(struct watches *self, const struct watch *wanted)
{
    self->changed = true;
    for (size_t i = 0; i < self->count; i++) {
        struct watch *watch = &self->items[i];
        if (watch->socket != wanted->socket || watch->fd != wanted->fd)
            continue;
        /* The descriptor may be another one of the same number. */
        bool fresh = watch->fresh || !watch->events;
        *watch = *wanted;
        watch->fresh = fresh;
        return;
    }
    if (!wanted->events)
        return;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 4;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    self->items[self->count++] = *wanted;
}

/* Returns the descriptor that becomes readable when a socket has something to
 * say; that it is not means nothing. */
static int
socket_bell(void *socket)
{
    int fd = -1;
    size_t size = sizeof(fd);

    (void)zmq_getsockopt(socket, ZMQ_FD, &fd, &size);
    return fd;
}

static bool
socket_has_messages(void *socket)
{
    int events = 0;
    size_t size = sizeof(events);

    return zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0 &&
           (events & ZMQ_POLLIN);
}

/* Sweeps out what ended, and makes the list to poll anew. */
static void
prepare(struct watches *self, int bell)
{
    size_t kept = 0;

    if (!self->changed && self->polled)
        return;
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].events)
            self->items[kept++] = self->items[i];
    self->count = self->polled_count = kept;
    self->polled = xrealloc(self->polled, kept + 1, sizeof(*self->polled));
    for (size_t i = 0; i < kept; i++) {
        struct watch *watch = &self->items[i];
        watch->fresh = false;
        self->polled[i] =
            watch->socket
                ? (struct pollfd){socket_bell(watch->socket), POLLIN, 0}
                : (struct pollfd){watch->fd, watch->events, 0};
    }
    self->polled[kept] = (struct pollfd){bell, POLLIN, 0};
    self->changed = false;
}

/* Any call may have silenced the bell of a socket, so all of them are asked
 * before the stage sleeps, and afterwards those whose bell rang.  Returns
 * whether one has messages.  zmq_poll() would ask all of them twice. */
static bool
look_at_sockets(struct watches *self, bool slept)
{
    bool any = false;

    for (size_t i = 0; i < self->polled_count; i++) {
        struct watch *watch = &self->items[i];
        /* A visitor may have ended the watch meanwhile, and the socket. */
        if (!watch->socket || !watch->events)
            continue;
        if (!slept || (self->polled[i].revents && !watch->loaded))
            watch->loaded = socket_has_messages(watch->socket);
        any = any || watch->loaded;
    }
    return any;
}

void
watches_found(struct watches *self, unsigned count)
{
    if (count < 2)
        return;
    int64_t now_ns = clock_now_ns();
    if (now_ns - self->since_ns > of_late_ns) {
        self->since_ns = now_ns;
        self->found = 0;
    }
    self->found += count;
    self->rests = self->found > FOUND_MANY;
}

static void
take_rest(struct watches *self, pthread_mutex_t *turn)
{
    self->rests = false;
    (void)pthread_mutex_unlock(turn);
    (void)nanosleep(&rest, NULL);
    (void)pthread_mutex_lock(turn);
}

bool
watches_wait(struct watches *self, int bell, int timeout_ms,
             pthread_mutex_t *turn, bool *ret_any)
{
    if (self->rests)
        take_rest(self, turn);
    prepare(self, bell);
    bool any = look_at_sockets(self, false);
    (void)pthread_mutex_unlock(turn);
    int count =
        poll(self->polled, self->polled_count + 1, any ? 0 : timeout_ms);
    (void)pthread_mutex_lock(turn);
    if (count > 0)
        any = look_at_sockets(self, true);
    bool rang = count > 0 && self->polled[self->polled_count].revents;
    *ret_any = count >= 0 && (any || count > rang);
    return rang;
}

bool
watches_are_stale(const struct watches *self)
{
    if (self->changed)
        return true;
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].socket)
            return true;
    return false;
}

bool
watches_take(struct watches *self, size_t *at_p, struct watch *ret_watch,
             short *ret_seen)
{
    while (*at_p < self->polled_count) {
        size_t i = (*at_p)++;
        short events = self->polled[i].revents;
        const struct watch *watch = &self->items[i];
        if (events & ~(POLLIN | POLLOUT))
            events |= POLLERR;
        if (watch->socket)
            events = watch->loaded ? POLLIN : 0;
        *ret_seen = (short)(events & (watch->events | POLLERR));
        *ret_watch = *watch;
        if (*ret_seen && watch->events && !watch->fresh)
            return true;
    }
    return false;
}
