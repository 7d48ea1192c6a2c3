/* instance_errand.c - timers, descriptors, routes, posts and work of a plugin
 *
 * What shall call a plugin later is an errand.  Timers, descriptors and routes
 * are listed, and end when the instance closes; posts and work are on their
 * way until they come.  An errand of work is used again, so that an input which
 * asks for work in each cycle allocates nothing.
 */
#include <config.h>

#include "instance_inner.h"

#include <errno.h>
#include <string.h>

#include "base.h"
#include "http/request.h"

enum errand_kind { ERRAND_TIMER, ERRAND_WATCH, ERRAND_ROUTE, ERRAND_LOOSE };

struct errand {
    struct errand *next;
    enum errand_kind kind;
    struct instance *instance;
    union {
        weir_handler *handler;
        void (*call)(void *self, void *arg);
        void (*ready)(void *self, int fd, short events);
    };
    void (*work)(void *arg);
    uint32_t life; /* of the instance, when this was made */
    void *arg;
    struct weir_request *request;
    int timer; /* of the stage */
    int fd;
    bool once;
};

static struct errand *
new_errand(struct instance *instance)
{
    struct errand *self = xcalloc(1, sizeof(*self));

    self->kind = ERRAND_LOOSE;
    self->instance = instance;
    self->life = instance->life;
    return self;
}

static struct errand *
add_errand(struct instance *instance, enum errand_kind kind)
{
    struct errand *self = new_errand(instance);

    self->kind = kind;
    self->next = instance->errands;
    instance->errands = self;
    return self;
}

static void
drop_errand(struct errand *errand)
{
    struct errand **link = &errand->instance->errands;

    while (*link != errand)
        link = &(*link)->next;
    *link = errand->next;
    free(errand);
}

static size_t
count_errands(const struct instance *instance, enum errand_kind kind)
{
    size_t count = 0;

    for (const struct errand *e = instance->errands; e; e = e->next)
        count += e->kind == kind;
    return count;
}

void
instance_end_errands(struct instance *self)
{
    while (self->errands) {
        struct errand *errand = self->errands;
        if (errand->kind == ERRAND_TIMER)
            stage_timer_stop(self->stage, errand->timer);
        if (errand->kind == ERRAND_WATCH)
            stage_watch(self->stage, errand->fd, 0, NULL, NULL);
        self->errands = errand->next;
        free(errand);
    }
}

/* What an instance was given before it closed does not reach it after that. */
static bool
is_late(const struct errand *errand)
{
    return errand->life != errand->instance->life;
}

static void
drop_handler(void *arg)
{
    static const char gone[] = "who should have answered has gone\n";
    weir_cleanup(weir_free) struct errand *errand = arg;

    weir_answer(&errand->request, 503, "text/plain; charset=utf-8", gone,
                sizeof(gone) - 1);
}

static void
run_handler(void *arg)
{
    weir_cleanup(weir_free) struct errand *errand = arg;

    if (is_late(errand)) {
        drop_handler(weir_take(errand));
        return;
    }
    errand->handler(errand->instance->memory, errand->request);
    instance_tell_why(errand->instance);
}

/* What has a body may take long. */
static bool
is_prompt(const struct instance *instance, const struct weir_request *request)
{
    size_t size = 0;

    (void)weir_request_body(request, &size);
    return instance->plugin->is_prompt && size == 0 &&
           request_line_size(request) <= PROMPT_MOST;
}

/* On the HTTP thread; routes are unmounted before their errand goes. */
static void
hand_over(void *arg, struct weir_request *request)
{
    const struct errand *route = arg;
    struct errand *errand = new_errand(route->instance);

    errand->handler = route->handler;
    errand->request = request;
    if (!is_prompt(route->instance, request) ||
        !stage_visit(route->instance->stage, run_handler, errand))
        stage_post_or(route->instance->stage, run_handler, drop_handler,
                      errand);
}

int
weir_route(void *self, const char *method, const char *path,
           weir_handler *handler)
{
    struct instance *instance = instance_of(self);
    const struct instance_world *world = &instance->world;
    struct errand *errand = add_errand(instance, ERRAND_ROUTE);

    errand->handler = handler;
    struct http_route route = {
        .method = method,
        .path = path,
        .help = instance->plugin->help,
        .handover = hand_over,
        .arg = errand,
    };
    int rc = world->mount ? world->mount(world->arg, &route) : -ENOTSUP;
    if (rc < 0)
        drop_errand(errand);
    if (rc < 0)
        return weir_fail(self, rc, "cannot serve %s %s", method, path);
    return 0;
}

static void
run_timer(void *arg)
{
    struct errand *errand = arg;
    struct errand due = *errand;

    if (due.once)
        drop_errand(errand);
    due.call(due.instance->memory, due.arg);
    instance_tell_why(due.instance);
}

int
weir_timer(void *self, int64_t after_ns, int64_t every_ns,
           void (*due)(void *self, void *arg), void *arg)
{
    struct instance *instance = instance_of(self);

    if (count_errands(instance, ERRAND_TIMER) >= TIMERS_MOST)
        return -EDQUOT;
    struct errand *errand = add_errand(instance, ERRAND_TIMER);
    errand->call = due;
    errand->arg = arg;
    errand->once = !every_ns;
    errand->timer =
        stage_timer(instance->stage, after_ns, every_ns, run_timer, errand);
    return 0;
}

static void
run_ready(void *arg, int fd, short events)
{
    const struct errand *errand = arg;
    struct instance *instance = errand->instance;

    errand->ready(instance->memory, fd, events);
    instance_tell_why(instance);
}

static struct errand *
find_watch(struct instance *instance, int fd)
{
    for (struct errand *e = instance->errands; e; e = e->next)
        if (e->kind == ERRAND_WATCH && e->fd == fd)
            return e;
    return NULL;
}

int
weir_watch(void *self, int fd, short events,
           void (*ready)(void *self, int fd, short events))
{
    struct instance *instance = instance_of(self);
    struct errand *errand = find_watch(instance, fd);

    if (!events) {
        stage_watch(instance->stage, fd, 0, NULL, NULL);
        if (errand)
            drop_errand(errand);
        return 0;
    }
    if (!errand && count_errands(instance, ERRAND_WATCH) >= WATCHES_MOST)
        return -EDQUOT;
    if (!errand)
        errand = add_errand(instance, ERRAND_WATCH);
    errand->fd = fd;
    errand->ready = ready;
    stage_watch(instance->stage, fd, events, run_ready, errand);
    return 0;
}

static void
run_call(void *arg)
{
    weir_cleanup(weir_free) struct errand *errand = arg;

    if (is_late(errand))
        return;
    errand->call(errand->instance->memory, errand->arg);
    instance_tell_why(errand->instance);
}

void
weir_post(void *self, void (*call)(void *self, void *arg), void *arg)
{
    struct instance *instance = instance_of(self);
    struct errand *errand = new_errand(instance);

    errand->call = call;
    errand->arg = arg;
    stage_post_or(instance->stage, run_call, free, errand);
}

static void
run_done(void *arg)
{
    struct errand *errand = arg;
    struct instance *instance = errand->instance;
    const struct errand done = *errand;

    instance->work_count--;
    errand->next = instance->spare;
    instance->spare = errand;
    if (is_late(&done))
        return;
    done.call(instance->memory, done.arg);
    instance_tell_why(instance);
}

static struct errand *
new_work(struct instance *instance)
{
    struct errand *self = instance->spare;

    if (!self)
        return new_errand(instance);
    instance->spare = self->next;
    self->next = NULL;
    self->life = instance->life;
    return self;
}

void
instance_free_errands(struct instance *self)
{
    while (self->spare) {
        struct errand *errand = self->spare;
        self->spare = errand->next;
        free(errand);
    }
}

/* On a work thread. */
static void
run_work(void *arg)
{
    struct errand *errand = arg;
    struct instance *instance = errand->instance;

    errand->work(errand->arg);
    stage_post_or(instance->stage, run_done, free, errand);
    instance_release(instance);
}

/* Nobody runs it, so that nobody hears that it is done. */
static void
drop_work(void *arg)
{
    struct errand *errand = arg;
    struct instance *instance = errand->instance;

    free(errand);
    instance_release(instance);
}

int
weir_work(void *self, void (*work)(void *arg),
          void (*done)(void *self, void *arg), void *arg)
{
    struct instance *instance = instance_of(self);
    struct errand *errand = NULL;

    if (instance->work_count >= WORKS_MOST || !instance->settings.work)
        return -EAGAIN;
    errand = new_work(instance);
    errand->call = done;
    errand->work = work;
    errand->arg = arg;
    instance->holders++;
    int rc = crew_add(instance->settings.work, run_work, drop_work, errand);
    if (rc < 0) {
        instance->holders--;
        free(errand);
        return rc;
    }
    instance->work_count++;
    return 0;
}
