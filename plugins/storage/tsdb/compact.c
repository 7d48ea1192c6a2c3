/* compact.c - merges parts to fewer and larger ones */
#include <config.h>

#include "compact.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cap.h"
#include "clock.h"
#include "merge.h"
#include "tsdb.h"

enum {
    FAN = 24,
    NICE = 10,
    SIZE_SHARE = 8, /* one in so many bytes of the store is merged at once */
    CLAIM_MORE = 1 << 19, /* bytes: a chunk, and a change of the manifest */
};

static const int64_t nap_least_ns = 5 * NS_PER_MS;

/* Between looks when nothing was to be done, and after a failure. */
static const int64_t look_ns = 60 * NS_PER_S;

void
compact_init(struct compact *self, struct tsdb *tsdb)
{
    pthread_condattr_t clock;

    *self = (struct compact){.tsdb = tsdb, .rules = {.fan = FAN}};
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->wake, &clock);
    (void)pthread_condattr_destroy(&clock);
}

/* The job ------------------------------------------------------------------ */

static const struct weir_series *
find_series(void *arg, uint32_t id)
{
    const struct compact *self = arg;
    struct head *head = &self->tsdb->head;

    (void)pthread_rwlock_rdlock(&head->lock);
    const struct head_series *series = head_at(head, id);
    (void)pthread_rwlock_unlock(&head->lock);
    return series ? &series->series : NULL;
}

/* Waits for as long as the bytes may take.  Returns 0, or -ECANCELED. */
static int
step(void *arg, uint64_t bytes)
{
    struct compact *self = arg;
    uint64_t rate = self->tsdb->compact_rate.bytes;
    int64_t now_ns = clock_now_ns();

    int rc = cap_claim(self->tsdb, &self->claim,
                       part_writer_size(self->writer) + CLAIM_MORE);
    if (rc < 0)
        return rc;
    if (rate) {
        self->due_ns = self->due_ns > now_ns ? self->due_ns : now_ns;
        self->due_ns +=
            (int64_t)((double)bytes * (double)NS_PER_S / (double)rate);
    }
    (void)pthread_mutex_lock(&self->lock);
    while (!self->stopping && self->due_ns - now_ns > nap_least_ns) {
        const struct timespec due = {self->due_ns / NS_PER_S,
                                     self->due_ns % NS_PER_S};
        (void)pthread_cond_timedwait(&self->wake, &self->lock, &due);
        now_ns = clock_now_ns();
    }
    bool stopping = self->stopping;
    (void)pthread_mutex_unlock(&self->lock);
    return stopping ? -ECANCELED : 0;
}

/* What the new part comes from; its parts follow each other. */
static struct part_origin
origin_of(const struct pick_job *job)
{
    struct part_origin origin = part_info(job->items[0]->part)->origin;

    origin.level = job->level;
    origin.last_lsn =
        part_info(job->items[job->count - 1]->part)->origin.last_lsn;
    return origin;
}

static int
merge(struct compact *self, struct part_writer *writer)
{
    const struct pick_job *job = &self->job;
    uint32_t bad = job->count;
    weir_cleanup(weir_free) const struct part **parts =
        xcalloc(job->count, sizeof(*parts));
    const struct merge merge = {
        .parts = parts,
        .count = job->count,
        .oldest_ns = tsdb_oldest_ns(self->tsdb),
        .writer = writer,
        .arg = self,
        .series = find_series,
        .step = step,
    };

    for (uint32_t i = 0; i < job->count; i++)
        parts[i] = job->items[i]->part;
    int rc = merge_run(&merge, &bad);
    if (rc < 0 && bad < job->count)
        atomic_store(&job->items[bad]->damaged, true);
    return rc;
}

/* Writes and opens the part.  Returns 0, with NULL when nothing is left of the
 * samples, or -errno. */
static int
write_part(struct compact *self, uint64_t *ret_number, struct part **ret_part)
{
    weir_cleanup(part_writer_destroy) struct part_writer *writer = NULL;
    struct tsdb *tsdb = self->tsdb;
    int32_t day = self->job.items[0]->day;
    const struct part_origin origin = origin_of(&self->job);
    struct part_info info = {0};

    int rc = manifest_open_part(tsdb, day, &origin, ret_number, &writer);
    if (rc == 0)
        rc = merge(self, self->writer = writer);
    if (rc == 0)
        rc = part_writer_end(&writer, &info);
    if (rc < 0)
        return rc == -ENODATA ? 0 : rc;
    atomic_fetch_add(&self->read_bytes, self->job.bytes);
    atomic_fetch_add(&self->written_bytes, info.size);
    weir_cleanup(weir_free) char *path = tsdb_part_path(tsdb, day, *ret_number);
    rc = part_open(tsdb->home.files, path, ret_part);
    if (rc < 0)
        manifest_unlink_part(tsdb, day, *ret_number);
    return rc;
}

/* The change ----------------------------------------------------------------
 */

static bool
is_kept(const void *arg, const struct parts_item *item)
{
    const struct pick_job *job = arg;

    for (uint32_t i = 0; i < job->count; i++)
        if (job->items[i] == item)
            return false;
    return true;
}

/* Says whether all that was merged counts still: a part that has gone
 * meanwhile, for age or size, must not come back. */
static bool
all_count(const struct compact *self)
{
    for (uint32_t i = 0; i < self->job.count; i++)
        if (!parts_have(self->tsdb->parts, self->job.items[i]->number))
            return false;
    return true;
}

/* Lets the new part, if any, count for those that it was made of. */
static int
replace(struct compact *self, uint64_t number, struct part **part_p)
{
    struct tsdb *tsdb = self->tsdb;

    manifest_begin(tsdb);
    if (!all_count(self)) {
        manifest_cancel(tsdb);
        return -ECANCELED;
    }
    struct parts *next = parts_only(tsdb->parts, is_kept, &self->job);
    if (*part_p) {
        struct parts *kept = next;
        next = parts_with(kept, number, part_p);
        parts_leave(&kept);
    }
    return manifest_end(tsdb, &next, 0);
}

static int
compact(struct compact *self)
{
    weir_cleanup(part_destroy) struct part *part = NULL;
    uint64_t number = 0;

    int rc = write_part(self, &number, &part);
    if (rc < 0)
        return rc;
    bool written = part != NULL;
    rc = replace(self, number, &part);
    if (rc < 0 && written)
        manifest_unlink_part(self->tsdb, self->job.items[0]->day, number);
    if (rc == 0)
        atomic_fetch_add(&self->runs, 1);
    return rc;
}

static void *
compact_main(void *arg)
{
    struct compact *self = arg;

    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    self->rc = compact(self);
    cap_leave(self->tsdb, &self->claim);
    atomic_store(&self->done, true);
    return NULL;
}

/* The instance's own thread ------------------------------------------------ */

/* Says whether the parts are to be looked at: after a while, or when there are
 * others than those that were looked at last. */
static bool
is_due(const struct compact *self)
{
    if (clock_now_ns() - self->ended_ns >= look_ns)
        return true;
    return self->rc == 0 && self->looked != self->parts;
}

/* Finds a job; holds the parts then. */
static bool
find_job(struct compact *self)
{
    struct tsdb *tsdb = self->tsdb;

    (void)pthread_rwlock_rdlock(&tsdb->head.lock);
    self->parts = parts_hold(tsdb->parts);
    (void)pthread_rwlock_unlock(&tsdb->head.lock);
    self->rules.now_ns = clock_wall_ns();
    self->rules.bytes_most = tsdb->size.bytes / SIZE_SHARE;
    if (is_due(self)) {
        if (pick_next(&self->rules, self->parts, &self->job))
            return true;
        self->looked = self->parts;
        self->ended_ns = clock_now_ns();
    }
    parts_leave(&self->parts);
    return false;
}

static void
forget_job(struct compact *self)
{
    pick_job_fini(&self->job);
    parts_leave(&self->parts);
    self->ended_ns = clock_now_ns();
}

bool
compact_start(struct compact *self)
{
    if (self->running || self->stopping || !find_job(self))
        return self->running;
    atomic_store(&self->done, false);
    self->due_ns = 0;
    int rc = pthread_create(&self->thread, NULL, compact_main, self);
    self->running = rc == 0;
    if (rc == 0)
        return true;
    self->rc = -rc;
    forget_job(self);
    return false;
}

int
compact_end(struct compact *self)
{
    if (!self->running)
        return self->rc;
    (void)pthread_join(self->thread, NULL);
    self->running = false;
    forget_job(self);
    if (self->rc == -ECANCELED)
        self->rc = 0;
    if (self->rc < 0)
        atomic_fetch_add(&self->failures, 1);
    return self->rc;
}

void
compact_fini(struct compact *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->stopping = true;
    (void)pthread_cond_broadcast(&self->wake);
    (void)pthread_mutex_unlock(&self->lock);
    (void)compact_end(self);
    (void)pthread_cond_destroy(&self->wake);
    (void)pthread_mutex_destroy(&self->lock);
}
