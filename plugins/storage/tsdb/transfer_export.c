/* transfer_export.c - what a store has as the answer to a request
 *
 * Each export has a thread, which writes as fast as its client reads.
 */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "dialect.h"
#include "extract.h"
#include "transfer_inner.h"
#include "tsdb.h"

enum { JOBS_MOST = 4 };

/* A client that takes nothing for so long is none. */
static const int64_t patience_ns = 60 * NS_PER_S;
static const struct timespec nap = {0, 5 * NS_PER_MS};

static const char text_type[] = "text/plain; charset=utf-8";

struct export_job {
    struct export_job *next;
    struct tsdb *tsdb;
    const atomic_bool *stopping;
    struct weir_request *request;
    struct extract extract;
    enum reader_format format;
    struct dialect *dialect;
    uint64_t series, samples;
    pthread_t thread;
    atomic_bool done;
};

/* On the export's thread --------------------------------------------------- */

static int
send_text(void *arg, const char *text, size_t size)
{
    struct export_job *self = arg;
    int64_t began_ns = clock_now_ns();

    for (;;) {
        int rc = weir_answer_part(self->request, 200, text_type, text, size);
        if (rc != -EAGAIN)
            return rc;
        if (atomic_load(self->stopping))
            return -ECANCELED;
        if (clock_now_ns() - began_ns > patience_ns)
            return -ETIMEDOUT;
        (void)nanosleep(&nap, NULL);
    }
}

static int
take_names(void *arg, const char *const *names, size_t count)
{
    struct export_job *self = arg;

    return dialect_names(self->dialect, names, count);
}

static int
take_series(void *arg, const struct weir_series *series)
{
    struct export_job *self = arg;

    self->series++;
    return dialect_series(self->dialect, series);
}

static int
take_samples(void *arg, const int64_t *times_ns, const double *values,
             size_t count)
{
    struct export_job *self = arg;

    self->samples += count;
    if (atomic_load(self->stopping))
        return -ECANCELED;
    return dialect_samples(self->dialect, times_ns, values, count);
}

static void
send_end(struct export_job *self, int rc)
{
    char text[512];
    const char *why = *self->extract.why ? self->extract.why
                      : rc == -EDOM      ? dialect_why(self->dialect)
                                         : strerror(-rc);

    if (rc == 0)
        (void)snprintf(text, sizeof(text),
                       TRANSFER_WHOLE "%" PRIu64 " %" PRIu64 "\n",
                       self->samples, self->series);
    else
        (void)snprintf(text, sizeof(text), TRANSFER_FAILED "%.400s\n", why);
    weir_answer(&self->request, 200, text_type, text, strlen(text));
}

static void *
export_main(void *arg)
{
    struct export_job *self = arg;

    self->dialect = dialect_new(self->format, send_text, self);
    int rc = send_text(self, "", 0);
    if (rc == 0)
        rc = extract_run(&self->extract, self->tsdb);
    if (rc == 0)
        rc = dialect_end(self->dialect);
    send_end(self, rc);
    dialect_destroy(&self->dialect);
    atomic_store(&self->done, true);
    return NULL;
}

/* On the instance's -------------------------------------------------------- */

static void
free_job(struct export_job *job)
{
    extract_fini(&job->extract);
    free(job);
}

/* Frees those that have ended, or all.  Returns how many are left. */
static uint32_t
tidy(struct transfer_exports *self, bool all)
{
    uint32_t left = 0;

    for (struct export_job **link = &self->jobs, *job = *link; job;
         job = *link) {
        if (!all && !atomic_load(&job->done)) {
            left++;
            link = &job->next;
            continue;
        }
        (void)pthread_join(job->thread, NULL);
        *link = job->next;
        free_job(job);
    }
    return left;
}

void
transfer_exports_fini(struct transfer_exports *self)
{
    atomic_store(&self->stopping, true);
    (void)tidy(self, true);
}

static int64_t
read_time(const struct weir_request *request, const char *name,
          int64_t fallback)
{
    const char *text = weir_request_get(request, name, 0);

    return text ? strtoll(text, NULL, 10) : fallback;
}

static int
read_wish(struct export_job *job, const struct weir_request *request)
{
    const char *format = weir_request_get(request, "format", 0);
    const char *match = NULL;
    int64_t start_ns = read_time(request, "start", INT64_MIN);
    int rc = 0;

    job->format = reader_format_of(format ? format : "openmetrics");
    job->extract.after_ns = start_ns - (start_ns > INT64_MIN);
    job->extract.until_ns = read_time(request, "end", INT64_MAX);
    for (size_t i = 0;
         rc == 0 && (match = weir_request_get(request, "match", i)); i++)
        rc = extract_select(&job->extract, match);
    return job->format == READER_ANY ? -EINVAL : rc;
}

static struct export_job *
new_job(struct tsdb *tsdb, const struct transfer_exports *exports)
{
    struct export_job *job = xcalloc(1, sizeof(*job));

    job->tsdb = tsdb;
    job->stopping = &exports->stopping;
    job->extract.arg = job;
    job->extract.series = take_series;
    job->extract.samples = take_samples;
    return job;
}

static void
start(struct transfer_exports *self, struct export_job *job)
{
    if (job->format == READER_CSV)
        job->extract.names = take_names;
    int rc = pthread_create(&job->thread, NULL, export_main, job);
    if (rc != 0) {
        transfer_say(&job->request, 503, "cannot start: %s", strerror(rc));
        free_job(job);
        return;
    }
    job->next = self->jobs;
    self->jobs = job;
}

void
transfer_export(struct tsdb *tsdb, struct transfer_exports *self,
                struct weir_request *request)
{
    if (tidy(self, false) >= JOBS_MOST) {
        transfer_say(&request, 503, "%d exports run already; try again",
                     JOBS_MOST);
        return;
    }
    struct export_job *job = new_job(tsdb, self);
    if (read_wish(job, request) < 0) {
        transfer_say(&request, 400, "%s",
                     *job->extract.why ? job->extract.why
                                       : "there is no such format");
        free_job(job);
        return;
    }
    job->request = request;
    start(self, job);
}
