/* probe.c - ask file systems for their sizes, beside the instance's thread */
#include <config.h>

#include "probe.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "host.h"

struct question {
    char *path;
    struct answer answer;
};

struct probe {
    atomic_int holders; /* the instance, and the thread while it runs */
    bool runs;
    bool dropped;           /* nobody waits for the rest */
    struct probe *next;     /* of those of the instance that run */
    atomic_size_t answered; /* written by the other thread while it runs */
    size_t count;
    struct question items[]; /* [count]; the first 'answered' are ours, the
                              * rest is the other thread's while it runs */
};

struct probe *
probe_new(size_t count)
{
    struct probe *self =
        xcalloc(1, sizeof(*self) + count * sizeof(self->items[0]));
    self->count = count;
    atomic_init(&self->holders, 1);
    return self;
}

void
probe_set_path(struct probe *self, size_t i, const char *path)
{
    free(self->items[i].path);
    self->items[i].path = x_or_die(strdup(path));
}

static void
release(struct probe *self)
{
    if (atomic_fetch_sub(&self->holders, 1) > 1)
        return;
    for (size_t i = 0; i < self->count; i++)
        free(self->items[i].path);
    free(self);
}

void
probe_drop(struct probe **self_p)
{
    struct probe *self = *self_p;

    if (!self)
        return;
    if (self->runs)
        self->dropped = true;
    else
        release(self);
    *self_p = NULL;
}

/* Runs on another thread. */
static void
ask_all(void *arg)
{
    struct probe *self = arg;

    for (size_t i = 0; i < self->count; i++) {
        struct question *question = &self->items[i];
        bool failed = statfs(question->path, &question->answer.sizes) < 0;
        question->answer.rc = failed ? -errno : 0;
        atomic_store_explicit(&self->answered, i + 1, memory_order_release);
    }
    release(self);
}

static void
note_end(void *instance, void *arg)
{
    struct probe *self = arg;
    struct host *host = instance;
    struct probe **link = &host->running;

    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
    host->probes--;
    self->runs = false;
    if (self->dropped)
        release(self);
}

int
probe_start(struct host *host, struct probe *self)
{
    if (self->runs)
        return 0;
    atomic_store_explicit(&self->answered, 0, memory_order_relaxed);
    atomic_fetch_add(&self->holders, 1);
    int rc = weir_work(host, ask_all, note_end, self);
    if (rc < 0) {
        atomic_fetch_sub(&self->holders, 1);
        return rc;
    }
    self->runs = true;
    self->next = host->running;
    host->running = self;
    host->probes++;
    return 0;
}

void
probes_leave(struct host *host)
{
    while (host->running) {
        struct probe *each = host->running;
        host->running = each->next;
        release(each);
    }
}

size_t
probe_count(const struct probe *self)
{
    return self->count;
}

bool
probe_runs(const struct probe *self)
{
    return self->runs;
}

size_t
probe_answered(const struct probe *self)
{
    return atomic_load_explicit(&self->answered, memory_order_acquire);
}

const struct answer *
probe_answer(const struct probe *self, size_t i)
{
    return &self->items[i].answer;
}
