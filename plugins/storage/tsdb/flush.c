/* flush.c - moves what the head has into a part, and lets old parts go */
#include <config.h>

#include "flush.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "spread.h"
#include "tsdb.h"

enum {
    HANDFUL = 64,
    CHANGE_MOST = 8192,  /* series */
    META_MOST = 1 << 20, /* bytes by which a change lets the catalog grow */
    META_SERIES = 1024,  /* and for each new series, generously */
};

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
write_series(const struct flush *self, struct spread *spread)
{
    struct samples samples = {0};
    int rc = 0;

    for (uint32_t i = 1; rc == 0 && i <= self->series; i++) {
        const struct weir_series *series =
            copy_frozen(&self->tsdb->head, i, &samples);
        if (series)
            rc = spread_add(spread, i, series, &samples);
    }
    samples_fini(&samples);
    return rc;
}

/* Writes what is frozen into parts, none when nothing is. */
static int
write_parts(const struct flush *self, struct spread *spread)
{
    int rc = 0;

    do {
        rc = write_series(self, spread);
        if (rc == 0)
            rc = spread_turn(spread);
    } while (rc > 0);
    return rc;
}

static bool
is_kept(const void *arg, const struct parts_item *item)
{
    const int64_t *oldest_ns = arg;

    return part_info(item->part)->until_ns >= *oldest_ns;
}

static void
put_catalog(const struct flush *self, uint32_t until)
{
    struct head *head = &self->tsdb->head;

    for (uint32_t i = self->known + 1; i <= until; i++) {
        (void)pthread_rwlock_rdlock(&head->lock);
        const struct head_series *series = head_at(head, i);
        (void)pthread_rwlock_unlock(&head->lock);
        if (series)
            meta_put_series(self->tsdb->meta, i, &series->series);
    }
}

/* Where very many series are new, most of them go into changes of their own:
 * what changes at once lies in memory, which LMDB keeps. */
static int
put_most_of_catalog(struct flush *self)
{
    struct tsdb *tsdb = self->tsdb;
    int rc = 0;

    while (rc == 0 && self->series - self->known > CHANGE_MOST) {
        uint32_t until = self->known + CHANGE_MOST;
        manifest_begin(tsdb);
        leave_put(tsdb);
        put_catalog(self, until);
        struct parts *same = parts_hold(tsdb->parts);
        rc = manifest_end(tsdb, &same, 0);
        if (rc == 0)
            self->known = until;
    }
    return rc;
}

/* The parts that are too old go on the way. */
static int
commit(struct flush *self, struct spread *spread)
{
    struct tsdb *tsdb = self->tsdb;
    int64_t oldest_ns = tsdb_oldest_ns(tsdb);
    uint64_t fresh = self->series - self->known;

    int rc = spread_claim(spread, META_MOST + fresh * META_SERIES);
    if (rc == 0)
        rc = put_most_of_catalog(self);
    if (rc < 0)
        return rc;
    manifest_begin(tsdb);
    leave_put(tsdb);
    put_catalog(self, self->series);
    meta_put_marks(tsdb->meta, &self->marks);
    struct parts *next = parts_only(tsdb->parts, is_kept, &oldest_ns);
    next = spread_take(spread, &next);
    rc = manifest_end(tsdb, &next, self->lsn);
    if (rc < 0) {
        spread_drop(spread);
        return rc;
    }
    self->known = self->series;
    return 0;
}

/* From here on readers find in parts what the head had: they look at the head
 * first, so for a while they may find it twice, but never not at all. */
static void
drop_frozen(struct flush *self)
{
    struct head *head = &self->tsdb->head;

    for (uint32_t from = 1; from <= self->series; from += HANDFUL) {
        uint32_t until = from + HANDFUL - 1;
        (void)pthread_rwlock_wrlock(&head->lock);
        head_drop(head, from, until < self->series ? until : self->series);
        (void)pthread_rwlock_unlock(&head->lock);
    }
    head_dropped(head);
}

static int
flush(struct flush *self)
{
    struct tsdb *tsdb = self->tsdb;
    struct part_origin origin = {
        .first_lsn = tsdb->manifest.state.checkpoint_lsn,
        .last_lsn = self->lsn - 1,
    };

    head_settle(&tsdb->head);
    memcpy(origin.store, tsdb->home.store, sizeof(origin.store));
    weir_cleanup(spread_destroy) struct spread *spread =
        spread_new(tsdb, &origin);
    int rc = write_parts(self, spread);
    if (rc == 0)
        rc = commit(self, spread);
    if (rc < 0)
        return rc;
    drop_frozen(self);
    wal_release(tsdb->wal, self->lsn);
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
    if (self->rc == 0) {
        self->frozen = false;
        leave_committed(self->tsdb);
    }
    return self->rc;
}

void
flush_fini(struct flush *self)
{
    (void)flush_end(self);
    marks_fini(&self->marks);
}
