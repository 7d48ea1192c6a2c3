/* fold.c - what parts and head have of a series, in order of time */
#include <config.h>

#include "fold.h"

#include <errno.h>
#include <stdlib.h>

#include "base.h"

void
fold_fini(struct fold *self)
{
    free(self->chunks);
    samples_fini(&self->mixed);
    *self = (struct fold){.damaged = self->damaged, .arg = self->arg};
}

void
fold_add(struct fold *self, struct part_cursor *cursor, const struct part *part,
         uint32_t id, struct samples_range range)
{
    struct fold_chunk one = {.part = part};
    int rc = 0;

    if (self->count)
        one.turn = self->chunks[self->count - 1].turn + 1;
    part_cursor_turn(cursor, part);
    part_cursor_seek(cursor, id, range.after_ns, range.until_ns);
    while ((rc = part_cursor_next(cursor, &one.chunk)) == 0) {
        if (self->count == self->room) {
            self->room = self->room ? 2 * self->room : 256;
            self->chunks =
                xrealloc(self->chunks, self->room, sizeof(*self->chunks));
        }
        self->chunks[self->count++] = one;
    }
    if (rc != -ENODATA)
        self->damaged(self->arg, part, NULL, rc);
}

static int
compare_times(const void *left, const void *right)
{
    const struct fold_chunk *a = left, *b = right;

    return (a->chunk.from_ns > b->chunk.from_ns) -
           (a->chunk.from_ns < b->chunk.from_ns);
}

static int
compare_turns(const void *left, const void *right)
{
    const struct fold_chunk *a = left, *b = right;

    return (a->turn > b->turn) - (a->turn < b->turn);
}

/* Mostly they are in order. */
static void
sort_chunks(struct fold *self)
{
    for (size_t i = 1; i < self->count; i++)
        if (self->chunks[i].chunk.from_ns < self->chunks[i - 1].chunk.from_ns) {
            qsort(self->chunks, self->count, sizeof(*self->chunks),
                  compare_times);
            return;
        }
}

/* Returns how many chunks from 'first' on overlap; the time of the last sample
 * of them in '*ret_until_ns'. */
static size_t
count_overlapping(const struct fold *self, size_t first, int64_t *ret_until_ns)
{
    int64_t until_ns = self->chunks[first].chunk.until_ns;
    size_t next = first + 1;

    for (; next < self->count; next++) {
        const struct part_chunk *chunk = &self->chunks[next].chunk;
        if (chunk->from_ns > until_ns)
            break;
        if (chunk->until_ns > until_ns)
            until_ns = chunk->until_ns;
    }
    *ret_until_ns = until_ns;
    return next - first;
}

/* Returns the next late sample that is after 'until_ns'. */
static size_t
skip_late(const struct samples *late, size_t next, int64_t until_ns)
{
    while (next < late->count && late->times_ns[next] <= until_ns)
        next++;
    return next;
}

/* What is read, and what becomes of it.  'load' and 'take' return 0 or a
 * negative errno; that of 'take' ends the run. */
struct job {
    struct part_cursor *cursor;
    const struct samples *late;
    void *arg; /* of the functions */
    /* Says whether what is known of the chunk was enough; or NULL. */
    bool (*summary)(void *arg, const struct part_chunk *chunk);
    int (*load)(void *arg, struct part_cursor *cursor,
                const struct part_chunk *chunk, struct span *ret_span);
    fold_take *take;
};

/* Takes a chunk that is alone in its time. */
static int
take_chunk(const struct fold *self, const struct fold_chunk *one,
           const struct job *job)
{
    const struct part_chunk *chunk = &one->chunk;
    struct span span;

    if (job->summary && job->summary(job->arg, chunk))
        return 0;
    part_cursor_turn(job->cursor, one->part);
    int rc = job->load(job->arg, job->cursor, chunk, &span);
    if (rc == 0)
        return span.count ? job->take(job->arg, &span) : 0;
    self->damaged(self->arg, one->part, chunk, rc);
    return 0;
}

/* Puts chunks that overlap together; leaves 'mixed' to be added to. */
static void
mix_chunks(struct fold *self, struct part_cursor *cursor, size_t first,
           size_t count)
{
    const struct samples_range any = {INT64_MIN, INT64_MAX};

    qsort(self->chunks + first, count, sizeof(*self->chunks), compare_turns);
    self->mixed.count = 0;
    for (size_t i = first; i < first + count; i++) {
        const struct fold_chunk *one = &self->chunks[i];
        const int64_t *times_ns = NULL;
        const double *values = NULL;
        part_cursor_turn(cursor, one->part);
        int rc = part_cursor_load(cursor, &one->chunk, &times_ns, &values);
        if (rc < 0)
            self->damaged(self->arg, one->part, &one->chunk, rc);
        else
            samples_add_sorted(&self->mixed, times_ns, values, one->chunk.count,
                               any);
    }
}

static int
take_samples(const struct samples *samples, size_t from, size_t until,
             const struct job *job)
{
    const struct span span = {
        .count = until - from,
        .times_ns = samples->times_ns + from,
        .values = samples->values + from,
        .divisor = 1,
    };

    return from < until ? job->take(job->arg, &span) : 0;
}

/* Takes 'count' chunks from the one at 'first' on, which overlap, and the late
 * samples in the same time. */
static int
take_mixed(struct fold *self, const struct job *job, size_t first, size_t count,
           const struct samples *late)
{
    const struct samples_range any = {INT64_MIN, INT64_MAX};

    mix_chunks(self, job->cursor, first, count);
    samples_add_sorted(&self->mixed, late->times_ns, late->values, late->count,
                       any);
    samples_tidy(&self->mixed);
    return take_samples(&self->mixed, 0, self->mixed.count, job);
}

static int
run(struct fold *self, const struct job *job)
{
    const struct samples *late = job->late;
    size_t next_late = 0, count = 0;
    int rc = 0;

    sort_chunks(self);
    for (size_t i = 0; rc == 0 && i < self->count; i += count) {
        int64_t until_ns = 0, from_ns = self->chunks[i].chunk.from_ns;
        count = count_overlapping(self, i, &until_ns);
        size_t first = skip_late(late, next_late, from_ns - 1);
        rc = take_samples(late, next_late, first, job);
        next_late = skip_late(late, first, until_ns);
        if (rc < 0)
            break;
        const struct samples within = {.times_ns = late->times_ns + first,
                                       .values = late->values + first,
                                       .count = next_late - first};
        rc = count == 1 && within.count == 0
                 ? take_chunk(self, &self->chunks[i], job)
                 : take_mixed(self, job, i, count, &within);
    }
    self->count = 0;
    return rc < 0 ? rc : take_samples(late, next_late, late->count, job);
}

/* Of a chunk at an end of the range the others are not worth spelling out. */
static int
load_samples(void *arg, struct part_cursor *cursor,
             const struct part_chunk *chunk, struct span *ret_span)
{
    const struct fold_wish *wish = arg;

    int rc = part_cursor_load_span(cursor, chunk, ret_span);
    if (rc < 0)
        return rc;
    size_t first = span_after(ret_span, 0, wish->range.after_ns);
    size_t end = span_after(ret_span, first, wish->range.until_ns);
    part_cursor_spell(cursor, ret_span, first, end);
    return 0;
}

static int
take_wished(void *arg, const struct span *span)
{
    const struct fold_wish *wish = arg;

    return wish->take(wish->arg, span);
}

int
fold_samples(struct fold *self, struct part_cursor *cursor,
             const struct samples *late, const struct fold_wish *wish)
{
    struct fold_wish own = *wish;
    const struct job job = {.cursor = cursor,
                            .late = late,
                            .arg = &own,
                            .load = load_samples,
                            .take = take_wished};

    return run(self, &job);
}

static bool
summary_to_steps(void *arg, const struct part_chunk *chunk)
{
    return steps_add_summary(arg, chunk->from_ns, chunk->until_ns, chunk->count,
                             &chunk->summary);
}

static int
load_for_steps(void *arg, struct part_cursor *cursor,
               const struct part_chunk *chunk, struct span *ret_span)
{
    return steps_need(arg, &chunk->summary)
               ? part_cursor_load_span(cursor, chunk, ret_span)
               : part_cursor_load_level(cursor, chunk, ret_span);
}

static int
take_to_steps(void *arg, const struct span *span)
{
    steps_add(arg, span);
    return 0;
}

void
fold_steps(struct fold *self, struct part_cursor *cursor,
           const struct samples *late, struct steps *steps)
{
    const struct job job = {
        .cursor = cursor,
        .late = late,
        .arg = steps,
        .summary = summary_to_steps,
        .load = load_for_steps,
        .take = take_to_steps,
    };

    (void)run(self, &job);
}
