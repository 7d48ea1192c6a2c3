/* instance.c - one configured plugin: its memory, its stage, its reason */
#include <config.h>

#include "instance_inner.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base.h"
#include "clock.h"
#include "configuration.h"
#include "self.h"
#include "series.h"

static const int64_t retry_first_ns = 500 * NS_PER_MS;
static const int64_t retry_most_ns = 60 * NS_PER_S;
static const int64_t late_least_ns = 2 * NS_PER_S;

static bool
has_label(const struct weir_label *labels, const char *name)
{
    return labels_get(labels, name) != NULL;
}

/* What weir collects gets instance and job, unless the user set them. */
static void
complete_labels(struct instance *self, const struct weir_label *given)
{
    size_t count = labels_count(given);
    struct weir_label *labels =
        arena_alloc(&self->texts, (count + 3) * sizeof(*labels));

    for (size_t i = 0; i < count; i++)
        labels[i] =
            (struct weir_label){arena_text(&self->texts, given[i].name),
                                arena_text(&self->texts, given[i].value)};
    if (self->host && !has_label(labels, "instance"))
        labels[count++] = (struct weir_label){"instance", self->host};
    if (self->host && !has_label(labels, "job"))
        labels[count++] = (struct weir_label){"job", self->name};
    labels_sort(labels);
    self->labels = labels;
}

struct instance *
instance_new(const struct instance_settings *settings)
{
    const struct weir_plugin *plugin = settings->head->plugin;
    struct instance *self = xcalloc(1, sizeof(*self) + plugin->instance_size);

    self->head = settings->head;
    self->plugin = plugin;
    self->settings = *settings;
    self->name = arena_text(&self->texts, settings->name);
    self->plugin_name = arena_text(&self->texts, settings->plugin);
    if (settings->host)
        self->host = arena_text(&self->texts, settings->host);
    if (plugin->instance_size && settings->memory)
        memcpy(self->memory, settings->memory, plugin->instance_size);
    complete_labels(self, settings->labels);
    self->stage = stage_new(self->name);
    self->retry_ns = retry_first_ns;
    self->holders = 1;
    return self;
}

void
instance_set_world(struct instance *self, const struct instance_world *world)
{
    self->world = *world;
    self_register(instance_provide, self);
}

void
instance_release(struct instance *self)
{
    if (--self->holders > 0)
        return;
    stage_destroy(&self->stage);
    instance_free_errands(self);
    arena_clear(&self->texts);
    free(self);
}

void
instance_destroy(struct instance **self_p)
{
    struct instance *self = weir_take(*self_p);

    if (!self)
        return;
    self_unregister(self);
    source_abandon(&self->source);
    instance_release(self);
}

void
instance_leave_behind(struct instance **self_p)
{
    struct instance *self = weir_take(*self_p);

    self_unregister(self);
    instance_be_quiet(self);
}

bool
instance_has_work(const struct instance *self)
{
    return self->holders > 1;
}

void
instance_be_quiet(struct instance *self)
{
    self->quiet = true;
}

struct stage *
instance_stage(struct instance *self)
{
    return self->stage;
}

void *
instance_memory(struct instance *self)
{
    return self->memory;
}

const char *
instance_name(const struct instance *self)
{
    return self->name;
}

const struct weir_plugin *
instance_plugin(const struct instance *self)
{
    return self->plugin;
}

enum weir_kind
instance_kind(const struct instance *self)
{
    return self->head->kind;
}

bool
instance_is_open(const struct instance *self)
{
    return self->opened;
}

bool
instance_has_failed(const struct instance *self)
{
    return self->failures > 0;
}

const char *
instance_why(struct instance *self)
{
    memcpy(self->why_told, self->why, sizeof(self->why));
    self->why[0] = '\0';
    return self->why_told;
}

void
instance_failed(struct instance *self, enum log_level level, const char *event,
                int rc)
{
    const char *why = instance_why(self);

    self->failures++;
    log_line(level, event, configuration_kind(self->head->kind),
             self->plugin_name, "instance", self->name, "error",
             *why ? why : strerror(-rc), NULL);
}

void
instance_tell_why(struct instance *self)
{
    if (self->why[0])
        instance_failed(self, LOG_WARN, "call_failed", -EIO);
}

int
instance_open(struct instance *self)
{
    const struct weir_plugin *plugin = self->plugin;
    int rc = 0;

    self->why[0] = '\0';
    if (self->world.ask)
        self->ask = self->world.ask(self->world.arg, self->stage);
    if (self->ask)
        ask_name(self->ask, self->name, &self->asked);
    if (plugin->open)
        rc = plugin->open(self->memory);
    if (rc >= 0 && self->world.opened)
        rc = self->world.opened(self->world.storage_arg);
    if (rc < 0) {
        instance_close(self);
        return rc;
    }
    if (plugin->collect)
        self->source = weir_source_new(self->memory, self->name, NULL);
    self->opened = true;
    return 0;
}

static void
cancel_fates(const struct instance *self, int rc)
{
    const struct outlet *outlet = self->world.outlet;

    if (outlet && outlet->cancel)
        outlet->cancel(outlet->arg, rc);
}

void
instance_close(struct instance *self)
{
    self->opened = false;
    if (self->world.unmount)
        self->world.unmount(self->world.arg);
    self->life++;
    instance_end_errands(self);
    if (self->world.closing)
        self->world.closing(self->world.storage_arg);
    ask_destroy(&self->ask);
    cancel_fates(self, -ECANCELED);
    if (self->plugin->close)
        self->plugin->close(self->memory);
    /* Also for what it began as it closed. */
    self->life++;
    instance_end_errands(self);
    cancel_fates(self, -ESHUTDOWN);
    weir_source_destroy(&self->source);
}

int
instance_collect(struct instance *self, int64_t time_ns)
{
    int64_t begun = clock_now_ns();
    /* A cycle's time is its start, rounded to what Prometheus can say. */
    int64_t rounded = (time_ns + NS_PER_MS / 2) / NS_PER_MS * NS_PER_MS;
    struct weir_batch *batch = weir_batch_begin(self->source, rounded);

    self->why[0] = '\0'; /* a reason that nobody asked for */
    int rc = self->plugin->collect(self->memory, batch);
    if (rc < 0) {
        weir_batch_fail(&batch);
    } else if (weir_batch_end(&batch, NULL, NULL) < 0) {
        self->skipped++;
        (void)snprintf(self->why, sizeof(self->why),
                       "the store takes no more and the window is full: this "
                       "cycle is lost");
        instance_failed(self, LOG_WARN, "batch_lost", -EAGAIN);
    }
    self->cycles++;
    self->cycle_ns += (uint64_t)(clock_now_ns() - begun);
    return rc;
}

static void
cycle(void *arg)
{
    struct instance *self = arg;

    int rc = instance_collect(self, clock_wall_ns());
    if (rc < 0)
        instance_failed(self, LOG_WARN, "collect_failed", rc);
}

/* Spreads the starts of a fleet over its jitter. */
static int64_t
first_delay_ns(const struct instance *self)
{
    uint64_t random = 0;

    if (self->settings.jitter_ns <= 0 ||
        getrandom(&random, sizeof(random), 0) != sizeof(random))
        return 0;
    return (int64_t)(random % (uint64_t)self->settings.jitter_ns);
}

static void
try_open(void *arg)
{
    struct instance *self = arg;
    int rc = instance_open(self);

    if (rc < 0) {
        instance_failed(self, LOG_ERROR, "open_failed", rc);
        (void)stage_timer(self->stage, self->retry_ns, 0, try_open, self);
        self->retry_ns *= 2;
        if (self->retry_ns > retry_most_ns)
            self->retry_ns = retry_most_ns;
        return;
    }
    self->retry_ns = retry_first_ns;
    if (self->plugin->collect)
        self->cycle_timer =
            stage_timer(self->stage, first_delay_ns(self),
                        self->settings.interval_ns, cycle, self);
}

static void
end(void *arg)
{
    struct instance *self = arg;

    if (self->opened)
        instance_close(self);
}

int
instance_start(struct instance *self)
{
    return stage_start(self->stage, try_open, end, self);
}

void
instance_look(struct instance *self)
{
    int64_t busy = stage_busy_ns(self->stage);
    int64_t most = self->settings.interval_ns > late_least_ns
                       ? self->settings.interval_ns
                       : late_least_ns;

    if (busy < most) {
        self->late_said_ns = 0;
        return;
    }
    if (self->late_said_ns && busy < 10 * self->late_said_ns)
        return;
    self->late_said_ns = busy;
    log_line(LOG_WARN, "call_late", configuration_kind(self->head->kind),
             self->plugin_name, "instance", self->name, "busy_ms",
             log_number(busy / NS_PER_MS), "error",
             "the plugin does not return; others go on", NULL);
}
