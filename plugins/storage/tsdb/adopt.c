/* adopt.c - lets the samples of a part from outside count in the store */
#include <config.h>

#include "adopt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include <weir/cleanup.h>

#include "adopt_inner.h"
#include "base.h"
#include "cap.h"
#include "clock.h"
#include "series.h"
#include "timetext.h"
#include "tsdb.h"

enum {
    META_SERIES = 1024, /* bytes that a new series takes, generously */
    GROWS = 2,          /* so many times the part's size is asked for */
};

int
adopt_fail(struct adopt *self, int rc, const char *format, ...)
{
    va_list arguments;

    if (self->why[0])
        return rc;
    va_start(arguments, format);
    (void)vsnprintf(self->why, sizeof(self->why), format, arguments);
    va_end(arguments);
    return rc;
}

/* What is refused ---------------------------------------------------------- */

static int
check_times(struct adopt *self)
{
    const struct tsdb *tsdb = self->tsdb;
    const struct part_info *info = part_info(self->part);
    int64_t oldest_ns = tsdb_oldest_ns(tsdb);
    char date[TIMETEXT_SIZE], limit[TIMETEXT_SIZE];

    (void)timetext_write_date(info->from_ns, date);
    (void)timetext_write_date(oldest_ns, limit);
    if (info->from_ns < oldest_ns)
        return adopt_fail(
            self, -ERANGE,
            "the oldest sample is of %s, and retention keeps only what "
            "came after %s",
            date, limit);
    (void)timetext_write_date(info->until_ns, date);
    if (tsdb->future.ns && info->until_ns > clock_wall_ns() + tsdb->future.ns)
        return adopt_fail(
            self, -ERANGE,
            "the newest sample is of %s, further ahead than future "
            "allows",
            date);
    return 0;
}

static int
check_size(struct adopt *self)
{
    uint64_t bytes = GROWS * part_info(self->part)->size +
                     self->fresh_count * (uint64_t)META_SERIES;

    if (cap_fits(self->tsdb, bytes))
        return 0;
    return adopt_fail(
        self, -ENOSPC,
        "the store would grow beyond its size, and lose its oldest "
        "samples: this needs %" PRIu64 " MiB",
        bytes >> 20);
}

/* Series ------------------------------------------------------------------- */

static void
add(struct adopt *self, struct adopt_series series)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 1024;
        self->series =
            xrealloc(self->series, self->room, sizeof(*self->series));
    }
    self->series[self->count++] = series;
}

static int
take_series(void *arg, uint32_t there, const struct weir_series *series)
{
    struct adopt *self = arg;
    struct tsdb *tsdb = self->tsdb;
    if (!series_valid(series))
        return -EBADMSG;
    uint32_t here = head_find(&tsdb->head, series);
    if (here) {
        add(self, (struct adopt_series){there, here, false});
        return 0;
    }
    enum limit limit = limits_check(tsdb, series);
    if (limit != LIMITS)
        return adopt_fail(
            self, -EDQUOT,
            "there are more series than %s allows, from %.80s%.20s on",
            limits_name(limit), series->metric->name, series->suffix);
    (void)pthread_rwlock_wrlock(&tsdb->head.lock);
    here = head_take_in(&tsdb->head, series, 0);
    (void)pthread_rwlock_unlock(&tsdb->head.lock);
    add(self, (struct adopt_series){there, here, true});
    self->fresh_count++;
    return 0;
}

static int
compare_series(const void *left, const void *right)
{
    const struct adopt_series *a = left, *b = right;

    return (a->here > b->here) - (a->here < b->here);
}

/* The log need not be told of series that have left. */
static void
forget_fresh(struct tsdb *tsdb)
{
    size_t kept = 0;

    for (size_t i = 0; i < tsdb->fresh_count; i++)
        if (head_at(&tsdb->head, tsdb->fresh[i]))
            tsdb->fresh[kept++] = tsdb->fresh[i];
    tsdb->fresh_count = kept;
}

/* It is as if the new ones had never come, unless they got samples in another
 * way: those are in the head still, as long as that was not flushed. */
static void
give_back(struct adopt *self)
{
    struct tsdb *tsdb = self->tsdb;
    struct head *head = &tsdb->head;

    if (self->committed || self->epoch != head->epoch)
        return;
    (void)pthread_rwlock_wrlock(&head->lock);
    for (uint32_t i = 0; i < self->count; i++) {
        uint32_t number = self->series[i].here;
        if (self->series[i].fresh &&
            !head_touches(head_at(head, number), INT64_MIN, INT64_MAX))
            head_leave(head, number);
    }
    (void)pthread_rwlock_unlock(&head->lock);
    forget_fresh(tsdb);
}

/* Whoever imports may be as fast as he can. */
static int
take_all_series(struct adopt *self)
{
    struct tsdb *tsdb = self->tsdb;
    int64_t rate = tsdb->series_rate;

    tsdb->series_rate = 0;
    int rc = part_series(self->part, take_series, self);
    tsdb->series_rate = rate;
    if (rc < 0)
        return rc;
    qsort(self->series, self->count, sizeof(*self->series), compare_series);
    for (uint32_t i = 1; i < self->count; i++)
        if (self->series[i].here == self->series[i - 1].here)
            return adopt_fail(self, -EBADMSG, "a series comes twice");
    return 0;
}

/* A record of the log gives what comes in its place among all that came. */
static int
log_record(struct adopt *self)
{
    struct tsdb *tsdb = self->tsdb;
    struct part_origin *origin = &self->origin;

    *origin =
        (struct part_origin){.first_lsn = tsdb->manifest.state.checkpoint_lsn};
    memcpy(origin->store, tsdb->home.store, sizeof(origin->store));
    wal_begin(tsdb->wal);
    wal_checkpoint(tsdb->wal, origin->first_lsn);
    return wal_end(tsdb->wal, 0, &origin->last_lsn);
}

/* One of those that left may have come again with this: then the catalog must
 * not have both.  A flush that ends meanwhile drops them, too. */
static void
note_left(struct adopt *self)
{
    const struct leave *leave = &self->tsdb->leave;

    self->left = xcalloc(leave->count, sizeof(*self->left));
    if (leave->count)
        memcpy(self->left, leave->numbers, leave->count * sizeof(*self->left));
    self->left_count = leave->count;
}

int
adopt_begin(struct adopt *self, struct tsdb *tsdb, const char *path)
{
    self->tsdb = tsdb;
    self->epoch = tsdb->head.epoch;
    tsdb->adopting = true;
    note_left(self);
    int rc = part_open(tsdb->home.files, path, &self->part);
    if (rc == 0 && part_info(self->part)->origin.tier_ns)
        rc = -EBADMSG;
    if (rc == 0)
        rc = check_times(self);
    if (rc == 0)
        rc = take_all_series(self);
    if (rc == 0)
        rc = check_size(self);
    if (rc == 0)
        rc = log_record(self);
    if (rc < 0)
        return adopt_fail(self, rc, "%s",
                          rc == -EBADMSG ? "what was staged is damaged"
                                         : strerror(-rc));
    for (uint32_t i = 0; i < self->count; i++)
        if (self->series[i].fresh)
            tsdb_note_fresh(tsdb, self->series[i].here);
    return 0;
}

void
adopt_fini(struct adopt *self)
{
    give_back(self);
    part_destroy(&self->part);
    free(self->series);
    free(self->left);
    self->series = NULL;
    self->left = NULL;
    self->tsdb->adopting = false;
}

/* Both --------------------------------------------------------------------- */

int
adopt_now(struct adopt *self, struct tsdb *tsdb, const char *path)
{
    flush_start(&tsdb->flush);
    int rc = flush_end(&tsdb->flush);
    if (rc < 0) {
        self->tsdb = tsdb;
        return adopt_fail(self, rc,
                          "cannot move what is in the log into parts: %s",
                          strerror(-rc));
    }
    rc = adopt_begin(self, tsdb, path);
    if (rc == 0)
        rc = adopt_write(self);
    adopt_fini(self);
    return rc;
}
