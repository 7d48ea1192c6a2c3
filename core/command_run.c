/* command_run.c - weir run: the pipeline, until a signal says otherwise
 *
 * Main blocks all signals before any thread is made and takes them from a
 * descriptor: SIGTERM and SIGINT stop, SIGHUP reads the configuration again.
 */
#include <config.h>

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "command.h"
#include "configuration.h"
#include "http/http.h"
#include "identity.h"
#include "link/keyring.h"
#include "link/socket.h"
#include "log.h"
#include "notify.h"
#include "pipeline.h"
#include "process_self.h"

enum { TICK_MS = 2000, WHY_SIZE = 512, REQUESTS_MOST = 16 };

struct run {
    const char *file;
    struct http *http;
    struct keyring *keys; /* or NULL */
    struct pipeline *pipeline;
    pthread_mutex_t lock;   /* of 'shown' */
    struct pipeline *shown; /* to the HTTP thread; NULL: it stops */
    int signals;            /* signalfd */
    int reload;             /* eventfd: somebody asked by HTTP */
    struct weir_request *_Atomic asking; /* who asked; one at a time */
    int64_t watchdog_ns, fed_ns;
    char *fixed;    /* what a reload can't change */
    char *identity; /* the same of keys, where it must not be tried */
};

static bool
is_ready(void *arg, char *why, size_t size)
{
    struct run *self = arg;
    bool ready = false;

    (void)snprintf(why, size, "weir stops");
    (void)pthread_mutex_lock(&self->lock);
    if (self->shown)
        ready = pipeline_ready(self->shown, why, size);
    (void)pthread_mutex_unlock(&self->lock);
    return ready;
}

static void
show(struct run *self, struct pipeline *pipeline)
{
    (void)pthread_mutex_lock(&self->lock);
    self->shown = pipeline;
    (void)pthread_mutex_unlock(&self->lock);
}

/* On the HTTP thread. */
static void
ask_reload(void *arg, struct weir_request *request)
{
    struct run *self = arg;
    static const char busy[] = "a reload is under way; try again\n";
    struct weir_request *none = NULL;

    if (!atomic_compare_exchange_strong(&self->asking, &none, request)) {
        weir_answer(&request, 503, "text/plain", busy, sizeof(busy) - 1);
        return;
    }
    (void)eventfd_write(self->reload, 1);
}

static int
log_wrong(const char *what, const char *why)
{
    log_line(LOG_ERROR, "start_failed", "what", what, "error", why, NULL);
    return EXIT_FAILURE;
}

/* Makes the state folder and what leads to it, as 0700. */
static int
make_folder(const char *path)
{
    weir_cleanup(weir_free) char *copy = x_or_die(strdup(path));

    for (char *slash = strchr(copy + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0700) < 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    return mkdir(copy, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

static int
open_http(struct run *self, const struct configuration *configuration)
{
    const struct configured_http *configured = &configuration->http;
    struct http_settings settings = {
        .body_most_bytes = configured->body_most_bytes,
        .connections_most = (uint32_t)configured->connections_most,
        .requests_most = (uint32_t)configured->requests_most,
        .timeout_ns = configured->timeout_ns,
        .ready = is_ready,
        .reload = ask_reload,
        .arg = self,
    };
    char path[4096];
    char why[WHY_SIZE] = "";
    int rc = 0;

    self->http = http_new(&settings);
    for (size_t i = 0; rc == 0 && i < configured->listen.count; i++)
        rc = http_listen(self->http, configured->listen.items[i], NULL, why,
                         sizeof(why));
    if (rc == 0)
        rc = make_folder(configuration->state);
    if (rc < 0 && !why[0])
        (void)snprintf(why, sizeof(why), "cannot make %s: %s",
                       configuration->state, strerror(-rc));
    (void)snprintf(path, sizeof(path), "%s/control.sock", configuration->state);
    if (rc == 0)
        rc = http_control(self->http, path, why, sizeof(why));
    if (rc < 0)
        (void)log_wrong("http", why);
    return rc;
}

static void
tell_asker(struct run *self, int status, const char *text)
{
    struct weir_request *asking = self->asking;

    if (!asking)
        return;
    self->asking = NULL;
    weir_answer(&asking, status, "text/plain", text, strlen(text));
}

static void
log_complaints(const struct configuration *configuration)
{
    const struct complaints *complaints = &configuration->complaints;

    for (size_t i = 0; i < complaints->count; i++)
        log_line(complaints->list[i].warning ? LOG_WARN : LOG_ERROR,
                 "configuration", "text", complaints->list[i].text, "number",
                 log_number((long long)i + 1), NULL);
}

/* Returns as one text what a reload can't change; the caller frees it. */
static char *
fixed_part(const struct configuration *configuration)
{
    const struct configured_http *http = &configuration->http;
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fprintf(out, "%s %lld %lld %lld %lld", configuration->state,
                  (long long)http->body_most_bytes,
                  (long long)http->connections_most,
                  (long long)http->requests_most, (long long)http->timeout_ns);
    for (size_t i = 0; i < http->listen.count; i++)
        (void)fprintf(out, " %s", http->listen.items[i]);
    (void)fclose(out);
    return x_or_die(text);
}

static void
tell_fixed(const struct run *self, const struct configuration *fresh)
{
    weir_cleanup(weir_free) char *fixed = fixed_part(fresh);

    if (strcmp(fixed, self->fixed) != 0)
        log_line(LOG_WARN, "restart_needed", "file", fresh->file, "error",
                 "what changed in http { } or state counts from the next start",
                 NULL);
}

static void
reload(struct run *self)
{
    weir_cleanup(configuration_destroy) struct configuration *fresh = NULL;

    notify_send("RELOADING=1");
    int rc = command_read(self->file, &fresh);
    if (rc == 0 && !identity_same(self->identity, fresh)) {
        log_line(LOG_ERROR, "reload_failed", "file", fresh->file, "error",
                 "key or peers changed, which counts from the next start: "
                 "what ran runs on",
                 NULL);
        tell_asker(self, 400, "key or peers changed; start weir anew\n");
    } else if (rc < 0) {
        log_complaints(fresh);
        log_line(LOG_ERROR, "reload_failed", "file", fresh->file, "error",
                 "the configuration is wrong: what ran runs on", NULL);
        tell_asker(self, 400, "the configuration is wrong; see weir check\n");
    } else {
        log_complaints(fresh);
        log_setup(fresh->log_level, fresh->log_form);
        tell_fixed(self, fresh);
        pipeline_reload(self->pipeline, &fresh);
        tell_asker(self, 200, "reloaded\n");
    }
    notify_send("READY=1");
}

/* Returns the signal that ends the run, or 0. */
static int
take_signal(struct run *self)
{
    struct signalfd_siginfo info;

    if (read(self->signals, &info, sizeof(info)) != sizeof(info))
        return 0;
    /* A hang-up by the kernel is a terminal that went. */
    if (info.ssi_signo != SIGHUP || info.ssi_code == SI_KERNEL)
        return (int)info.ssi_signo;
    reload(self);
    return 0;
}

static void
tick(struct run *self)
{
    int64_t now = clock_now_ns();
    bool turns = pipeline_look(self->pipeline);

    if (!self->watchdog_ns || !turns ||
        now - self->fed_ns < self->watchdog_ns / 2)
        return;
    self->fed_ns = now;
    notify_send("WATCHDOG=1");
}

static int
wait_for_end(struct run *self)
{
    struct pollfd items[] = {{self->signals, POLLIN, 0},
                             {self->reload, POLLIN, 0}};
    int64_t looked_ns = 0;

    for (;;) {
        int ready = poll(items, ARRAY_SIZE(items), TICK_MS);
        eventfd_t count = 0;
        int signal = 0;
        if (ready > 0 && items[0].revents)
            signal = take_signal(self);
        if (signal)
            return signal;
        if (ready > 0 && items[1].revents) {
            (void)eventfd_read(self->reload, &count);
            reload(self);
        }
        if (clock_now_ns() - looked_ns < TICK_MS * NS_PER_MS)
            continue;
        looked_ns = clock_now_ns();
        tick(self);
    }
}

static void
say_ready(const struct run *self, const struct configured_http *http)
{
    char text[WHY_SIZE];
    char open[WHY_SIZE] = "";

    if (http->listen.count)
        (void)snprintf(open, sizeof(open), "http://%s/", http->listen.items[0]);
    (void)snprintf(text, sizeof(text), "READY=1\nSTATUS=%zu stages run",
                   pipeline_count(self->pipeline));
    notify_send(text);
    log_line(LOG_INFO, "started", "version", PACKAGE_VERSION, "stages",
             log_number((long long)pipeline_count(self->pipeline)), "open",
             *open ? open : NULL, NULL);
}

/* Signals are blocked in all threads that are made from here on. */
static int
take_signals(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)sigdelset(&set, SIGPIPE);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Ends the process where czmq's atexit would wait for what was left behind. */
static _Noreturn void
end(struct run *self, int status)
{
    notify_send("STOPPING=1");
    show(self, NULL);
    bool whole = pipeline_stop(&self->pipeline);
    http_stop(self->http);
    if (whole) {
        http_destroy(&self->http);
        keyring_destroy(&self->keys);
    }
    log_line(LOG_INFO, "stopped", NULL);
    _exit(status);
}

/* Before any socket asks for keys.  Returns 0, or -errno, having said why. */
static int
open_keys(struct run *self, const struct configuration *configuration)
{
    char why[WHY_SIZE] = "";
    int rc = 0;

    self->identity = identity_text(configuration);
    if (configuration->key)
        rc = keyring_open(configuration->key, configuration->peers, why,
                          sizeof(why), &self->keys);
    if (rc < 0)
        (void)log_wrong("key", why);
    return rc;
}

static int
run(struct run *self, struct configuration **configuration_p)
{
    self->signals = take_signals();
    self->reload = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    socket_setup();
    if (open_keys(self, *configuration_p) < 0 ||
        open_http(self, *configuration_p) < 0) {
        http_destroy(&self->http);
        keyring_destroy(&self->keys);
        return EXIT_FAILURE;
    }
    process_self_register(self->http);
    self->fixed = fixed_part(*configuration_p);
    const struct configured_http *http = &(*configuration_p)->http;
    self->pipeline = pipeline_start(configuration_p, self->http, self->keys);
    show(self, self->pipeline);
    int rc = http_start(self->http);
    if (rc < 0)
        end(self, log_wrong("http", strerror(-rc)));
    self->watchdog_ns = notify_watchdog_ns();
    say_ready(self, http);
    log_line(LOG_INFO, "stopping", "signal", strsignal(wait_for_end(self)),
             NULL);
    end(self, EXIT_SUCCESS);
}

int
command_run(int argc, char **argv)
{
    struct run self = {.lock = PTHREAD_MUTEX_INITIALIZER};
    weir_cleanup(configuration_destroy) struct configuration *configuration =
        NULL;

    if (!command_take_file(argc, argv, &self.file))
        return EXIT_WRONG;
    /* Each thread would get an arena of its own, and few need one. */
    (void)mallopt(M_ARENA_MAX, 2);
    command_allow_files();
    int rc = command_read(self.file, &configuration);
    if (rc < 0) {
        command_print_complaints(configuration, stderr);
        return EXIT_WRONG;
    }
    log_setup(configuration->log_level, configuration->log_form);
    log_complaints(configuration);
    return run(&self, &configuration);
}
