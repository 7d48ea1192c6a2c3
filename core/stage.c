/* stage.c - one worker: a thread with its timers, descriptors and mailbox */
#include <config.h>

#include "stage.h"

#include <assert.h>
#include <czmq.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base.h"
#include "clock.h"
#include "mailbox.h"
#include "timers.h"
#include "watches.h"

enum {
    NAME_SIZE = 64,
    VISIT_TURNS = 4, /* at most, that a visitor runs */
};

/* Of a timer: as good as for ever, and sums of it do not overflow. */
static const int64_t timer_most_ns = INT64_MAX / 4;

struct stage {
    char name[NAME_SIZE];
    zactor_t *actor; /* NULL when run without a thread of its own */
    stage_call *begin, *end;
    void *arg;
    _Atomic clockid_t cpu; /* the clock of the thread */
    atomic_bool running, gone, stopping;
    _Atomic int64_t since_ns; /* when the present call began; 0: none */

    /* Whoever holds it runs the stage: its thread, but for while that waits, or
     * a visitor.  It guards all below but the mailbox. */
    pthread_mutex_t turn;
    _Atomic pthread_t visitor; /* while 'visited' */
    atomic_bool visited;
    int64_t wakes_ns; /* when the thread that waits will look at timers */

    struct mailbox mailbox; /* its bell also says that it is time to stop */

    struct timers timers;

    struct watches watches;
};

struct stage *
stage_new(const char *name)
{
    struct stage *self = xcalloc(1, sizeof(*self));

    (void)snprintf(self->name, sizeof(self->name), "%s", name);
    mailbox_init(&self->mailbox);
    (void)pthread_mutex_init(&self->turn, NULL);
    return self;
}

void
stage_destroy(struct stage **self_p)
{
    struct stage *self = *self_p;

    if (!self)
        return;
    assert(!self->running);
    mailbox_fini(&self->mailbox);
    zactor_destroy(&self->actor);
    timers_fini(&self->timers);
    watches_fini(&self->watches);
    (void)pthread_mutex_destroy(&self->turn);
    free(self);
    *self_p = NULL;
}

const char *
stage_name(const struct stage *self)
{
    return self->name;
}

void
stage_post(struct stage *self, stage_call *call, void *arg)
{
    stage_post_or(self, call, NULL, arg);
}

/* Says whether the calling thread visits the stage. */
static bool
is_visitor(const struct stage *self)
{
    return self->visited && pthread_equal(self->visitor, pthread_self());
}

void
stage_post_or(struct stage *self, stage_call *call, stage_call *dropped,
              void *arg)
{
    const struct post post = {.call = call, .dropped = dropped, .arg = arg};
    mailbox_put(&self->mailbox, &post, is_visitor(self));
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
    struct post *post = mailbox_take(&self->mailbox);

    while (post && !self->stopping) {
        struct post *next = post->next;
        begin_call(self);
        post->call(post->arg);
        end_call(self);
        mailbox_give_back(&self->mailbox, post);
        post = next;
    }
    posts_drop(post);
}

static int64_t
at_most(int64_t time_ns, int64_t most_ns)
{
    return time_ns < most_ns ? time_ns : most_ns;
}

int
stage_timer(struct stage *self, int64_t after_ns, int64_t every_ns,
            stage_call *due, void *arg)
{
    const struct timer timer = {
        .due_ns = clock_now_ns() + at_most(after_ns, timer_most_ns),
        .every_ns = at_most(every_ns, timer_most_ns),
        .due = due,
        .arg = arg,
    };

    assert(every_ns >= 0);
    return timers_add(&self->timers, &timer);
}

void
stage_timer_stop(struct stage *self, int number)
{
    timers_stop(&self->timers, number);
}

static void
run_timers(struct stage *self)
{
    int64_t now = clock_now_ns();
    struct timer timer;

    for (size_t at = 0;
         !self->stopping && timers_take(&self->timers, now, &at, &timer);) {
        begin_call(self);
        timer.due(timer.arg);
        end_call(self);
    }
}

static bool
has_work(struct stage *self)
{
    return !self->stopping && (!mailbox_is_empty(&self->mailbox) ||
                               timers_next_ns(&self->timers) <= clock_now_ns());
}

/* A visitor does what he caused, and has the thread look at what changed for
 * it. */
static void
visit(struct stage *self, stage_call *call, void *arg)
{
    self->visitor = pthread_self();
    self->visited = true;
    begin_call(self);
    call(arg);
    end_call(self);
    for (int i = 0; i < VISIT_TURNS && has_work(self); i++) {
        run_timers(self);
        run_posts(self);
    }
    self->visited = false;
    if (watches_are_stale(&self->watches) || has_work(self) ||
        timers_next_ns(&self->timers) < self->wakes_ns)
        mailbox_ring(&self->mailbox);
}

bool
stage_visit(struct stage *self, stage_call *call, void *arg)
{
    if (pthread_mutex_trylock(&self->turn) != 0)
        return false;
    bool idle =
        self->running && !self->stopping && mailbox_is_empty(&self->mailbox);
    if (idle)
        visit(self, call, arg);
    (void)pthread_mutex_unlock(&self->turn);
    return idle;
}

/* Rounds up: a timer is never early.  -1: until the bell rings. */
static int
wait_ms(struct stage *self, int64_t until_ns)
{
    int64_t next = timers_next_ns(&self->timers);

    if (until_ns < next)
        next = until_ns;
    self->wakes_ns = next;
    if (next == INT64_MAX)
        return -1;
    int64_t now = clock_now_ns();
    if (next <= now)
        return 0;
    int64_t ms = at_most((next - now - 1) / NS_PER_MS + 1, INT_MAX);
    return (int)ms;
}

void
stage_watch(struct stage *self, int fd, short events, stage_ready *ready,
            void *arg)
{
    struct watch watch = {
        .fd = fd, .events = events, .ready = ready, .arg = arg};
    watches_set(&self->watches, &watch);
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
    watches_set(&self->watches, &watch);
}

void
stage_found(struct stage *self, unsigned count)
{
    watches_found(&self->watches, count);
}

/* A call may end any watch, or add some. */
static void
run_watches(struct stage *self)
{
    struct watch watch;
    short seen = 0;

    for (size_t at = 0;
         !self->stopping && watches_take(&self->watches, &at, &watch, &seen);) {
        begin_call(self);
        watch.ready(watch.arg, watch.fd, seen);
        end_call(self);
    }
}

static void
run_turn(struct stage *self, int64_t until_ns)
{
    eventfd_t rings = 0;
    bool any = false;

    if (watches_wait(&self->watches, self->mailbox.bell,
                     wait_ms(self, until_ns), &self->turn, &any))
        (void)eventfd_read(self->mailbox.bell, &rings);
    run_timers(self);
    if (any)
        run_watches(self);
    if (rings)
        run_posts(self);
}

void
stage_run(struct stage *self, int64_t duration_ns)
{
    int64_t until_ns = clock_now_ns() + at_most(duration_ns, timer_most_ns);

    assert(self->mailbox.bell >= 0);

    (void)pthread_mutex_lock(&self->turn);
    while (!self->stopping && clock_now_ns() < until_ns)
        run_turn(self, until_ns);
    (void)pthread_mutex_unlock(&self->turn);
}

static void
actor_run(zsock_t *pipe, void *arg)
{
    struct stage *self = arg;

    char name[16]; /* the kernel takes 15 letters */
    (void)snprintf(name, sizeof(name), "%.15s", self->name);
    (void)pthread_setname_np(pthread_self(), name);
    clockid_t cpu = 0;
    if (pthread_getcpuclockid(pthread_self(), &cpu) == 0)
        self->cpu = cpu;
    (void)pthread_mutex_lock(&self->turn);
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

    mailbox_close(&self->mailbox);
    self->running = false;
    (void)pthread_mutex_unlock(&self->turn);
    self->gone = true;
}

int
stage_start(struct stage *self, stage_call *begin, stage_call *end, void *arg)
{
    if (self->mailbox.bell < 0)
        return -EMFILE;
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
    mailbox_ring(&self->mailbox);
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
    struct timespec spent = {0};

    /* The clock of a thread that has gone says so. */
    if (!self->running || !self->cpu || clock_gettime(self->cpu, &spent) != 0)
        return 0;
    return (int64_t)spent.tv_sec * NS_PER_S + spent.tv_nsec;
}
