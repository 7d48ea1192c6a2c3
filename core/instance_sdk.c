/* instance_sdk.c - what a plugin calls with its 'self'; see weir/plugin.h */
#include <config.h>

#include "instance_inner.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "clock.h"
#include "query/plan.h"
#include "series.h"

int
weir_fail(void *self, int rc, const char *format, ...)
{
    struct instance *instance = instance_of(self);
    va_list rest;

    va_start(rest, format);
    int length = vsnprintf(instance->why, sizeof(instance->why), format, rest);
    va_end(rest);
    if (length < 0)
        instance->why[0] = '\0';

    /* The errno says why where the plugin's own words do not. */
    size_t used = strlen(instance->why);
    if (rc < 0 && used < sizeof(instance->why))
        (void)snprintf(instance->why + used, sizeof(instance->why) - used,
                       ": %s", strerror(-rc));
    return rc;
}

void
weir_warn(void *self, const char *format, ...)
{
    char text[WHY_SIZE];
    va_list rest;

    va_start(rest, format);
    (void)vsnprintf(text, sizeof(text), format, rest);
    va_end(rest);
    log_line(LOG_WARN, "warned", "instance", instance_of(self)->name, "warning",
             text, NULL);
}

const char *
weir_instance_name(const void *self)
{
    return instance_of(self)->name;
}

int64_t
weir_interval_ns(const void *self)
{
    return instance_of(self)->settings.interval_ns;
}

int64_t
weir_timeout_ns(const void *self)
{
    return instance_of(self)->settings.timeout_ns;
}

static void
part_failed(void *self, const char *part, int rc)
{
    struct instance *instance = instance_of(self);
    const char *why = instance_why(instance);

    instance->failures++;
    log_line(LOG_WARN, "part_failed", "instance", instance->name, "part", part,
             "error", *why ? why : strerror(-rc), NULL);
}

/* Joins the instance's labels under those of the source. */
static struct weir_label *
join_labels(const struct weir_label *own, const struct weir_label *common)
{
    size_t count = labels_count(own);
    struct weir_label *joined =
        xcalloc(count + labels_count(common) + 1, sizeof(*joined));

    if (count)
        memcpy(joined, own, count * sizeof(*own));
    for (; common->name; common++)
        if (!labels_get(own, common->name))
            joined[count++] = *common;
    return joined;
}

/* A source is known by its instance, its name and its own labels. */
static uint64_t
home_of(const struct outlet *outlet, const char *name,
        const struct weir_label *labels)
{
    uint64_t home = outlet ? outlet->home : 0;

    home = XXH3_64bits_withSeed(name, strlen(name), home);
    for (; labels && labels->name; labels++) {
        home = XXH3_64bits_withSeed(labels->name, strlen(labels->name), home);
        home = XXH3_64bits_withSeed(labels->value, strlen(labels->value), home);
    }
    return home;
}

struct weir_source *
weir_source_new(void *self, const char *name, const struct weir_label *labels)
{
    struct instance *instance = instance_of(self);
    weir_cleanup(weir_free) struct weir_label *joined =
        join_labels(labels, instance->labels);
    struct source_settings settings = {
        .self = self,
        .outlet = instance->world.outlet,
        .labels = joined,
        .own = labels,
        .keep = instance->settings.keep,
        .drop = instance->settings.drop,
        .series_limit = instance->settings.series_limit,
        .home = home_of(instance->world.outlet, name, labels),
        .figures = &instance->figures,
        .part_failed = part_failed,
    };

    return source_new(&settings);
}

/* Returns a time for the markers: now, in the milliseconds of cycles, but after
 * all that they end. */
static int64_t
time_after(const struct weir_source *source)
{
    int64_t now_ms = clock_wall_ns() / NS_PER_MS;
    int64_t last_ms = source->batch.time_ns / NS_PER_MS;

    return (now_ms > last_ms ? now_ms : last_ms + 1) * NS_PER_MS;
}

void
weir_source_destroy(struct weir_source **source_p)
{
    if (!*source_p)
        return;
    if (!instance_of((*source_p)->settings.self)->quiet) {
        struct weir_batch *batch =
            weir_batch_begin(*source_p, time_after(*source_p));
        weir_batch_fail(&batch);
    }
    source_abandon(source_p);
}

void
weir_durable(void *self, uint64_t number)
{
    const struct instance_world *world = &instance_of(self)->world;
    world->durable(world->storage_arg, number);
}

void
weir_refused(void *self, uint64_t number, const char *why)
{
    const struct instance_world *world = &instance_of(self)->world;
    world->refused(world->storage_arg, number, why);
}

void
weir_room(void *self)
{
    const struct instance_world *world = &instance_of(self)->world;
    world->room(world->storage_arg);
}

int
weir_select(void *self, const struct weir_select *what, weir_heard *heard,
            void *arg)
{
    struct ask *ask = instance_of(self)->ask;
    return ask ? ask_select(ask, self, what, heard, arg) : -ENOTCONN;
}

int
weir_summary(void *self, const struct weir_select *what, weir_heard *heard,
             void *arg)
{
    struct ask *ask = instance_of(self)->ask;
    return ask ? ask_summary(ask, self, what, heard, arg) : -ENOTCONN;
}

int
weir_query(void *self, const struct weir_question *question, weir_heard *heard,
           void *arg)
{
    struct instance *instance = instance_of(self);
    struct weir_question asked = *question;
    int64_t interval_ns = instance->settings.interval_ns;

    if (!instance->ask)
        return -ENOTCONN;
    if (asked.lookback_ns <= 0)
        asked.lookback_ns = LOOKBACK_DEFAULT_S * NS_PER_S;
    if (question->lookback_ns <= 0 && 2 * interval_ns > asked.lookback_ns)
        asked.lookback_ns = 2 * interval_ns;
    ask_set_crew(instance->ask, instance->settings.work);
    return ask_query(instance->ask, self, &asked, heard, arg);
}

void
weir_query_limit(void *self, const struct weir_query_limits *limits)
{
    struct ask *ask = instance_of(self)->ask;

    if (ask)
        ask_limit(ask, limits);
}
