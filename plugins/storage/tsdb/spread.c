/* spread.c - samples of any times, written into one part a day */
#include <config.h>

#include "spread.h"

#include <weir/cleanup.h>

#include "base.h"
#include "cap.h"
#include "day.h"
#include "table.h"
#include "tsdb.h"

enum {
    SAMPLE_MOST = 24,      /* bytes, with its time */
    SERIES_MOST = 1 << 16, /* bytes of its labels, and some */
};

/* A part of a day, begun or ended. */
struct leaf {
    int32_t day;
    uint64_t number;
    struct part_writer *writer; /* NULL: ended */
    struct part *part;          /* ended; NULL: taken */
    uint32_t series;            /* the one that it got last */
};

struct spread {
    struct tsdb *tsdb;
    struct part_origin origin;
    struct leaf *leaves; /* [count]; those from 'first' on are of this round */
    uint32_t count, first;
    struct table by_day;
    bool more; /* samples of other days were met */
    uint64_t claim, ended_bytes;
};

struct spread *
spread_new(struct tsdb *tsdb, const struct part_origin *origin)
{
    struct spread *self = xcalloc(1, sizeof(*self));

    self->tsdb = tsdb;
    self->origin = *origin;
    return self;
}

void
spread_drop(struct spread *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (!self->leaves[i].writer)
            manifest_unlink_part(self->tsdb, self->leaves[i].day,
                                 self->leaves[i].number);
}

void
spread_destroy(struct spread **self_p)
{
    struct spread *self = weir_take(*self_p);

    if (!self)
        return;
    for (uint32_t i = 0; i < self->count; i++) {
        struct leaf *leaf = &self->leaves[i];
        if (leaf->part)
            manifest_unlink_part(self->tsdb, leaf->day, leaf->number);
        part_writer_destroy(&leaf->writer);
        part_destroy(&leaf->part);
    }
    cap_leave(self->tsdb, &self->claim);
    free(self->leaves);
    table_fini(&self->by_day);
    free(self);
}

static uint64_t
hash_of(int32_t day)
{
    return (uint64_t)day * UINT64_C(0x9e3779b97f4a7c15);
}

/* Returns the day's part, NULL for none yet. */
static struct leaf *
find_leaf(struct spread *self, int32_t day)
{
    uint32_t step = 0, number = 0;

    while (table_next(&self->by_day, hash_of(day), &step, &number))
        if (self->leaves[number].day == day)
            return &self->leaves[number];
    return NULL;
}

static void
file_leaf(struct spread *self)
{
    if (table_full(&self->by_day)) {
        table_reset(&self->by_day, self->count);
        for (uint32_t i = 0; i + 1 < self->count; i++)
            table_put(&self->by_day, hash_of(self->leaves[i].day), i);
    }
    table_put(&self->by_day, hash_of(self->leaves[self->count - 1].day),
              self->count - 1);
}

/* Begins the day's part.  Days that find no place in a round are met again in
 * the next one, from its first series on. */
static int
begin_leaf(struct spread *self, int32_t day, struct leaf **ret_leaf)
{
    struct leaf leaf = {.day = day};

    if (self->count - self->first == SPREAD_MOST) {
        self->more = true;
        *ret_leaf = NULL;
        return 0;
    }
    int rc = manifest_open_part(self->tsdb, day, &self->origin, &leaf.number,
                                &leaf.writer);
    if (rc < 0)
        return rc;
    self->leaves =
        xrealloc(self->leaves, self->count + 1, sizeof(*self->leaves));
    self->leaves[self->count] = leaf;
    *ret_leaf = &self->leaves[self->count++];
    file_leaf(self);
    return 0;
}

int
spread_claim(struct spread *self, uint64_t more)
{
    uint64_t bytes = self->ended_bytes + more;

    for (uint32_t i = self->first; i < self->count; i++)
        bytes += part_writer_size(self->leaves[i].writer);
    return cap_claim(self->tsdb, &self->claim, bytes);
}

static int
add_day(struct spread *self, int32_t day, uint32_t number,
        const struct weir_series *series, const struct samples *samples)
{
    struct leaf *leaf = find_leaf(self, day);
    int rc = leaf ? 0 : begin_leaf(self, day, &leaf);

    if (rc < 0 || !leaf || !leaf->writer)
        return rc;
    rc = spread_claim(self, samples->count * SAMPLE_MOST + SERIES_MOST);
    if (rc < 0)
        return rc;
    if (leaf->series != number)
        part_writer_series(leaf->writer, number, series);
    leaf->series = number;
    return part_writer_add(leaf->writer, samples->times_ns, samples->values,
                           samples->count);
}

/* Returns how many of the samples, from 'begin' on, are of the day. */
static size_t
count_of_day(const struct samples *samples, size_t begin, int32_t day)
{
    int64_t last_ns = day_last_ns(day);
    size_t end = begin;

    if (samples->times_ns[samples->count - 1] <= last_ns)
        return samples->count - begin;
    while (samples->times_ns[end] <= last_ns)
        end++;
    return end - begin;
}

int
spread_add(struct spread *self, uint32_t number,
           const struct weir_series *series, const struct samples *samples)
{
    int rc = 0;

    for (size_t at = 0, count = 0; rc == 0 && at < samples->count;
         at += count) {
        int32_t day = day_of(samples->times_ns[at]);
        count = count_of_day(samples, at, day);
        const struct samples piece = {.times_ns = samples->times_ns + at,
                                      .values = samples->values + at,
                                      .count = count};
        rc = add_day(self, day, number, series, &piece);
    }
    return rc;
}

static int
end_leaf(struct spread *self, struct leaf *leaf)
{
    weir_cleanup(weir_free) char *path =
        tsdb_part_path(self->tsdb, leaf->day, leaf->number);

    struct part_info info = {0};

    int rc = part_writer_end(&leaf->writer, &info);
    if (rc < 0)
        return rc;
    self->ended_bytes += info.size;
    rc = part_open(self->tsdb->home.files, path, &leaf->part);
    if (rc < 0)
        manifest_unlink_part(self->tsdb, leaf->day, leaf->number);
    return rc;
}

int
spread_turn(struct spread *self)
{
    bool more = self->more;
    int rc = 0;

    for (uint32_t i = self->first; rc == 0 && i < self->count; i++)
        rc = end_leaf(self, &self->leaves[i]);
    self->first = self->count;
    self->more = false;
    return rc < 0 ? rc : more;
}

struct parts *
spread_take(struct spread *self, struct parts **list_p)
{
    struct parts *list = weir_take(*list_p);

    for (uint32_t i = 0; i < self->count; i++) {
        struct leaf *leaf = &self->leaves[i];
        struct parts *next = parts_with(list, leaf->number, &leaf->part);
        parts_leave(&list);
        list = next;
    }
    return list;
}
