/* instance.h - one configured plugin: its memory, its stage, its reason
 *
 * The plugin's own memory lies at the end of the struct, so that what a plugin
 * calls with its 'self' finds the instance.  An instance that fails to open is
 * tried again, ever later.
 *
 * Made, started and stopped by main; what happens in between happens on the
 * instance's stage.
 */
#ifndef INSTANCE_H
#define INSTANCE_H

#include <stdalign.h>

#include <weir/plugin.h>

#include "ask.h"
#include "crew.h"
#include "http/http.h"
#include "log.h"
#include "outlet.h"
#include "source.h"
#include "stage.h"

/* What an instance has to do with the rest; the harness has its own.  What is
 * NULL is not there. */
struct instance_world {
    const struct outlet *outlet;                        /* where batches go */
    struct ask *(*ask)(void *arg, struct stage *stage); /* once, when opened */
    int (*mount)(void *arg, const struct http_route *route);
    void (*unmount)(void *arg);

    void *arg;

    /* Storages: what weir/storage.h tells. */
    void (*durable)(void *arg, uint64_t number);
    void (*refused)(void *arg, uint64_t number, const char *why);
    void (*room)(void *arg);

    /* Storages: after the plugin has opened, and before it closes. */
    int (*opened)(void *arg);
    void (*closing)(void *arg);
    void *storage_arg;
};

struct instance_settings {
    const struct weir_head *head;
    const char *plugin, *name; /* copied */
    const void *memory;        /* options filled in; copied */
    int64_t interval_ns, jitter_ns, timeout_ns;
    const struct weir_label *labels; /* for sources; copied */
    const char *host; /* the label instance of what is collected; copied */
    const struct weir_pattern *keep, *drop; /* outlive the instance */
    uint32_t series_limit;
    struct crew *work;
};

struct instance;

/* Makes an instance whose stage is not started. */
struct instance *instance_new(const struct instance_settings *settings);

/* Sets the world, and lets `input self` see the instance; before it is opened.
 */
void instance_set_world(struct instance *self,
                        const struct instance_world *world);

/* Frees an instance that is closed, once its work has ended.  NULL does
 * nothing. */
void instance_destroy(struct instance **self_p);

/* Instead, when its thread hangs: it is never freed, and nothing is heard of it
 * any more. */
void instance_leave_behind(struct instance **self_p);

/* Says whether work of weir_work() runs or waits. */
bool instance_has_work(const struct instance *self);

/* The process ends: its series do not, so closing sends no stale markers.  From
 * any thread. */
void instance_be_quiet(struct instance *self);

struct stage *instance_stage(struct instance *self);
void *instance_memory(struct instance *self);
const char *instance_name(const struct instance *self);
const struct weir_plugin *instance_plugin(const struct instance *self);
enum weir_kind instance_kind(const struct instance *self);

/* Returns the reason of the last failure and empties it; "" for none. */
const char *instance_why(struct instance *self);

/* Starts the stage, which opens the plugin and collects.  0 or -errno. */
int instance_start(struct instance *self);

/* True once the plugin is open. */
bool instance_is_open(const struct instance *self);

/* Says whether anything that it was called for failed, such as its open. */
bool instance_has_failed(const struct instance *self);

/* The steps of a cycle, on the stage or by the harness. */
int instance_open(struct instance *self);
int instance_collect(struct instance *self, int64_t time_ns);
void instance_close(struct instance *self);

/* Logs a failure of the instance with its reason, and counts it. */
void instance_failed(struct instance *self, enum log_level level,
                     const char *event, int rc);

/* Looks whether a call takes too long, and says so once; by main. */
void instance_look(struct instance *self);

#endif /* INSTANCE_H */
