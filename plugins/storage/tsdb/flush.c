/* flush.c - moves what the head has into a part, and lets old parts go */
#include <config.h>

#include "flush.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "tsdb.h"

enum { HANDFUL = 64 };

/* A stream that was not heard of for so long will not come back. */
static const int64_t mark_most_ns = 7 * 86400 * NS_PER_S;

/* Copies what is frozen of the series 'number'.  Returns the series, or NULL
 * when that is nothing. */
static const struct weir_series *
copy_frozen(struct head *head, uint32_t number, struct samples *samples)
{
    const struct run *run = NULL;

    samples->count = 0;
    (void)pthread_rwlock_rdlock(&head->lock);
    const struct head_series *series = head_at(head, number);
    if (series)
        run = head_frozen(head, series);
    if (run)
        run_copy(run, INT64_MIN, INT64_MAX, samples);
    (void)pthread_rwlock_unlock(&head->lock);
    samples_tidy(samples);
    return samples->count ? &series->series : NULL;
}

static int
write_series(const struct flush *self, struct part_writer *writer)
{
    struct samples samples = {0};
    int rc = 0;

    for (uint32_t i = 1; rc == 0 && i <= self->series; i++) {
        const struct weir_series *series =
            copy_frozen(&self->tsdb->head, i, &samples);
        if (!series)
            continue;
        part_writer_series(writer, i, series);
        rc = part_writer_add(writer, samples.times_ns, samples.values,
                             samples.count);
    }
    samples_fini(&samples);
    return rc;
}

/* Writes and opens the part.  Returns 0, with NULL when nothing is frozen. */
static int
write_part(const struct flush *self, struct part **ret_part)
{
    weir_cleanup(part_writer_destroy) struct part_writer *writer = NULL;
    const struct home *home = &self->tsdb->home;
    weir_cleanup(weir_free) char *path =
        tsdb_part_path(self->tsdb, self->state.next_part);
    struct part_origin origin = {
        .first_lsn = self->state.checkpoint_lsn,
        .last_lsn = self->lsn - 1,
    };

    memcpy(origin.store, home->store, sizeof(origin.store));
    int rc = part_writer_open(home->files, path, &origin, &writer);
    if (rc == 0)
        rc = write_series(self, writer);
    if (rc == 0)
        rc = part_writer_end(&writer, NULL);
    if (rc < 0)
        return rc == -ENODATA ? 0 : rc;
    return part_open(home->files, path, ret_part);
}

/* Returns the list that counts from now on; takes the part, if any. */
static struct parts *
next_parts(const struct flush *self, struct part **part_p)
{
    struct tsdb *tsdb = self->tsdb;
    int64_t oldest_ns =
        tsdb->retention.ns ? clock_wall_ns() - tsdb->retention.ns : INT64_MIN;
    struct parts *kept = parts_since(tsdb->parts, oldest_ns);

    if (!*part_p)
        return kept;
    struct parts *list = parts_with(kept, self->state.next_part, part_p);
    parts_leave(&kept);
    return list;
}

static bool
has_part(const struct parts *parts, uint64_t number)
{
    for (uint32_t i = 0; i < parts->count; i++)
        if (parts->items[i]->number == number)
            return true;
    return false;
}

/* Calls 'each' for the parts of 'from' that 'to' has not. */
static void
each_missing(const struct parts *from, const struct parts *to,
             void (*each)(struct tsdb *tsdb, uint64_t number),
             struct tsdb *tsdb)
{
    for (uint32_t i = 0; i < from->count; i++)
        if (!has_part(to, from->items[i]->number))
            each(tsdb, from->items[i]->number);
}

static void
unlist(struct tsdb *tsdb, uint64_t number)
{
    meta_drop_part(tsdb->meta, number);
}

static void
list(struct tsdb *tsdb, uint64_t number)
{
    meta_put_part(tsdb->meta, number);
}

static void
unlink_part(struct tsdb *tsdb, uint64_t number)
{
    weir_cleanup(weir_free) char *path = tsdb_part_path(tsdb, number);

    (void)file_unlink(tsdb->home.files, path);
}

static void
put_catalog(const struct flush *self)
{
    struct head *head = &self->tsdb->head;

    for (uint32_t i = self->known + 1; i <= self->series; i++) {
        (void)pthread_rwlock_rdlock(&head->lock);
        const struct head_series *series = head_at(head, i);
        (void)pthread_rwlock_unlock(&head->lock);
        if (series)
            meta_put_series(self->tsdb->meta, i, &series->series);
    }
}

static int
commit(struct flush *self, const struct parts *next)
{
    struct tsdb *tsdb = self->tsdb;
    const struct meta_state state = {
        .checkpoint_lsn = self->lsn,
        .next_part = self->state.next_part + 1,
    };

    meta_begin(tsdb->meta);
    put_catalog(self);
    each_missing(tsdb->parts, next, unlist, tsdb);
    each_missing(next, tsdb->parts, list, tsdb);
    meta_put_marks(tsdb->meta, &self->marks);
    meta_put_state(tsdb->meta, &state);
    int rc = meta_commit(tsdb->meta);
    if (rc < 0)
        return rc;
    self->state = state;
    self->known = self->series;
    return 0;
}

/* From here on readers find in parts what the head had: they look at the head
 * first, so for a while they may find it twice, but never not at all. */
static void
publish(struct flush *self, struct parts *next)
{
    struct tsdb *tsdb = self->tsdb;
    struct head *head = &tsdb->head;

    (void)pthread_rwlock_wrlock(&head->lock);
    struct parts *before = tsdb->parts;
    tsdb->parts = next;
    (void)pthread_rwlock_unlock(&head->lock);

    for (uint32_t from = 1; from <= self->series; from += HANDFUL) {
        uint32_t until = from + HANDFUL - 1;
        (void)pthread_rwlock_wrlock(&head->lock);
        head_drop(head, from, until < self->series ? until : self->series);
        (void)pthread_rwlock_unlock(&head->lock);
    }
    (void)pthread_rwlock_wrlock(&head->lock);
    head->frozen_samples = 0;
    (void)pthread_rwlock_unlock(&head->lock);
    each_missing(before, next, unlink_part, tsdb);
    parts_leave(&before);
}

static int
flush(struct flush *self)
{
    struct part *part = NULL;

    int rc = write_part(self, &part);
    if (rc < 0)
        return rc;
    struct parts *next = next_parts(self, &part);
    rc = commit(self, next);
    if (rc < 0) {
        parts_leave(&next);
        return rc;
    }
    publish(self, next);
    wal_release(self->tsdb->wal, self->lsn);
    return 0;
}

static void *
flush_main(void *arg)
{
    struct flush *self = arg;

    self->rc = flush(self);
    atomic_store(&self->done, true);
    return NULL;
}

static void
freeze(struct flush *self)
{
    struct tsdb *tsdb = self->tsdb;

    (void)pthread_rwlock_wrlock(&tsdb->head.lock);
    head_freeze(&tsdb->head);
    (void)pthread_rwlock_unlock(&tsdb->head.lock);
    marks_expire(&tsdb->marks, clock_wall_ns() - mark_most_ns);
    marks_copy(&self->marks, &tsdb->marks);
    self->lsn = wal_next_lsn(tsdb->wal);
    self->series = tsdb->head.count;
    self->frozen = true;
}

void
flush_start(struct flush *self)
{
    if (self->running)
        return;
    if (!self->frozen)
        freeze(self);
    self->began_ns = clock_now_ns();
    atomic_store(&self->done, false);
    int rc = pthread_create(&self->thread, NULL, flush_main, self);
    self->running = rc == 0;
    if (rc != 0)
        self->rc = -rc;
}

int
flush_end(struct flush *self)
{
    if (!self->running)
        return self->rc;
    (void)pthread_join(self->thread, NULL);
    self->running = false;
    if (self->rc == 0)
        self->frozen = false;
    return self->rc;
}

void
flush_fini(struct flush *self)
{
    (void)flush_end(self);
    marks_fini(&self->marks);
}
