/* transfer.c - weir import and weir export while weir runs: routes of a store
 */
#include <config.h>

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <weir/cleanup.h>
#include <weir/plugin.h>

#include "adopt.h"
#include "base.h"
#include "cap.h"
#include "clock.h"
#include "staging.h"
#include "transfer_inner.h"
#include "tsdb.h"

/* What an import is doing.  From CHECKING to WRITING it goes on by itself. */
enum phase { NOTHING, RECEIVING, CHECKING, FLUSHING, WRITING, ENDED };

static const int64_t step_ns = 50 * NS_PER_MS;
static const int64_t patience_ns = 60 * NS_PER_S;

struct transfer {
    struct tsdb *tsdb;
    struct transfer_exports exports;

    enum phase phase;
    char id[17];
    char *folder, *path; /* of the part */
    int fd;              /* -1: not open */
    uint64_t size;
    int64_t heard_ns;
    bool stepping; /* a timer is set */
    bool flushed;  /* the flush was started */
    struct adopt adopt;
    pthread_t thread;
    bool threaded;    /* it runs, or was not joined yet */
    atomic_bool done; /* it has ended */
    int rc;           /* of it, and of all */
    char why[256];
};

void
transfer_say(struct weir_request **request_p, int status, const char *format,
             ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof(text) - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof(text) - 2)
        length = (int)sizeof(text) - 2;
    text[length++] = '\n';
    weir_answer(request_p, status, "text/plain; charset=utf-8", text,
                (size_t)length);
}

/* The file ----------------------------------------------------------------- */

static void
close_file(struct transfer *self)
{
    if (self->fd >= 0)
        (void)file_close(self->tsdb->home.files, self->fd);
    self->fd = -1;
}

static int
open_file(struct transfer *self)
{
    struct files *files = self->tsdb->home.files;

    staging_remove(files, self->folder);
    int rc = file_make_folder(files, self->folder);
    if (rc == 0)
        rc = file_open(files, self->path, O_WRONLY | O_CREAT | O_TRUNC);
    if (rc < 0)
        return rc;
    self->fd = rc;
    self->size = 0;
    return 0;
}

/* The end of an import: nothing is left but how it went. */
static void
end(struct transfer *self, int rc, const char *why)
{
    close_file(self);
    staging_remove(self->tsdb->home.files, self->folder);
    self->phase = ENDED;
    self->rc = rc;
    (void)snprintf(self->why, sizeof(self->why), "%s", why);
}

/* Steps -------------------------------------------------------------------- */

static void *
thread_main(void *arg)
{
    struct transfer *self = arg;

    if (self->phase == CHECKING)
        self->rc = part_verify(self->tsdb->home.files, self->path, self->why,
                               sizeof(self->why));
    else
        self->rc = adopt_write(&self->adopt);
    atomic_store(&self->done, true);
    return NULL;
}

static void
start_thread(struct transfer *self, enum phase phase)
{
    self->phase = phase;
    atomic_store(&self->done, false);
    int rc = pthread_create(&self->thread, NULL, thread_main, self);
    self->threaded = rc == 0;
    if (rc != 0)
        end(self, -rc, strerror(rc));
}

/* Returns whether the thread has ended, and is gone. */
static bool
join_thread(struct transfer *self)
{
    if (self->threaded && !atomic_load(&self->done))
        return false;
    if (self->threaded)
        (void)pthread_join(self->thread, NULL);
    self->threaded = false;
    return true;
}

static void
step_receiving(struct transfer *self)
{
    if (clock_now_ns() - self->heard_ns > patience_ns)
        end(self, -ETIMEDOUT, "nobody went on with it");
}

static void
step_checking(struct transfer *self)
{
    if (!join_thread(self))
        return;
    self->flushed = false;
    if (self->rc < 0)
        end(self, self->rc, self->why);
    else
        self->phase = FLUSHING;
}

/* What came before belongs into parts first, so that this comes behind. */
static void
step_flushing(struct transfer *self)
{
    struct tsdb *tsdb = self->tsdb;
    struct flush *flush = &tsdb->flush;

    if (flush->running)
        return;
    if (!self->flushed) {
        self->flushed = true;
        flush_start(flush);
        return;
    }
    int rc = flush->rc;
    self->adopt = (struct adopt){0};
    if (rc < 0) {
        end(self, rc, "cannot move what is in the log into parts");
        return;
    }
    rc = adopt_begin(&self->adopt, tsdb, self->path);
    if (rc == 0) {
        start_thread(self, WRITING);
        return;
    }
    adopt_fini(&self->adopt);
    end(self, rc, self->adopt.why);
}

static void
step_writing(struct transfer *self)
{
    if (!join_thread(self))
        return;
    adopt_fini(&self->adopt);
    end(self, self->rc, self->adopt.why);
}

static void
step(void *instance, void *arg)
{
    static void (*const steps[])(struct transfer * self) = {
        [RECEIVING] = step_receiving,
        [CHECKING] = step_checking,
        [FLUSHING] = step_flushing,
        [WRITING] = step_writing,
    };
    struct transfer *self = arg;

    self->stepping = false;
    if (self->phase == NOTHING || self->phase == ENDED)
        return;
    steps[self->phase](self);
    self->stepping = weir_timer(instance, step_ns, 0, step, self) == 0;
}

/* Requests ----------------------------------------------------------------- */

static bool
is_busy(const struct transfer *self)
{
    return self->phase != NOTHING && self->phase != ENDED;
}

static void
begin(struct transfer *self, struct weir_request *request)
{
    uint64_t id = 0;

    if (is_busy(self)) {
        transfer_say(&request, 409, "another import runs; try again later");
        return;
    }
    int rc = open_file(self);
    if (rc < 0) {
        transfer_say(&request, 507, "cannot write %s: %s", self->path,
                     strerror(-rc));
        return;
    }
    (void)getrandom(&id, sizeof(id), 0);
    (void)snprintf(self->id, sizeof(self->id), "%016" PRIx64, id);
    self->phase = RECEIVING;
    self->heard_ns = clock_now_ns();
    if (!self->stepping)
        self->stepping = weir_timer(self->tsdb, step_ns, 0, step, self) == 0;
    transfer_say(&request, 200, "%s", self->id);
}

static void
add(struct transfer *self, struct weir_request *request)
{
    const char *at = weir_request_get(request, "at", 0);
    size_t size = 0;
    const void *body = weir_request_body(request, &size);
    int rc = 0;

    if (!at || strtoull(at, NULL, 10) != self->size) {
        transfer_say(&request, 409,
                     "%" PRIu64 " bytes have come, and these "
                     "do not follow them",
                     self->size);
        return;
    }
    if (!cap_fits(self->tsdb, self->size + size))
        rc = -ENOSPC;
    else if (size)
        rc = file_write(self->tsdb->home.files, self->fd, body, size,
                        self->size);
    self->heard_ns = clock_now_ns();
    if (rc < 0) {
        end(self, rc, strerror(-rc));
        transfer_say(&request, 507, "cannot write %s: %s", self->path,
                     self->why);
        return;
    }
    self->size += size;
    transfer_say(&request, 200, "%" PRIu64, self->size);
}

static void
commit(struct transfer *self, struct weir_request *request)
{
    close_file(self);
    start_thread(self, CHECKING);
    transfer_say(&request, 202, "running");
}

static void
on_import(void *instance, struct weir_request *request)
{
    static const struct {
        const char *name;
        void (*call)(struct transfer *self, struct weir_request *request);
    } calls[] = {{"add", add}, {"commit", commit}};
    struct transfer *self = ((struct tsdb *)instance)->transfer;
    const char *what = weir_request_get(request, "do", 0);
    const char *id = weir_request_get(request, "id", 0);

    if (what && strcmp(what, "begin") == 0) {
        begin(self, request);
        return;
    }
    if (self->phase != RECEIVING || !id || strcmp(id, self->id) != 0) {
        transfer_say(&request, 404, "there is no such import");
        return;
    }
    for (size_t i = 0; what && i < ARRAY_SIZE(calls); i++)
        if (strcmp(what, calls[i].name) == 0) {
            calls[i].call(self, request);
            return;
        }
    transfer_say(&request, 400, "do is begin, add or commit");
}

static void
on_progress(void *instance, struct weir_request *request)
{
    const struct transfer *self = ((struct tsdb *)instance)->transfer;
    const char *id = weir_request_get(request, "id", 0);

    if (!id || strcmp(id, self->id) != 0)
        transfer_say(&request, id ? 404 : 200,
                     id ? "there is no such import" : "weir import");
    else if (self->phase != ENDED)
        transfer_say(&request, 200, "running");
    else if (self->rc == 0)
        transfer_say(&request, 200, "done");
    else
        transfer_say(&request, 422, "%s", self->why);
}

static void
on_export(void *instance, struct weir_request *request)
{
    struct tsdb *tsdb = instance;

    transfer_export(tsdb, &tsdb->transfer->exports, request);
}

int
transfer_open(struct tsdb *tsdb, struct transfer **ret_transfer)
{
    static const struct {
        const char *method, *name;
        weir_handler *handler;
    } routes[] = {{"POST", "import", on_import},
                  {"GET", "import", on_progress},
                  {"GET", "export", on_export}};
    struct transfer *self = xcalloc(1, sizeof(*self));
    char path[256];
    int rc = 0;

    self->tsdb = tsdb;
    self->fd = -1;
    self->folder = home_path(&tsdb->home, TSDB_IMPORT_FOLDER);
    self->path = home_path(&tsdb->home, TSDB_IMPORT_FOLDER "/sent.tsp");
    *ret_transfer = self;
    for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(routes); i++) {
        (void)snprintf(path, sizeof(path), "/storage/%.200s/%s",
                       weir_instance_name(tsdb), routes[i].name);
        rc = weir_route(tsdb, routes[i].method, path, routes[i].handler);
    }
    return rc;
}

void
transfer_destroy(struct transfer **self_p)
{
    struct transfer *self = weir_take(*self_p);

    if (!self)
        return;
    transfer_exports_fini(&self->exports);
    atomic_store(&self->adopt.stopping, true);
    if (self->threaded)
        (void)pthread_join(self->thread, NULL);
    if (self->phase == WRITING)
        adopt_fini(&self->adopt);
    if (is_busy(self))
        end(self, -ECANCELED, "weir stops");
    free(self->folder);
    free(self->path);
    free(self);
}
