/* stage.c - one worker: a thread with its timers, descriptors and mailbox */
#include <config.h>

#include "stage.h"

#include <assert.h>
#include <czmq.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base.h"
#include "clock.h"

enum { NAME_SIZE = 64, WAIT_MOST_MS = 1000 };

struct post {
    struct post *next;
    stage_call *call;
    void *arg;
};

struct timer {
    int number; /* 0: free */
    int64_t due_ns, every_ns;
    stage_call *due;
    void *arg;
};

struct watch {
    void *socket; /* of ZeroMQ; or NULL and 'fd' */
    int fd;
    short events; /* 0: ended, to be swept */
    stage_ready *ready;
    void *arg;
};

struct stage {
    char name[NAME_SIZE];
    zactor_t *actor; /* NULL when run without a thread of its own */
    stage_call *begin, *end;
    void *arg;
    pthread_t thread;
    atomic_bool running, gone, stopping;
    _Atomic int64_t since_ns; /* when the present call began; 0: none */

    int bell; /* eventfd: the mailbox is not empty, or it is time to stop */
    pthread_mutex_t lock;
    struct post *first, **last_p; /* under 'lock' */
    bool closed;                  /* under 'lock': posts are dropped */

    struct timer *timers; /* [timer_count] */
    size_t timer_count;
    int last_timer;

    struct watch *watches; /* [watch_count] */
    size_t watch_count, watch_room;
    bool watches_changed;
    zmq_pollitem_t *items; /* [watch_count + 1], the bell is the last */
};

struct stage *
stage_new(const char *name)
{
    struct stage *self = xcalloc(1, sizeof(*self));

    (void)snprintf(self->name, sizeof(self->name), "%s", name);
    self->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(self->bell >= 0);
    (void)pthread_mutex_init(&self->lock, NULL);
    self->last_p = &self->first;
    self->watches_changed = true;
    return self;
}

static struct post *
take_posts(struct stage *self, bool close)
{
    (void)pthread_mutex_lock(&self->lock);
    struct post *first = self->first;
    self->first = NULL;
    self->last_p = &self->first;
    self->closed = self->closed || close;
    (void)pthread_mutex_unlock(&self->lock);
    return first;
}

static void
drop_posts(struct stage *self)
{
    struct post *post = take_posts(self, true);

    while (post) {
        struct post *next = post->next;
        free(post);
        post = next;
    }
}

void
stage_destroy(struct stage **self_p)
{
    struct stage *self = *self_p;

    if (!self)
        return;
    assert(!self->running);
    drop_posts(self);
    zactor_destroy(&self->actor);
    (void)close(self->bell);
    (void)pthread_mutex_destroy(&self->lock);
    free(self->timers);
    free(self->watches);
    free(self->items);
    free(self);
    *self_p = NULL;
}

const char *
stage_name(const struct stage *self)
{
    return self->name;
}

static void
ring(const struct stage *self)
{
    (void)eventfd_write(self->bell, 1);
}

void
stage_post(struct stage *self, stage_call *call, void *arg)
{
    struct post *post = xcalloc(1, sizeof(*post));
    post->call = call;
    post->arg = arg;

    (void)pthread_mutex_lock(&self->lock);
    bool drop = self->closed;
    bool first = !self->first;
    if (!drop) {
        *self->last_p = post;
        self->last_p = &post->next;
    }
    (void)pthread_mutex_unlock(&self->lock);
    if (drop)
        free(post);
    else if (first)
        ring(self);
}

/* Every call out of the loop goes through begin_call and end_call, so that
 * main sees one that does not come back. */
static void
begin_call(struct stage *self)
{
    atomic_store_explicit(&self->since_ns, clock_now_ns(),
                          memory_order_relaxed);
}

static void
end_call(struct stage *self)
{
    atomic_store_explicit(&self->since_ns, 0, memory_order_relaxed);
}

static void
run_posts(struct stage *self)
{
    struct post *post = take_posts(self, false);

    while (post) {
        struct post *next = post->next;
        begin_call(self);
        post->call(post->arg);
        end_call(self);
        free(post);
        post = next;
    }
}

static struct timer *
free_timer(struct stage *self)
{
    for (size_t i = 0; i < self->timer_count; i++)
        if (!self->timers[i].number)
            return &self->timers[i];
    self->timers =
        xrealloc(self->timers, ++self->timer_count, sizeof(*self->timers));
    return &self->timers[self->timer_count - 1];
}

int
stage_timer(struct stage *self, int64_t after_ns, int64_t every_ns,
            stage_call *due, void *arg)
{
    struct timer *timer = free_timer(self);

    *timer = (struct timer){
        .number = ++self->last_timer,
        .due_ns = clock_now_ns() + after_ns,
        .every_ns = every_ns,
        .due = due,
        .arg = arg,
    };
    return timer->number;
}

void
stage_timer_stop(struct stage *self, int number)
{
    for (size_t i = 0; i < self->timer_count; i++)
        if (self->timers[i].number == number)
            self->timers[i].number = 0;
}

/* Missed turns are left out, and the beat is kept. */
static void
set_next(struct timer *timer, int64_t now)
{
    if (!timer->every_ns) {
        timer->number = 0;
        return;
    }
    int64_t late = now - timer->due_ns;
    timer->due_ns += (late / timer->every_ns + 1) * timer->every_ns;
}

/* A call may add timers, which moves the array. */
static void
run_timers(struct stage *self)
{
    int64_t now = clock_now_ns();

    for (size_t i = 0; i < self->timer_count; i++) {
        struct timer timer = self->timers[i];
        if (!timer.number || timer.due_ns > now)
            continue;
        set_next(&self->timers[i], now);
        begin_call(self);
        timer.due(timer.arg);
        end_call(self);
    }
}

/* Rounds up: a timer is never early. */
static long
wait_ms(const struct stage *self, int64_t until_ns)
{
    int64_t now = clock_now_ns();
    int64_t next = now + WAIT_MOST_MS * NS_PER_MS;

    if (until_ns < next)
        next = until_ns;
    for (size_t i = 0; i < self->timer_count; i++)
        if (self->timers[i].number && self->timers[i].due_ns < next)
            next = self->timers[i].due_ns;
    return next <= now ? 0 : (long)((next - now + NS_PER_MS - 1) / NS_PER_MS);
}

static void
set_watch(struct stage *self, const struct watch *wanted)
{
    self->watches_changed = true;
    for (size_t i = 0; i < self->watch_count; i++) {
        struct watch *watch = &self->watches[i];
        if (watch->socket != wanted->socket || watch->fd != wanted->fd)
            continue;
        *watch = *wanted;
        return;
    }
    if (!wanted->events)
        return;
    if (self->watch_count == self->watch_room) {
        self->watch_room = self->watch_room ? 2 * self->watch_room : 4;
        self->watches =
            xrealloc(self->watches, self->watch_room, sizeof(*self->watches));
    }
    self->watches[self->watch_count++] = *wanted;
}

void
stage_watch(struct stage *self, int fd, short events, stage_ready *ready,
            void *arg)
{
    struct watch watch = {
        .fd = fd, .events = events, .ready = ready, .arg = arg};
    set_watch(self, &watch);
}

void
stage_watch_socket(struct stage *self, void *socket, stage_ready *ready,
                   void *arg)
{
    struct watch watch = {
        .socket = socket,
        .fd = -1,
        .events = ready ? POLLIN : 0,
        .ready = ready,
        .arg = arg,
    };
    set_watch(self, &watch);
}

/* Between turns: sweeps out what ended, and makes the list to poll anew. */
static void
prepare_items(struct stage *self)
{
    size_t kept = 0;

    if (!self->watches_changed)
        return;
    for (size_t i = 0; i < self->watch_count; i++)
        if (self->watches[i].events)
            self->watches[kept++] = self->watches[i];
    self->watch_count = kept;
    self->items = xrealloc(self->items, kept + 1, sizeof(*self->items));
    for (size_t i = 0; i < kept; i++) {
        const struct watch *watch = &self->watches[i];
        short events = (short)(((watch->events & POLLIN) ? ZMQ_POLLIN : 0) |
                               ((watch->events & POLLOUT) ? ZMQ_POLLOUT : 0));
        self->items[i] = (zmq_pollitem_t){watch->socket, watch->fd, events, 0};
    }
    self->items[kept] = (zmq_pollitem_t){NULL, self->bell, ZMQ_POLLIN, 0};
    self->watches_changed = false;
}

/* A call may end any watch, or add some: look again before each. */
static void
run_watches(struct stage *self, size_t polled)
{
    for (size_t i = 0; i < polled; i++) {
        short events = self->items[i].revents;
        struct watch watch = self->watches[i];
        if (!events || !watch.events)
            continue;
        short seen = (short)(((events & ZMQ_POLLIN) ? POLLIN : 0) |
                             ((events & ZMQ_POLLOUT) ? POLLOUT : 0) |
                             ((events & ZMQ_POLLERR) ? POLLERR : 0));
        begin_call(self);
        watch.ready(watch.arg, watch.fd, seen);
        end_call(self);
    }
}

static void
run_turn(struct stage *self, int64_t until_ns)
{
    eventfd_t rings = 0;

    prepare_items(self);
    size_t polled = self->watch_count;
    int ready = zmq_poll(self->items, (int)polled + 1, wait_ms(self, until_ns));
    if (ready > 0 && self->items[polled].revents)
        (void)eventfd_read(self->bell, &rings);
    run_timers(self);
    if (ready > 0)
        run_watches(self, polled);
    if (rings)
        run_posts(self);
}

void
stage_run(struct stage *self, int64_t duration_ns)
{
    int64_t until_ns = clock_now_ns() + duration_ns;

    while (!self->stopping && clock_now_ns() < until_ns)
        run_turn(self, until_ns);
}

static void
actor_run(zsock_t *pipe, void *arg)
{
    struct stage *self = arg;

    char name[16]; /* the kernel takes 15 letters */
    (void)snprintf(name, sizeof(name), "%.15s", self->name);
    self->thread = pthread_self();
    (void)pthread_setname_np(self->thread, name);
    self->running = true;
    (void)zsock_signal(pipe, 0);

    begin_call(self);
    if (self->begin)
        self->begin(self->arg);
    end_call(self);
    while (!self->stopping)
        run_turn(self, INT64_MAX);
    begin_call(self);
    if (self->end)
        self->end(self->arg);
    end_call(self);

    drop_posts(self);
    self->running = false;
    self->gone = true;
}

int
stage_start(struct stage *self, stage_call *begin, stage_call *end, void *arg)
{
    self->begin = begin;
    self->end = end;
    self->arg = arg;
    self->actor = zactor_new(actor_run, self);
    if (!self->actor)
        return -EAGAIN;
    return 0;
}

void
stage_ask_stop(struct stage *self)
{
    self->stopping = true;
    ring(self);
}

bool
stage_join(struct stage *self, int64_t deadline_ns)
{
    static const struct timespec pause = {0, NS_PER_MS};

    if (!self->actor)
        return true;
    while (!self->gone && clock_now_ns() < deadline_ns)
        (void)nanosleep(&pause, NULL);
    return self->gone;
}

int64_t
stage_busy_ns(const struct stage *self)
{
    int64_t since = atomic_load_explicit(&self->since_ns, memory_order_relaxed);
    return since ? clock_now_ns() - since : 0;
}

int64_t
stage_cpu_ns(const struct stage *self)
{
    clockid_t clock = 0;

    if (!self->running || pthread_getcpuclockid(self->thread, &clock) != 0)
        return 0;
    return clock_read_ns(clock);
}
