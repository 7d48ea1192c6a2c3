/* harness.c - run one plugin in a test; see weir/harness.h
 *
 * The instance is a real one, and so are its sources, frames, selects and
 * routes; only its stage has no thread, and its frames go to a notebook.
 */
#include <config.h>

#include <weir/harness.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "base.h"
#include "clock.h"
#include "harness_inner.h"
#include "section.h"

static const int64_t day_ns = 86400 * NS_PER_S;
static char open_why[512]; /* of the last failed open */

/* Reads the settings as the configuration would. */
static int
read_settings(struct weir_harness *self, const struct weir_plugin *plugin,
              const char *const settings[], void *memory)
{
    struct complaints complaints = {0};
    struct section_part part = {plugin->options, memory};
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; settings && settings[i]; i++)
        (void)fprintf(out, "%s\n", settings[i]);
    (void)fclose(out);
    option_defaults(plugin->options, memory,
                    &(struct option_place){".", &self->texts, NULL});
    struct section section = {
        .at = {"settings", 1},
        .what = "settings",
        .text = text,
        .text_line = 1,
        .parts = &part,
        .part_count = 1,
        .place = {".", &self->texts, NULL},
        .into = &complaints,
    };
    int rc = section_read(&section);
    if (rc < 0)
        (void)snprintf(open_why, sizeof(open_why), "%s",
                       complaints.list[0].text);
    complaints_clear(&complaints);
    free(text);
    return rc;
}

static int
mount(void *arg, const struct http_route *route)
{
    struct weir_harness *self = arg;
    return routes_add(&self->routes, self, route, NULL);
}

static void
unmount(void *arg)
{
    struct weir_harness *self = arg;
    routes_remove(&self->routes, self);
}

static struct ask *
open_ask(void *arg, struct stage *stage)
{
    struct weir_harness *self = arg;
    struct ask_store store = {.name = "harness", .endpoint = self->endpoint};
    struct ask *ask = NULL;

    if (ask_open(stage, &store, 1, &ask) < 0)
        return NULL;
    return ask;
}

static void
durable(void *arg, uint64_t number)
{
    struct weir_harness *self = arg;

    if (number > self->durable)
        self->durable = number;
}

static void
refused(void *arg, uint64_t number, const char *why)
{
    (void)number;
    (void)snprintf(((struct weir_harness *)arg)->why, sizeof(open_why), "%s",
                   why);
}

static void
room(void *arg)
{
    (void)arg;
}

static void
make_instance(struct weir_harness *self, const struct weir_head *head,
              const void *memory)
{
    struct instance_settings settings = {
        .head = head,
        .plugin = "harness",
        .name = "harness",
        .memory = memory,
        .interval_ns = NS_PER_S,
        .timeout_ns = NS_PER_S,
        .work = self->crew,
    };
    struct instance_world world = {
        .outlet = notebook_outlet(&self->sent),
        .ask = head->kind == WEIR_KIND_REPORT ? open_ask : NULL,
        .mount = mount,
        .unmount = unmount,
        .arg = self,
        .durable = durable,
        .refused = refused,
        .room = room,
        .storage_arg = self,
    };

    self->instance = instance_new(&settings);
    instance_set_world(self->instance, &world);
    self->memory = instance_memory(self->instance);
    self->plugin = head->plugin;
    notebook_init(&self->sent, instance_stage(self->instance), self->memory);
}

static int
open_instance(struct weir_harness *self)
{
    int rc = 0;

    if (self->plugin->check)
        rc = self->plugin->check(self->memory);
    if (rc >= 0)
        rc = harness_desk_open(self);
    if (rc >= 0)
        rc = instance_open(self->instance);
    if (rc >= 0) {
        self->open = true;
        return 0;
    }
    (void)snprintf(open_why, sizeof(open_why), "%s",
                   instance_why(self->instance));
    return rc;
}

int
weir_harness_open(const struct weir_head *head, const char *const settings[],
                  struct weir_harness **ret_harness)
{
    static bool set_up;
    weir_cleanup(weir_harness_destroy) struct weir_harness *self =
        xcalloc(1, sizeof(*self));

    if (!set_up)
        socket_setup();
    set_up = true;
    open_why[0] = '\0';
    self->options = head->plugin->options;
    self->filled = xcalloc(1, head->plugin->instance_size);
    self->crew = crew_new("harness", 2);
    int rc = read_settings(self, head->plugin, settings, self->filled);
    if (rc < 0)
        return rc;
    make_instance(self, head, self->filled);
    rc = open_instance(self);
    if (rc < 0)
        return rc;
    *ret_harness = weir_take(self);
    return 0;
}

void *
weir_harness_self(struct weir_harness *self)
{
    return self->memory;
}

const char *
weir_harness_why(const struct weir_harness *self)
{
    return self ? self->why : open_why;
}

static int
keep_why(struct weir_harness *self, int rc)
{
    if (rc < 0)
        (void)snprintf(self->why, sizeof(self->why), "%s",
                       instance_why(self->instance));
    return rc;
}

int
weir_harness_collect(struct weir_harness *self, int64_t time_ns)
{
    notebook_clear(&self->sent);
    return keep_why(self, instance_collect(self->instance, time_ns));
}

double
weir_harness_value(const struct weir_harness *self, const char *series)
{
    const struct note *note = notebook_find(&self->sent, series);
    return note ? note->value : (double)NAN;
}

bool
weir_harness_has(const struct weir_harness *self, const char *series)
{
    return notebook_find(&self->sent, series) != NULL;
}

const char *
weir_harness_text(struct weir_harness *self)
{
    free(self->text);
    self->text = notebook_text(&self->sent);
    return self->text;
}

uint64_t
weir_harness_durable(const struct weir_harness *self)
{
    return self->durable;
}

void
weir_harness_run(struct weir_harness *self, int64_t duration_ns)
{
    stage_run(instance_stage(self->instance), duration_ns);
}

/* Work that waits for a thread is done, too: the crew would drop it. */
static void
end_work(struct weir_harness *self)
{
    static const struct timespec pause = {0, NS_PER_MS};

    while (self->instance && instance_has_work(self->instance))
        (void)nanosleep(&pause, NULL);
    crew_destroy(&self->crew, clock_now_ns() + day_ns);
}

void
weir_harness_destroy(struct weir_harness **harness_p)
{
    struct weir_harness *self = *harness_p;

    if (!self)
        return;
    if (self->instance)
        harness_desk_close(self);
    if (self->open)
        instance_close(self->instance);
    end_work(self);
    instance_destroy(&self->instance);
    harness_drop_requests(self);
    notebook_fini(&self->sent);
    if (self->options && self->filled)
        option_fini(self->options, self->filled);
    routes_fini(&self->routes);
    arena_clear(&self->texts);
    free(self->answers);
    free(self->filled);
    free(self->text);
    free(self);
    *harness_p = NULL;
}
