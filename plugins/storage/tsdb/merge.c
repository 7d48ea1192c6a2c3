/* merge.c - what several parts have, series by series, into one */
#include <config.h>

#include "merge.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cell.h"
#include "times.h"

_Static_assert((int)CELL_MOST <= (int)TIMES_MOST &&
                   (int)CELL_MOST <= (int)CODEC_MOST,
               "a chunk can be written");

/* A part being read. */
struct lane {
    struct part_cursor *cursor;
    bool ended;
    struct part_chunk chunk; /* the next one; not when 'ended' */
    bool loaded;             /* these are its samples */
    const int64_t *times_ns; /* [count] */
    const double *values;    /* [count] */
    uint32_t at, count;      /* the next one */
};

struct merger {
    const struct merge *merge;
    struct lane *lanes; /* [merge->count] */
    uint32_t bad;       /* the lane that failed */
    uint32_t series;
    bool begun;     /* the writer knows of the series */
    uint64_t bytes; /* not yet told */

    /* Samples that are not yet written, in order. */
    int64_t times_ns[CELL_MOST];
    double values[CELL_MOST];
    size_t count;
};

/* Reading ------------------------------------------------------------------ */

/* Goes to the next chunk of the lane that has samples that are wanted. */
static int
next_chunk(struct merger *self, struct lane *lane)
{
    int rc = 0;

    lane->loaded = false;
    do
        rc = part_cursor_next(lane->cursor, &lane->chunk);
    while (rc == 0 && lane->chunk.until_ns < self->merge->oldest_ns);
    lane->ended = rc == -ENODATA;
    if (rc == 0)
        self->bytes += lane->chunk.size;
    if (rc < 0 && !lane->ended)
        self->bad = (uint32_t)(lane - self->lanes);
    return lane->ended ? 0 : rc;
}

static int
load(struct merger *self, struct lane *lane)
{
    if (lane->loaded)
        return 0;
    int rc = part_cursor_load(lane->cursor, &lane->chunk, &lane->times_ns,
                              &lane->values);
    if (rc < 0) {
        self->bad = (uint32_t)(lane - self->lanes);
        return rc;
    }
    lane->loaded = true;
    lane->count = lane->chunk.count;
    for (lane->at = 0; lane->times_ns[lane->at] < self->merge->oldest_ns;)
        lane->at++;
    return 0;
}

/* Says whether the lane has more of the series. */
static bool
has_more(const struct merger *self, const struct lane *lane)
{
    return !lane->ended && lane->chunk.series == self->series;
}

/* The time of the lane's next sample; or, of a chunk that is not loaded, one
 * that is not after it. */
static int64_t
next_ns(const struct lane *lane)
{
    return lane->loaded ? lane->times_ns[lane->at] : lane->chunk.from_ns;
}

/* Writing ------------------------------------------------------------------ */

static int
begin_series(struct merger *self)
{
    const struct merge *merge = self->merge;

    if (self->begun)
        return 0;
    const struct weir_series *series = merge->series(merge->arg, self->series);
    if (!series)
        return -ENOENT;
    part_writer_series(merge->writer, self->series, series);
    self->begun = true;
    return 0;
}

static int
write_chunk(struct merger *self, const struct part_encoded *encoded)
{
    const struct merge *merge = self->merge;

    int rc = begin_series(self);
    if (rc == 0)
        rc = part_writer_add_encoded(merge->writer, encoded);
    if (rc == 0)
        rc = merge->step(merge->arg, self->bytes + encoded->size);
    self->bytes = 0;
    return rc;
}

/* Writes the first of the samples as a chunk. */
static int
write_some(struct merger *self)
{
    unsigned char bytes[CODEC_ROOM];
    size_t count = cell_count(self->times_ns, self->count);
    const struct part_encoded encoded = {
        .times_ns = self->times_ns,
        .count = count,
        .bytes = bytes,
        .size = codec_encode(self->values, count, bytes),
        .summary = codec_summarise(self->values, count),
    };

    int rc = write_chunk(self, &encoded);
    self->count -= count;
    memmove(self->times_ns, self->times_ns + count,
            self->count * sizeof(self->times_ns[0]));
    memmove(self->values, self->values + count,
            self->count * sizeof(self->values[0]));
    return rc;
}

static int
write_all(struct merger *self)
{
    int rc = 0;

    while (rc == 0 && self->count)
        rc = write_some(self);
    return rc;
}

static int
put(struct merger *self, const int64_t *times_ns, const double *values,
    size_t count)
{
    int rc = 0;

    while (rc == 0 && count) {
        size_t room = CELL_MOST - self->count;
        size_t width = count < room ? count : room;
        memcpy(self->times_ns + self->count, times_ns,
               width * sizeof(*times_ns));
        memcpy(self->values + self->count, values, width * sizeof(*values));
        self->count += width;
        times_ns += width;
        values += width;
        count -= width;
        if (self->count == CELL_MOST)
            rc = write_some(self);
    }
    return rc;
}

/* Merging ------------------------------------------------------------------ */

/* Returns the lane whose next sample is the first; of equal ones the last
 * lane.  Sets the time of the first one of all others, INT64_MAX: none. */
static struct lane *
first_lane(struct merger *self, int64_t *ret_others_ns)
{
    struct lane *first = NULL;
    int64_t first_ns = INT64_MAX, others_ns = INT64_MAX;

    for (uint32_t i = 0; i < self->merge->count; i++) {
        struct lane *lane = &self->lanes[i];
        if (!has_more(self, lane))
            continue;
        int64_t time_ns = next_ns(lane);
        if (!first || time_ns <= first_ns) {
            others_ns = first ? first_ns : others_ns;
            first = lane;
            first_ns = time_ns;
        } else if (time_ns < others_ns)
            others_ns = time_ns;
    }
    *ret_others_ns = others_ns;
    return first;
}

/* Passes over samples of the lane. */
static int
pass(struct merger *self, struct lane *lane, uint32_t count)
{
    lane->at += count;
    return lane->at < lane->count ? 0 : next_chunk(self, lane);
}

/* Passes over the sample at this time in the lanes before 'last'. */
static int
pass_older(struct merger *self, const struct lane *last, int64_t time_ns)
{
    int rc = 0;

    for (struct lane *lane = self->lanes; rc == 0 && lane < last; lane++)
        if (has_more(self, lane) && next_ns(lane) == time_ns) {
            rc = load(self, lane);
            if (rc == 0 && next_ns(lane) == time_ns)
                rc = pass(self, lane, 1);
        }
    return rc;
}

/* Takes what the lane has before the others. */
static int
take_samples(struct merger *self, struct lane *lane, int64_t others_ns)
{
    uint32_t count = 0, left = lane->count - lane->at;
    const int64_t *times_ns = lane->times_ns + lane->at;
    const double *values = lane->values + lane->at;
    int rc = 0;

    if (times_ns[0] == others_ns) {
        rc = put(self, times_ns, values, count = 1);
        if (rc == 0)
            rc = pass_older(self, lane, others_ns);
    } else {
        while (count < left && times_ns[count] < others_ns)
            count++;
        rc = put(self, times_ns, values, count);
    }
    return rc < 0 ? rc : pass(self, lane, count);
}

/* Says whether the lane's next chunk can be taken over as it is. */
static bool
is_whole(const struct merger *self, const struct lane *lane, int64_t others_ns)
{
    const struct part_chunk *chunk = &lane->chunk;

    return !lane->loaded && chunk->count >= MERGE_WHOLE &&
           chunk->until_ns < others_ns &&
           chunk->from_ns >= self->merge->oldest_ns &&
           (self->count == 0 || self->count >= CELL_LEAST);
}

static int
take_whole(struct merger *self, struct lane *lane)
{
    struct part_encoded encoded;

    int rc = write_all(self);
    if (rc < 0)
        return rc;
    rc = part_cursor_lend(lane->cursor, &lane->chunk, &encoded);
    if (rc < 0) {
        self->bad = (uint32_t)(lane - self->lanes);
        return rc;
    }
    rc = write_chunk(self, &encoded);
    return rc < 0 ? rc : next_chunk(self, lane);
}

static int
merge_series(struct merger *self)
{
    int64_t others_ns = INT64_MAX;
    struct lane *lane = NULL;
    int rc = 0;

    self->begun = false;
    while (rc == 0 && (lane = first_lane(self, &others_ns))) {
        if (is_whole(self, lane, others_ns)) {
            rc = take_whole(self, lane);
            continue;
        }
        bool was_loaded = lane->loaded;
        rc = load(self, lane);
        if (rc == 0 && was_loaded) /* else it may not be the first */
            rc = take_samples(self, lane, others_ns);
    }
    return rc < 0 ? rc : write_all(self);
}

/* Finds the lowest series that a lane has.  Returns whether there is one. */
static bool
find_series(struct merger *self)
{
    bool found = false;

    for (uint32_t i = 0; i < self->merge->count; i++) {
        const struct lane *lane = &self->lanes[i];
        if (lane->ended || (found && lane->chunk.series >= self->series))
            continue;
        self->series = lane->chunk.series;
        found = true;
    }
    return found;
}

static int
merge_all(struct merger *self)
{
    int rc = 0;

    for (uint32_t i = 0; rc == 0 && i < self->merge->count; i++) {
        self->lanes[i].cursor = part_cursor_new(self->merge->parts[i]);
        rc = next_chunk(self, &self->lanes[i]);
    }
    while (rc == 0 && find_series(self))
        rc = merge_series(self);
    return rc;
}

int
merge_run(const struct merge *merge, uint32_t *reterr_part)
{
    weir_cleanup(weir_free) struct merger *self = xcalloc(1, sizeof(*self));

    self->merge = merge;
    self->bad = merge->count;
    self->lanes = xcalloc(merge->count, sizeof(*self->lanes));
    int rc = merge_all(self);
    if (rc < 0)
        *reterr_part = self->bad;
    for (uint32_t i = 0; i < merge->count; i++)
        part_cursor_destroy(&self->lanes[i].cursor);
    free(self->lanes);
    return rc;
}
