/* store_load.c - questions while samples come in, and while they do not
 *
 * One thread asks, another one is the store's own and appends.  A question is
 * an hour of one series, of the last samples that were there at the beginning.
 */
#include <config.h>

#include "store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"

enum { QUESTIONS = 4000, RESTS = 3, NAME_MOST = 64 };

static const int64_t hour_ns = 3600 * NS_PER_S;
static const int64_t flush_every_ns = NS_PER_S / 4;

/* What goes on beside the questions; each besides what is before it. */
enum beside { NOTHING, APPENDS, FLUSHES, MERGES };

/* What is asked, and how long it took; one thread's. */
struct asking {
    struct subject *subject;
    const struct rows *rows;
    size_t until;    /* row */
    double *took_us; /* [count] of QUESTIONS */
    uint32_t count;  /* those from which nobody took the processor */
    uint32_t waited; /* those that slept: for a lock */
    int64_t values;
    uint64_t appended; /* samples */
    atomic_bool ended;
};

static int
ask(struct asking *self, uint32_t column)
{
    char name[NAME_MOST], host[NAME_MOST];
    int64_t until_ns = self->rows->times_ns[self->until];
    const struct weir_matcher matchers[] = {
        {"__name__", WEIR_EQUAL, name, NULL},
        {"host", WEIR_EQUAL, host, NULL},
    };
    const struct weir_select what = {
        .want = WEIR_SAMPLES,
        .matchers = matchers,
        .matcher_count = 2,
        .after_ns = until_ns - hour_ns,
        .until_ns = until_ns,
    };

    (void)snprintf(name, sizeof(name), "made_%u", column % 20);
    (void)snprintf(host, sizeof(host), "host-%u", column / 20);
    int64_t count = subject_ask(self->subject, &what);
    self->values += count > 0 ? count : 0;
    return count < 0 ? (int)count : 0;
}

/* The machine may be busy with something else: where that took the processor
 * away, the time that passed says nothing of the store. */
static void
time_question(struct asking *self, uint32_t column)
{
    struct rusage before, after;

    (void)getrusage(RUSAGE_THREAD, &before);
    int64_t begin = clock_now_ns();
    if (ask(self, column) < 0)
        abort();
    double took_us = (double)(clock_now_ns() - begin) / 1e3;
    (void)getrusage(RUSAGE_THREAD, &after);
    self->waited += after.ru_nvcsw > before.ru_nvcsw;
    if (after.ru_nivcsw == before.ru_nivcsw)
        self->took_us[self->count++] = took_us;
}

static void *
ask_all(void *arg)
{
    struct asking *self = arg;

    for (uint32_t i = 0; i < QUESTIONS; i++)
        time_question(self, i * 7 % self->rows->width);
    atomic_store(&self->ended, true);
    return NULL;
}

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static void
tell_shares(const char *when, struct asking *self)
{
    double *took = self->took_us;

    uint32_t count = self->count;
    qsort(took, count, sizeof(*took), compare);
    printf("%s_p50_us %.1f\n%s_p99_us %.1f\n%s_p999_us %.1f\n", when,
           took[count / 2], when, took[(size_t)count * 99 / 100], when,
           took[(size_t)count * 999 / 1000]);
    printf("%s_values %lld\n%s_preempted %u\n%s_waited %u\n", when,
           (long long)self->values / QUESTIONS, when, QUESTIONS - count, when,
           self->waited);
}

/* Rests three times as long as an append took of the processor. */
static void
rest(int64_t cpu_ns)
{
    int64_t pause_ns = RESTS * cpu_ns;
    const struct timespec pause = {.tv_sec = pause_ns / NS_PER_S,
                                   .tv_nsec = pause_ns % NS_PER_S};

    (void)nanosleep(&pause, NULL);
}

/* Flushes, and merges parts, when it is time; as the store's timer does. */
static int
move_parts(struct subject *subject, bool merge, int64_t *due_ns_p)
{
    struct tsdb *tsdb = subject_tsdb(subject);
    struct flush *flush = &tsdb->flush;
    struct compact *compact = &tsdb->compact;
    int rc = 0;

    if (flush->running && atomic_load(&flush->done))
        rc = flush_end(flush);
    if (merge && compact->running && atomic_load(&compact->done))
        rc = compact_end(compact);
    if (rc < 0 || clock_now_ns() < *due_ns_p)
        return rc;
    *due_ns_p = clock_now_ns() + flush_every_ns;
    flush_start(flush);
    if (merge)
        (void)compact_start(compact);
    return 0;
}

/* Appends rows again and again, later each time, until the questions end. */
static int
append_beside(struct asking *asking, struct rows *rows, enum beside beside)
{
    int64_t owed_ns = 0, due_ns = 0;
    int rc = 0;

    for (size_t row = 0; rc == 0 && !atomic_load(&asking->ended); row++) {
        int64_t begin = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
        size_t at = row % rows->count;
        rows->times_ns[at] += 10 * NS_PER_MS;
        rc = subject_append(asking->subject, rows, at, 1);
        asking->appended += rows->width;
        owed_ns += clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - begin;
        if (rc == 0 && beside >= FLUSHES)
            rc = move_parts(asking->subject, beside == MERGES, &due_ns);
        if (owed_ns > NS_PER_MS) {
            rest(owed_ns);
            owed_ns = 0;
        }
    }
    return rc;
}

/* Asks on another thread while the rest goes on. */
static int
ask_beside(struct asking *asking, struct rows *rows, enum beside beside)
{
    static const char *const names[] = {"quiet", "ingest", "flush", "merge"};
    pthread_t thread;
    int rc = 0;

    asking->values = 0;
    asking->count = asking->waited = 0;
    asking->appended = 0;
    (void)subject_worst_ns(asking->subject);
    atomic_store(&asking->ended, false);
    int64_t begin = clock_now_ns();
    if (pthread_create(&thread, NULL, ask_all, asking) != 0)
        return -EAGAIN;
    if (beside != NOTHING)
        rc = append_beside(asking, rows, beside);
    (void)pthread_join(thread, NULL);
    tell_shares(names[beside], asking);
    printf("%s_appended_per_s %.4g\n%s_append_worst_ms %.3f\n", names[beside],
           (double)asking->appended / ((double)(clock_now_ns() - begin) / 1e9),
           names[beside], (double)subject_worst_ns(asking->subject) / 1e6);
    return rc;
}

/* Copies the last rows, an hour later, to be appended. */
static struct rows *
later_rows(const struct rows *rows)
{
    struct rows *self = rows_new(rows->width, 1);

    for (uint32_t i = 0; i < rows->width; i++) {
        self->series[i] = x_or_die(strdup(rows->series[i]));
        self->values[i] = rows_at(rows, rows->count - 1)[i];
    }
    self->times_ns[0] = rows->times_ns[rows->count - 1];
    return self;
}

static int
fill(struct subject *subject, const struct rows *rows)
{
    int rc = 0;

    for (size_t row = 0; rc == 0 && row < rows->count; row++) {
        rc = subject_append(subject, rows, row, 1);
        if (rc == 0 && row % 1024 == 1023)
            rc = subject_flush(subject);
    }
    return rc;
}

int
measure_load(const struct rows *rows, const char *folder)
{
    weir_cleanup(subject_destroy) struct subject *subject = NULL;
    weir_cleanup(rows_destroy) struct rows *later = later_rows(rows);
    weir_cleanup(weir_free) double *took_us =
        xcalloc(QUESTIONS, sizeof(*took_us));
    struct asking asking = {
        .rows = rows, .until = rows->count - 1, .took_us = took_us};

    int rc = subject_open(folder, &subject);
    asking.subject = subject;
    if (rc == 0)
        rc = fill(subject, rows);
    for (enum beside beside = NOTHING; rc == 0 && beside <= MERGES; beside++)
        rc = ask_beside(&asking, later, beside);
    return rc;
}
