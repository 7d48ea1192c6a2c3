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
static const int64_t answer_ns = 10 * NS_PER_S;
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
                    &(struct option_place){".", &self->texts});
    struct section section = {
        .at = {"settings", 1},
        .what = "settings",
        .text = text,
        .text_line = 1,
        .parts = &part,
        .part_count = 1,
        .place = {".", &self->texts},
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
    struct ask_store store = {"harness", self->endpoint};
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

static void
wake(void *arg, struct weir_request *request)
{
    struct weir_harness *self = arg;

    (void)request;
    stage_post(instance_stage(self->instance), room, self);
}

/* Reads what there is of the answer.  Returns whether it has ended. */
static bool
read_answer(struct weir_request *request, FILE *body, int *ret_status)
{
    struct request_answer answer;
    enum request_state state = request_answer(request, &answer);
    char bytes[4096];
    ssize_t got = 0;

    if (state == REQUEST_OPEN)
        return false;
    *ret_status = answer.status;
    if (answer.whole) {
        (void)fwrite(answer.bytes ? answer.bytes : "", 1, answer.size, body);
        return true;
    }
    while ((got = request_read(request, bytes, sizeof(bytes))) > 0)
        (void)fwrite(bytes, 1, (size_t)got, body);
    return got == 0;
}

static void
add_star(void *arg, const char *text, size_t length)
{
    weir_cleanup(weir_free) char *star = x_or_die(strndup(text, length));
    request_add_path(arg, star);
}

static bool
wait_for_answer(struct weir_harness *self, struct weir_request *request,
                FILE *body, int *ret_status)
{
    int64_t until = clock_now_ns() + answer_ns;

    while (!read_answer(request, body, ret_status)) {
        if (clock_now_ns() >= until)
            return false;
        weir_harness_run(self, NS_PER_MS);
    }
    return true;
}

/* Who has it may answer yet. */
static void
keep_unanswered(struct weir_harness *self, struct weir_request **request_p)
{
    request_leave(*request_p);
    self->unanswered = xrealloc(self->unanswered, self->unanswered_count + 1,
                                sizeof(struct weir_request *));
    self->unanswered[self->unanswered_count++] = weir_take(*request_p);
}

static void
drop_unanswered(struct weir_harness *self)
{
    for (size_t i = 0; i < self->unanswered_count; i++)
        request_destroy(&self->unanswered[i]);
    free(self->unanswered);
}

/* What a test asks. */
struct asked {
    const char *method, *path, *body;
    const struct weir_label *heads;
};

/* The path without its query; the caller frees it. */
static char *
bare_path(const char *path)
{
    return x_or_die(strndup(path, strcspn(path, "?")));
}

/* Makes the request as the HTTP thread would.  NULL when it is malformed; then
 * '*ret_rc' says so. */
static struct weir_request *
make_request(struct weir_harness *self, const struct route *route,
             const struct asked *asked, int *ret_rc)
{
    weir_cleanup(weir_free) char *bare = bare_path(asked->path);
    const struct weir_label *heads = asked->heads;
    struct weir_request *request =
        request_new(asked->method, asked->path, wake, self);

    request_set_peer(request, "127.0.0.1");
    for (; heads && heads->name; heads++)
        request_add_head(request, heads->name, heads->value);
    route_stars(route, bare, add_star, request);
    char *copy = x_or_die(strdup(asked->body ? asked->body : ""));
    request_take_body(request, &copy, strlen(copy));
    *ret_rc = request_parse(request);
    if (*ret_rc < 0)
        request_destroy(&request);
    return request;
}

/* NOLINTNEXTLINE(readability-function-size): six things make a request */
int
weir_harness_request(struct weir_harness *self, const char *method,
                     const char *path, const struct weir_label *heads,
                     const char *body, char **ret_body)
{
    const struct asked asked = {method, path, body, heads};
    weir_cleanup(weir_free) char *bare = bare_path(path);
    const struct route *route = routes_find(&self->routes, method, bare);
    char *text = NULL;
    size_t size = 0;
    int status = -ETIMEDOUT;

    if (!route)
        return -ENOENT;
    int rc = 0;
    struct weir_request *request = make_request(self, route, &asked, &rc);
    if (!request)
        return rc;
    route->handover(route->arg, request);
    FILE *out = x_or_die(open_memstream(&text, &size));
    bool ended = wait_for_answer(self, request, out, &status);
    (void)fclose(out);
    if (!ended)
        keep_unanswered(self, &request);
    request_destroy(&request);
    if (ret_body)
        *ret_body = weir_take(text);
    free(text);
    return status;
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
    drop_unanswered(self);
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
