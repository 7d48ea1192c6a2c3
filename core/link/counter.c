/* link/counter.c - where askers of the same process ask a store */
#include <config.h>

#include "link/counter.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base.h"
#include "lock.h"

struct counter {
    struct counter *next; /* of all that are open */
    char *endpoint;
    struct counter_settings settings;
    unsigned holders; /* whoever opened it, and orders; under 'all_lock' */

    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t ended; /* a select did */
    bool closed;
    struct errand **running; /* [running_count] */
    size_t running_count, running_room;
};

/* One select over a counter. */
struct order {
    struct counter *counter;
    struct errand *errand;
};

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct counter *all; /* list, the newest first; under 'all_lock' */

static void
release(struct counter *self)
{
    (void)pthread_mutex_lock(&all_lock);
    unsigned left = --self->holders;
    (void)pthread_mutex_unlock(&all_lock);
    if (left > 0)
        return;
    (void)pthread_cond_destroy(&self->ended);
    (void)pthread_mutex_destroy(&self->lock);
    free(self->running);
    free(self->endpoint);
    free(self);
}

/* Returns the counter, held; or NULL. */
static struct counter *
find(const char *endpoint)
{
    (void)pthread_mutex_lock(&all_lock);
    struct counter *counter = all;
    while (counter && strcmp(counter->endpoint, endpoint) != 0)
        counter = counter->next;
    if (counter)
        counter->holders++;
    (void)pthread_mutex_unlock(&all_lock);
    return counter;
}

struct counter *
counter_open(const char *endpoint, const struct counter_settings *settings)
{
    struct counter *self = xcalloc(1, sizeof(*self));

    self->endpoint = x_or_die(strdup(endpoint));
    self->settings = *settings;
    self->holders = 1;
    lock_init_brief(&self->lock);
    (void)pthread_cond_init(&self->ended, NULL);
    (void)pthread_mutex_lock(&all_lock);
    self->next = all;
    all = self;
    (void)pthread_mutex_unlock(&all_lock);
    return self;
}

static void
unlink_counter(struct counter *self)
{
    struct counter **link = &all;

    (void)pthread_mutex_lock(&all_lock);
    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
    (void)pthread_mutex_unlock(&all_lock);
}

void
counter_close(struct counter **self_p)
{
    struct counter *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    unlink_counter(self);
    (void)pthread_mutex_lock(&self->lock);
    self->closed = true;
    for (size_t i = 0; i < self->running_count; i++)
        errand_cancel(self->running[i]);
    while (self->running_count > 0)
        (void)pthread_cond_wait(&self->ended, &self->lock);
    (void)pthread_mutex_unlock(&self->lock);
    release(self);
}

/* Returns false when the counter has closed. */
static bool
begin(struct counter *self, struct errand *errand)
{
    (void)pthread_mutex_lock(&self->lock);
    bool open = !self->closed;
    if (open && self->running_count == self->running_room) {
        self->running_room = self->running_room ? 2 * self->running_room : 4;
        self->running =
            xrealloc(self->running, self->running_room, sizeof(*self->running));
    }
    if (open)
        self->running[self->running_count++] = errand;
    (void)pthread_mutex_unlock(&self->lock);
    return open;
}

static void
end(struct counter *self, const struct errand *errand)
{
    size_t i = 0;

    (void)pthread_mutex_lock(&self->lock);
    while (self->running[i] != errand)
        i++;
    self->running[i] = self->running[--self->running_count];
    (void)pthread_cond_signal(&self->ended);
    (void)pthread_mutex_unlock(&self->lock);
}

/* On a query thread. */
static int
run_order(void *arg, const struct weir_select *what, struct weir_sink *sink)
{
    struct order *order = arg;
    struct counter *counter = order->counter;

    if (!begin(counter, order->errand))
        return weir_sink_fail(sink, -ENOTCONN, "the store has closed");
    int rc = counter->settings.select(counter->settings.arg, what, sink);
    end(counter, order->errand);
    return rc;
}

static void
release_order(void *arg)
{
    struct order *order = arg;

    release(order->counter);
    free(order);
}

/* Says whether it may be little that is asked for: more than a metric's name is
 * told, and it is not to be found out by a search of patterns. */
static bool
is_modest(const struct weir_select *what)
{
    return what->want == WEIR_SAMPLES && what->digest &&
           question_names_few(what);
}

bool
counter_can_slice(const char *endpoint)
{
    struct counter *counter = find(endpoint);
    bool can = counter && counter->settings.can_slice;

    if (counter)
        release(counter);
    return can;
}

int
counter_ask(const char *endpoint, struct question **question_p,
            const struct counter_terms *terms, struct errand **ret_errand)
{
    struct counter *counter = find(endpoint);

    if (!counter)
        return -ENOENT;
    struct order *order = xcalloc(1, sizeof(*order));
    const struct errand_work work = {run_order, order, terms->bell,
                                     release_order};
    const bool modest =
        counter->settings.is_prompt && is_modest(question_select(*question_p));
    order->counter = counter;
    question_slice(*question_p, terms->slice, terms->slices);
    struct errand *errand =
        errand_new(&work, question_p, terms->id, terms->limit);
    order->errand = errand;
    *ret_errand = errand;
    if (modest && errand_try(errand))
        return 1;
    int rc =
        crew_add(counter->settings.crew, errand_run, errand_run_not, errand);
    if (rc < 0)
        errand_drop(ret_errand);
    return rc;
}
