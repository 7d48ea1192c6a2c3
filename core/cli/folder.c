/* cli/folder.c - a store's folder that no weir has open, asked directly */
#include <config.h>

#include "cli/folder.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/holder.h"
#include "clock.h"
#include "command.h"
#include "configuration.h"
#include "http/http.h"
#include "http/request.h"
#include "link/socket.h"
#include "log.h"
#include "pipeline.h"

enum { FORMAT_SIZE = 128, NAME_SIZE = 32 };

struct folder {
    struct http *http;
    struct pipeline *pipeline;
    struct weir_request *request; /* the last one */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool woken; /* under the lock */
};

/* What it is --------------------------------------------------------------- */

/* Reads FORMAT, "weir NAME ...", which says whose store it is. */
static int
read_plugin(const char *path, char plugin[NAME_SIZE])
{
    weir_cleanup(weir_free) char *format = NULL;
    char text[FORMAT_SIZE] = "";

    if (asprintf(&format, "%s/FORMAT", path) < 0)
        (void)x_or_die(NULL);
    weir_cleanup(weir_fclose) FILE *file = fopen(format, "re");
    if (!file)
        return -errno;
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    text[size] = '\0';
    if (strncmp(text, "weir ", 5) != 0)
        return -ENOENT;
    size_t length = strspn(text + 5, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (length == 0 || length >= NAME_SIZE)
        return -ENOENT;
    (void)snprintf(plugin, NAME_SIZE, "%.*s", (int)length, text + 5);
    return 0;
}

/* What is written into a store must belong to whom the store belongs. */
static int
check_owner(const char *path, char why[CLIENT_WHY_SIZE])
{
    struct stat folder;

    if (stat(path, &folder) < 0 || folder.st_uid == geteuid())
        return 0;
    (void)snprintf(why, CLIENT_WHY_SIZE,
                   "%s belongs to the user %u: ask as that one, such as with "
                   "sudo -u '#%u' weir query ...",
                   path, folder.st_uid, folder.st_uid);
    return -EPERM;
}

static int
check(const char *path, char plugin[NAME_SIZE], char why[CLIENT_WHY_SIZE])
{
    weir_cleanup(weir_free) char *lock = NULL;
    char who[CLIENT_WHY_SIZE / 2];

    int rc = read_plugin(path, plugin);
    if (rc == -ENOENT || rc == -ENOTDIR)
        (void)snprintf(why, CLIENT_WHY_SIZE,
                       "%s is not a store: there is no FORMAT of one in it",
                       path);
    else if (rc < 0)
        (void)snprintf(why, CLIENT_WHY_SIZE, "cannot read %s/FORMAT: %s", path,
                       strerror(-rc));
    if (rc == 0)
        rc = check_owner(path, why);
    if (rc < 0)
        return rc;
    if (asprintf(&lock, "%s/LOCK", path) < 0)
        (void)x_or_die(NULL);
    rc = holder_find(lock, who, sizeof(who));
    if (rc == -EBUSY)
        (void)snprintf(why, CLIENT_WHY_SIZE,
                       "%s has %s open: ask that one, with --url or -c instead "
                       "of --path, or stop it before",
                       who, path);
    else if (rc < 0)
        (void)snprintf(why, CLIENT_WHY_SIZE, "cannot open %s: %s", lock,
                       strerror(-rc));
    return rc;
}

/* What runs ---------------------------------------------------------------- */

/* Writes a text as a configuration has it. */
static void
write_string(FILE *out, const char *text)
{
    (void)fputc('\'', out);
    for (; *text; text++)
        (void)fprintf(out, *text == '\'' || *text == '\\' ? "\\%c" : "%c",
                      *text);
    (void)fputc('\'', out);
}

/* Writes a configuration into a file in memory; returns its descriptor.
 * Nothing is too old, and nothing is moved into parts. */
static int
write_configuration(const char *path, const char *plugin)
{
    weir_cleanup(weir_free) char *whole = realpath(path, NULL);
    int fd = memfd_create("weir query", MFD_CLOEXEC);

    if (!whole || fd < 0) {
        weir_close(&fd);
        return -errno;
    }
    FILE *out = x_or_die(fdopen(dup(fd), "w"));
    (void)fputs("log_level = warn\nstate = ", out);
    write_string(out, whole);
    (void)fprintf(out, "\nstorage %s { path = ", plugin);
    write_string(out, whole);
    (void)fputs(" retention = 0 flush_interval = 0 flush_size = 0 }\n"
                "report api { max_answer = 64M query_timeout = 0 }\n",
                out);
    return fclose(out) == 0 ? fd : -EIO;
}

static int
read_configuration(const char *path, const char *plugin,
                   struct configuration **ret_configuration)
{
    char name[64];
    weir_cleanup(weir_close) int fd = write_configuration(path, plugin);

    if (fd < 0)
        return fd;
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    int rc = command_read(name, ret_configuration);
    if (rc < 0)
        command_print_complaints(*ret_configuration, stderr);
    return rc < 0 ? -EINVAL : 0;
}

/* Waits until all is open.  A storage that fails would be tried again. */
static int
wait_until_open(struct folder *self, const char *path, int64_t timeout_ns,
                char why[CLIENT_WHY_SIZE])
{
    static const struct timespec pause = {0, NS_PER_MS};
    int64_t until_ns = clock_now_ns() + timeout_ns;
    char what[CLIENT_WHY_SIZE / 2];

    while (!pipeline_ready(self->pipeline, what, sizeof(what))) {
        if (pipeline_failed(self->pipeline)) {
            (void)snprintf(why, CLIENT_WHY_SIZE,
                           "%s cannot be opened, see above; weir verify %s "
                           "tells more",
                           path, path);
            return -EIO;
        }
        if (clock_now_ns() >= until_ns) {
            (void)snprintf(why, CLIENT_WHY_SIZE,
                           "%s took too long to open; --timeout waits longer",
                           path);
            return -ETIMEDOUT;
        }
        (void)nanosleep(&pause, NULL);
    }
    return 0;
}

static struct folder *
folder_new(struct configuration **configuration_p)
{
    static const struct http_settings settings = {0};
    struct folder *self = xcalloc(1, sizeof(*self));

    (void)pthread_mutex_init(&self->lock, NULL);
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->moved, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    log_setup(LOG_WARN, LOG_TEXT);
    command_allow_files();
    socket_setup();
    self->http = http_new(&settings);
    self->pipeline = pipeline_start(configuration_p, self->http, NULL);
    return self;
}

int
folder_open(const char *path, int64_t timeout_ns, struct folder **ret_folder,
            char why[CLIENT_WHY_SIZE])
{
    weir_cleanup(configuration_destroy) struct configuration *configuration =
        NULL;
    char plugin[NAME_SIZE];

    int rc = check(path, plugin, why);
    if (rc < 0)
        return rc;
    rc = read_configuration(path, plugin, &configuration);
    if (rc < 0) {
        (void)snprintf(why, CLIENT_WHY_SIZE, "cannot open %s: %s", path,
                       strerror(-rc));
        return rc;
    }
    struct folder *self = folder_new(&configuration);
    rc = wait_until_open(self, path, timeout_ns, why);
    if (rc < 0)
        (void)folder_close(&self);
    *ret_folder = self;
    return rc;
}

/* Asking ------------------------------------------------------------------- */

static void
wake(void *arg, struct weir_request *request)
{
    struct folder *self = arg;

    (void)request;
    (void)pthread_mutex_lock(&self->lock);
    self->woken = true;
    (void)pthread_cond_signal(&self->moved);
    (void)pthread_mutex_unlock(&self->lock);
}

/* Waits for more of the answer.  Returns false when it is too late. */
static bool
wait_for_more(struct folder *self, int64_t until_ns)
{
    const struct timespec until = {until_ns / NS_PER_S, until_ns % NS_PER_S};
    int rc = 0;

    (void)pthread_mutex_lock(&self->lock);
    while (!self->woken && rc == 0)
        rc = pthread_cond_timedwait(&self->moved, &self->lock, &until);
    self->woken = false;
    (void)pthread_mutex_unlock(&self->lock);
    return rc == 0;
}

/* Moves what there is of the answer.  Returns 0 at its end, -EAGAIN when more
 * comes, or as client_reply_add(). */
static int
read_answer(struct folder *self, struct client_reply *reply)
{
    struct request_answer answer;
    char bytes[16384];
    ssize_t got = 0;
    int rc = 0;

    if (request_answer(self->request, &answer) == REQUEST_OPEN)
        return -EAGAIN;
    reply->status = answer.status;
    if (answer.whole)
        return client_reply_add(reply, answer.bytes ? answer.bytes : "",
                                answer.size);
    while (rc == 0 &&
           (got = request_read(self->request, bytes, sizeof(bytes))) > 0)
        rc = client_reply_add(reply, bytes, (size_t)got);
    return rc < 0 ? rc : (int)got;
}

static int
explain(int rc, struct client_reply *reply)
{
    const char *why = strerror(-rc);

    if (rc == -ETIMEDOUT)
        why = "there was no answer in time; --timeout waits longer";
    if (rc == -EFBIG)
        why = "the answer is too large: ask for fewer series, or take a longer "
              "--step";
    (void)snprintf(reply->why, CLIENT_WHY_SIZE, "%s", why);
    return rc;
}

int
folder_post(struct folder *self, const char *path, const char *form,
            int64_t timeout_ns, struct client_reply *reply)
{
    char *body = x_or_die(strdup(form));
    int64_t until_ns = clock_now_ns() + timeout_ns;

    self->request = request_new("POST", path, wake, self);
    request_set_peer(self->request, "control");
    request_add_head(self->request, "Content-Type",
                     "application/x-www-form-urlencoded");
    request_take_body(self->request, &body, strlen(form));
    int rc = request_parse(self->request);
    if (rc == 0)
        rc = http_ask(self->http, self->request);
    while (rc == 0 && (rc = read_answer(self, reply)) == -EAGAIN)
        rc = wait_for_more(self, until_ns) ? 0 : -ETIMEDOUT;
    return rc < 0 ? explain(rc, reply) : 0;
}

bool
folder_close(struct folder **self_p)
{
    struct folder *self = weir_take(*self_p);

    if (!self)
        return true;
    if (self->request)
        request_leave(self->request);
    if (!pipeline_stop(&self->pipeline))
        return false;
    request_destroy(&self->request);
    http_destroy(&self->http);
    (void)pthread_cond_destroy(&self->moved);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
    return true;
}
