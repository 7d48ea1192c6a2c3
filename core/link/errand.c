/* link/errand.c - one select that a desk answers, on a query thread */
#include <config.h>

#include "link/errand.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>

#include "base.h"
#include "link/sink.h"
#include "lock.h"

/* Frames that wait for the stage: while one is sent, another is made. */
enum { OUTBOX_MOST = 2 };

enum errand_state {
    WAITING,   /* for a thread */
    RUNNING,   /* on a thread */
    ENDED,     /* the thread has left it */
    ABANDONED, /* by the stage: the thread frees it */
};

struct errand {
    struct errand_work work;
    struct question *question;
    struct weir_sink *sink;
    uint64_t id;
    bool trying;          /* on the stage: nobody takes frames out meanwhile */
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    enum errand_state state;
    bool cancelled;
    bool ending;                       /* the bell is rung once the end is */
    uint64_t bytes, limit;             /* given, and may be given */
    struct frame *outbox[OUTBOX_MOST]; /* [count], oldest first */
    size_t count;
};

static void
ring(const struct errand *self)
{
    (void)eventfd_write(self->work.bell, 1);
}

static bool
may_give(const struct errand *self, size_t size)
{
    return self->count < OUTBOX_MOST && self->bytes + size <= self->limit;
}

/* Waits, with the lock held, for room and credit. */
static int
wait_for_credit(struct errand *self, size_t size)
{
    int64_t deadline_ns = errand_deadline_ns(self);
    const struct timespec deadline = {.tv_sec = deadline_ns / NS_PER_S,
                                      .tv_nsec = deadline_ns % NS_PER_S};
    int error = 0;

    if (self->trying && !may_give(self, size))
        return -ECANCELED;
    while (!self->cancelled && !may_give(self, size) && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&self->changed, &self->lock, &deadline);
    if (self->cancelled)
        return -ECANCELED;
    return may_give(self, size) ? 0 : -ETIMEDOUT;
}

static int
give(void *arg, struct frame **frame_p)
{
    struct errand *self = arg;
    size_t size = frame_look(*frame_p).size;

    (void)pthread_mutex_lock(&self->lock);
    int rc = wait_for_credit(self, size);
    if (rc == 0) {
        self->bytes += size;
        self->outbox[self->count++] = *frame_p;
        *frame_p = NULL;
        if (!self->trying && (!self->ending || self->count > 1))
            ring(self);
    }
    (void)pthread_mutex_unlock(&self->lock);
    frame_release(frame_p);
    return rc;
}

static void
renew_sink(struct errand *self)
{
    sink_destroy(&self->sink);
    self->sink =
        sink_new(question_select(self->question), self->id, give, self);
}

struct errand *
errand_new(const struct errand_work *work, struct question **question_p,
           uint64_t id, uint64_t limit)
{
    struct errand *self = xcalloc(1, sizeof(*self));
    pthread_condattr_t monotonic;

    self->work = *work;
    self->question = *question_p;
    *question_p = NULL;
    self->limit = limit;
    self->id = id;
    renew_sink(self);
    lock_init_brief(&self->lock);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return self;
}

static void
clear_outbox(struct errand *self)
{
    while (self->count > 0)
        frame_release(&self->outbox[--self->count]);
}

void
errand_drop(struct errand **self_p)
{
    struct errand *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    clear_outbox(self);
    if (self->work.release)
        self->work.release(self->work.arg);
    sink_destroy(&self->sink);
    question_destroy(&self->question);
    (void)pthread_cond_destroy(&self->changed);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

/* Begins, unless the stage gave the errand up. */
static bool
begin(struct errand *self)
{
    (void)pthread_mutex_lock(&self->lock);
    bool mine = self->state == WAITING;
    if (mine)
        self->state = RUNNING;
    (void)pthread_mutex_unlock(&self->lock);
    return mine;
}

/* Runs the select to its end.  Returns 0, or that the end was not given. */
static int
run(struct errand *self)
{
    int rc = self->work.select(self->work.arg, question_select(self->question),
                               self->sink);
    (void)pthread_mutex_lock(&self->lock);
    self->ending = true;
    (void)pthread_mutex_unlock(&self->lock);
    return sink_end(self->sink, rc);
}

void
errand_run(void *errand)
{
    struct errand *self = errand;

    if (!begin(self)) {
        errand_drop(&self);
        return;
    }
    (void)run(self);

    /* From the unlocking on, the stage may free it. */
    (void)pthread_mutex_lock(&self->lock);
    bool left = self->state == ABANDONED;
    self->state = ENDED;
    if (!left)
        ring(self);
    (void)pthread_cond_signal(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
    if (left)
        errand_drop(&self);
}

bool
errand_try(struct errand *self)
{
    sink_be_brief(self->sink);
    self->trying = true;
    bool ended = run(self) == 0 && !sink_gave_up(self->sink);
    self->trying = false;
    (void)pthread_mutex_lock(&self->lock);
    if (ended) {
        self->state = ENDED;
    } else {
        clear_outbox(self);
        self->bytes = 0;
        self->ending = false;
    }
    (void)pthread_mutex_unlock(&self->lock);
    if (!ended)
        renew_sink(self);
    return ended;
}

void
errand_run_not(void *errand)
{
    struct errand *self = errand;

    (void)pthread_mutex_lock(&self->lock);
    bool left = self->state == ABANDONED;
    self->state = ENDED;
    if (!left)
        ring(self);
    (void)pthread_mutex_unlock(&self->lock);
    if (left)
        errand_drop(&self);
}

void
errand_credit(struct errand *self, uint64_t limit)
{
    (void)pthread_mutex_lock(&self->lock);
    if (limit > self->limit)
        self->limit = limit;
    (void)pthread_cond_signal(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
}

/* With the lock held. */
static void
cancel(struct errand *self)
{
    self->cancelled = true;
    sink_cancel(self->sink);
    clear_outbox(self);
    (void)pthread_cond_signal(&self->changed);
}

void
errand_cancel(struct errand *self)
{
    (void)pthread_mutex_lock(&self->lock);
    cancel(self);
    (void)pthread_mutex_unlock(&self->lock);
}

struct frame *
errand_peek(struct errand *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct frame *frame = self->count > 0 ? self->outbox[0] : NULL;
    (void)pthread_mutex_unlock(&self->lock);
    return frame;
}

void
errand_pop(struct errand *self)
{
    (void)pthread_mutex_lock(&self->lock);
    frame_release(&self->outbox[0]);
    self->count--;
    for (size_t i = 0; i < self->count; i++)
        self->outbox[i] = self->outbox[i + 1];
    (void)pthread_cond_signal(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
}

void
errand_count(struct errand *self, size_t size)
{
    (void)pthread_mutex_lock(&self->lock);
    self->bytes += size;
    (void)pthread_mutex_unlock(&self->lock);
}

bool
errand_is_over(struct errand *self)
{
    (void)pthread_mutex_lock(&self->lock);
    bool over = self->state == ENDED && self->count == 0;
    (void)pthread_mutex_unlock(&self->lock);
    return over;
}

int64_t
errand_deadline_ns(const struct errand *self)
{
    return question_select(self->question)->bounds.deadline_ns;
}

void
errand_destroy(struct errand **self_p)
{
    struct errand *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    (void)pthread_mutex_lock(&self->lock);
    cancel(self);
    while (self->state == RUNNING)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    bool ended = self->state == ENDED;
    self->state = ABANDONED;
    (void)pthread_mutex_unlock(&self->lock);
    if (ended)
        errand_drop(&self);
}

void
errand_leave(struct errand **self_p)
{
    struct errand *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    (void)pthread_mutex_lock(&self->lock);
    cancel(self);
    bool ended = self->state == ENDED;
    self->state = ABANDONED;
    (void)pthread_mutex_unlock(&self->lock);
    if (ended)
        errand_drop(&self);
}
