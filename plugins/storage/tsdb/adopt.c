/* adopt.c - lets the samples of a part from outside count in the store */
#include <config.h>

#include "adopt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cap.h"
#include "clock.h"
#include "day.h"
#include "series.h"
#include "spread.h"
#include "timetext.h"
#include "tsdb.h"

enum {
    META_SERIES = 1024, /* bytes that a new series takes, generously */
    GROWS = 2,          /* so many times the part's size is asked for */
};

struct adopt_series {
    uint32_t there, here;
    bool fresh;
};

static int __attribute__((format(printf, 3, 4)))
fail(struct adopt *self, int rc, const char *format, ...)
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
        return fail(self, -ERANGE,
                    "the oldest sample is of %s, and retention keeps only what "
                    "came after %s",
                    date, limit);
    (void)timetext_write_date(info->until_ns, date);
    if (tsdb->future.ns && info->until_ns > clock_wall_ns() + tsdb->future.ns)
        return fail(self, -ERANGE,
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
    return fail(self, -ENOSPC,
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
        return fail(self, -EDQUOT,
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

/* Nobody has met the new ones yet: it is as if they had never come. */
static void
give_back(struct adopt *self)
{
    struct tsdb *tsdb = self->tsdb;

    (void)pthread_rwlock_wrlock(&tsdb->head.lock);
    for (uint32_t i = 0; i < self->count; i++)
        if (self->series[i].fresh)
            head_leave(&tsdb->head, self->series[i].here);
    (void)pthread_rwlock_unlock(&tsdb->head.lock);
    self->count = self->fresh_count = 0;
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
            return fail(self, -EBADMSG, "a series comes twice");
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

int
adopt_begin(struct adopt *self, struct tsdb *tsdb, const char *path)
{
    *self = (struct adopt){.tsdb = tsdb};
    tsdb->adopting = true;
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
    if (rc < 0) {
        give_back(self);
        return fail(self, rc, "%s",
                    rc == -EBADMSG ? "what was staged is damaged"
                                   : strerror(-rc));
    }
    for (uint32_t i = 0; i < self->count; i++)
        if (self->series[i].fresh)
            tsdb_note_fresh(tsdb, self->series[i].here);
    return 0;
}

void
adopt_fini(struct adopt *self)
{
    part_destroy(&self->part);
    free(self->series);
    self->series = NULL;
    self->tsdb->adopting = false;
}

/* Days --------------------------------------------------------------------- */

struct days {
    roaring_bitmap_t *all; /* less the first day that there can be */
    struct part_cursor *cursor;
};

static uint32_t
place_of(int64_t time_ns)
{
    return (uint32_t)(day_of(time_ns) - day_of(INT64_MIN));
}

/* Finds the days that have samples; chunks of several days are looked into. */
static int
find_days(struct days *self)
{
    struct part_chunk chunk;
    const int64_t *times_ns = NULL;
    int rc = 0;

    part_cursor_rewind(self->cursor);
    while ((rc = part_cursor_next(self->cursor, &chunk)) == 0) {
        uint32_t first = place_of(chunk.from_ns),
                 last = place_of(chunk.until_ns);
        roaring_bitmap_add(self->all, first);
        roaring_bitmap_add(self->all, last);
        if (last - first < 2)
            continue;
        rc = part_cursor_load_times(self->cursor, &chunk, &times_ns);
        if (rc < 0)
            return rc;
        for (uint32_t i = 0; i < chunk.count; i++)
            roaring_bitmap_add(self->all, place_of(times_ns[i]));
    }
    return rc == -ENODATA ? 0 : rc;
}

/* Parts -------------------------------------------------------------------- */

static const struct weir_series *
series_at(struct head *head, uint32_t number)
{
    (void)pthread_rwlock_rdlock(&head->lock);
    const struct head_series *series = head_at(head, number);
    (void)pthread_rwlock_unlock(&head->lock);
    return &series->series;
}

/* What goes from the part into those of the store. */
struct copy {
    struct adopt *adopt;
    struct spread *spread;
    struct part_cursor *cursor;
    struct samples_range range; /* days for which one round is enough */
};

static int
copy_chunk(struct copy *self, const struct part_chunk *chunk, uint32_t here)
{
    const int64_t *times_ns = NULL;
    const double *values = NULL;
    struct samples samples = {0};

    int rc = part_cursor_load(self->cursor, chunk, &times_ns, &values);
    if (rc < 0)
        return rc;
    samples_add_within(&samples, times_ns, values, chunk->count, self->range);
    if (samples.count > 0)
        rc = spread_add(self->spread, here,
                        series_at(&self->adopt->tsdb->head, here), &samples);
    samples_fini(&samples);
    return rc;
}

static int
copy_series(struct copy *self, const struct adopt_series *series)
{
    struct part_chunk chunk;
    int rc = atomic_load(&self->adopt->stopping) ? -ECANCELED : 0;

    part_cursor_seek(self->cursor, series->there, self->range.after_ns,
                     self->range.until_ns);
    while (rc == 0 && (rc = part_cursor_next(self->cursor, &chunk)) == 0)
        rc = copy_chunk(self, &chunk, series->here);
    return rc == -ENODATA ? 0 : rc;
}

static int
copy_range(struct copy *self)
{
    int rc = 0;

    for (uint32_t i = 0; rc == 0 && i < self->adopt->count; i++)
        rc = copy_series(self, &self->adopt->series[i]);
    return rc < 0 ? rc : spread_turn(self->spread);
}

static int
write_days(struct adopt *self, struct spread *spread, struct days *days)
{
    roaring_uint32_iterator_t next;
    uint32_t places[SPREAD_MOST];
    uint32_t count = 0;
    int rc = find_days(days);

    roaring_init_iterator(days->all, &next);
    while (rc == 0 &&
           (count = roaring_read_uint32_iterator(&next, places, SPREAD_MOST))) {
        int32_t first = (int32_t)places[0] + day_of(INT64_MIN);
        int32_t last = (int32_t)places[count - 1] + day_of(INT64_MIN);
        const struct samples_range range = {
            first == day_of(INT64_MIN) ? INT64_MIN : day_begin_ns(first) - 1,
            day_last_ns(last)};
        struct copy copy = {self, spread, days->cursor, range};
        rc = copy_range(&copy);
    }
    return rc;
}

static int
write_parts(struct adopt *self, struct spread *spread)
{
    struct days days = {x_or_die(roaring_bitmap_create()),
                        part_cursor_new(self->part)};

    int rc = write_days(self, spread, &days);
    part_cursor_destroy(&days.cursor);
    roaring_bitmap_free(days.all);
    return rc;
}

/* All of it in one change, however many series are new: so none of them is
 * there without its samples. */
static int
commit(struct adopt *self, struct spread *spread)
{
    struct tsdb *tsdb = self->tsdb;

    manifest_begin(tsdb);
    leave_put(tsdb);
    for (uint32_t i = 0; i < self->count; i++)
        if (self->series[i].fresh)
            meta_put_series(tsdb->meta, self->series[i].here,
                            series_at(&tsdb->head, self->series[i].here));
    struct parts *next = parts_hold(tsdb->parts);
    next = spread_take(spread, &next);
    int rc = manifest_end(tsdb, &next, 0);
    if (rc < 0)
        spread_drop(spread);
    return rc;
}

int
adopt_write(struct adopt *self)
{
    weir_cleanup(spread_destroy) struct spread *spread =
        spread_new(self->tsdb, &self->origin);

    int rc = write_parts(self, spread);
    if (rc == 0)
        rc = commit(self, spread);
    return rc < 0 ? fail(self, rc, "%s", strerror(-rc)) : 0;
}

int
adopt_now(struct adopt *self, struct tsdb *tsdb, const char *path)
{
    flush_start(&tsdb->flush);
    int rc = flush_end(&tsdb->flush);
    if (rc < 0) {
        *self = (struct adopt){.tsdb = tsdb};
        return fail(self, rc, "cannot move what is in the log into parts: %s",
                    strerror(-rc));
    }
    rc = adopt_begin(self, tsdb, path);
    if (rc == 0)
        rc = adopt_write(self);
    adopt_fini(self);
    return rc;
}
