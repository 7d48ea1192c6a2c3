/* adopt_write.c - the parts that become of one from outside */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "adopt_inner.h"
#include "base.h"
#include "day.h"
#include "spread.h"
#include "tsdb.h"

/* Days --------------------------------------------------------------------- */

enum { PROGRESS_EVERY = 64 }; /* series */

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

/* Shows how far it is.  Returns 0, or -ECANCELED. */
static int
step(const struct copy *self, size_t done)
{
    const struct adopt *adopt = self->adopt;

    if (adopt->progress && done % PROGRESS_EVERY == 0)
        adopt->progress(adopt->arg, done, adopt->count);
    return atomic_load(&adopt->stopping) ? -ECANCELED : 0;
}

static int
copy_series(struct copy *self, const struct adopt_series *series)
{
    struct part_chunk chunk;
    int rc = 0;

    part_cursor_seek(self->cursor, series->there, self->range.after_ns,
                     self->range.until_ns);
    while (rc == 0 && (rc = part_cursor_next(self->cursor, &chunk)) == 0)
        rc = copy_chunk(self, &chunk, series->here);
    return rc == -ENODATA ? 0 : rc;
}

static int
copy_by_series(struct copy *self)
{
    int rc = 0;

    for (uint32_t i = 0; rc == 0 && i < self->adopt->count; i++) {
        rc = step(self, i);
        if (rc == 0)
            rc = copy_series(self, &self->adopt->series[i]);
    }
    return rc;
}

/* The series stand in the part in the order that they have here, so that none
 * need be looked for. */
static int
copy_in_order(struct copy *self)
{
    const struct adopt_series *series = self->adopt->series;
    struct part_chunk chunk;
    int rc = 0;

    part_cursor_rewind(self->cursor);
    while (rc == 0 && (rc = part_cursor_next(self->cursor, &chunk)) == 0) {
        while (series->there != chunk.series)
            series++;
        rc = step(self, (size_t)(series - self->adopt->series));
        if (rc == 0 && chunk.until_ns > self->range.after_ns &&
            chunk.from_ns <= self->range.until_ns)
            rc = copy_chunk(self, &chunk, series->here);
    }
    return rc == -ENODATA ? 0 : rc;
}

static bool
is_in_order(const struct adopt *adopt)
{
    for (uint32_t i = 1; i < adopt->count; i++)
        if (adopt->series[i].there < adopt->series[i - 1].there)
            return false;
    return true;
}

static int
copy_range(struct copy *self)
{
    int rc =
        is_in_order(self->adopt) ? copy_in_order(self) : copy_by_series(self);

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
    for (size_t i = 0; i < self->left_count; i++)
        meta_drop_series(tsdb->meta, self->left[i]);
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
    self->committed = rc == 0;
    return rc < 0 ? adopt_fail(self, rc, "%s", strerror(-rc)) : 0;
}
