/* crew.c - threads that take jobs */
#include <config.h>

#include "crew.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base.h"
#include "lock.h"

enum { WAITING_MOST = 1024 };

struct job {
    crew_job *call, *drop;
    void *arg;
};

struct crew {
    char name[16];
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a job was added, or the crew stops */
    pthread_cond_t left;    /* a thread has gone */
    size_t threads_most;
    size_t threads; /* that run */
    size_t idle;    /* of them, that wait for a job */
    bool stop;
    size_t first, count;           /* of the jobs that wait */
    struct job jobs[WAITING_MOST]; /* a ring */
};

struct crew *
crew_new(const char *name, size_t threads)
{
    struct crew *self = xcalloc(1, sizeof(*self));
    pthread_condattr_t monotonic;

    (void)snprintf(self->name, sizeof(self->name), "%.15s", name);
    self->threads_most = threads;
    lock_init_brief(&self->lock);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->changed, &monotonic);
    (void)pthread_cond_init(&self->left, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return self;
}

static struct job
take_job(struct crew *self)
{
    struct job job = self->jobs[self->first];

    self->first = (self->first + 1) % WAITING_MOST;
    self->count--;
    return job;
}

/* Waits, with the lock held, until there is a job or the crew stops. */
static bool
next_job(struct crew *self, struct job *ret_job)
{
    self->idle++;
    while (!self->stop && self->count == 0)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    self->idle--;
    if (self->stop)
        return false;
    *ret_job = take_job(self);
    return true;
}

static void *
work(void *arg)
{
    struct crew *self = arg;
    struct job job;

    (void)pthread_mutex_lock(&self->lock);
    (void)pthread_setname_np(pthread_self(), self->name);
    while (next_job(self, &job)) {
        (void)pthread_mutex_unlock(&self->lock);
        job.call(job.arg);
        (void)pthread_mutex_lock(&self->lock);
    }
    self->threads--;
    (void)pthread_cond_signal(&self->left);
    (void)pthread_mutex_unlock(&self->lock);
    return NULL;
}

/* Signals are main's: the new thread inherits a mask with all blocked. */
static int
start_thread(struct crew *self)
{
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t all, before;

    (void)pthread_attr_init(&detached);
    (void)pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    int error = pthread_create(&thread, &detached, work, self);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&detached);
    if (error)
        return -error;
    self->threads++;
    return 0;
}

/* Adds with the lock held. */
static int
add_job(struct crew *self, const struct job *job)
{
    if (self->stop || self->count == WAITING_MOST)
        return -EAGAIN;
    if (self->count >= self->idle && self->threads < self->threads_most &&
        start_thread(self) < 0 && self->threads == 0)
        return -EAGAIN;

    self->jobs[(self->first + self->count) % WAITING_MOST] = *job;
    self->count++;
    (void)pthread_cond_signal(&self->changed);
    return 0;
}

int
crew_add(struct crew *self, crew_job *job, crew_job *drop, void *arg)
{
    const struct job added = {job, drop, arg};

    (void)pthread_mutex_lock(&self->lock);
    int rc = add_job(self, &added);
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

/* With the lock held, but not while a job is dropped; nobody adds any more. */
static void
drop_jobs(struct crew *self)
{
    while (self->count > 0) {
        struct job job = take_job(self);
        (void)pthread_mutex_unlock(&self->lock);
        job.drop(job.arg);
        (void)pthread_mutex_lock(&self->lock);
    }
}

/* Returns true when all threads have gone. */
static bool
stop_threads(struct crew *self, int64_t deadline_ns)
{
    const struct timespec deadline = {.tv_sec = deadline_ns / NS_PER_S,
                                      .tv_nsec = deadline_ns % NS_PER_S};
    int error = 0;

    (void)pthread_mutex_lock(&self->lock);
    self->stop = true;
    (void)pthread_cond_broadcast(&self->changed);
    drop_jobs(self);
    while (self->threads > 0 && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&self->left, &self->lock, &deadline);
    bool gone = self->threads == 0;
    (void)pthread_mutex_unlock(&self->lock);
    return gone;
}

void
crew_destroy(struct crew **self_p, int64_t deadline_ns)
{
    struct crew *self = *self_p;

    *self_p = NULL;
    if (!self || !stop_threads(self, deadline_ns))
        return;
    (void)pthread_cond_destroy(&self->left);
    (void)pthread_cond_destroy(&self->changed);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}
