/* fold.c - what the store has of a series as the values of steps */
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

/* Folds a chunk that is alone in its time. */
static void
fold_chunk(const struct fold *self, const struct fold_chunk *one,
           struct part_cursor *cursor, struct steps *steps)
{
    const struct part_chunk *chunk = &one->chunk;
    struct span span;

    if (steps_add_summary(steps, chunk->from_ns, chunk->until_ns, chunk->count,
                          &chunk->summary))
        return;
    part_cursor_turn(cursor, one->part);
    int rc = steps_need(steps, &chunk->summary)
                 ? part_cursor_load_span(cursor, chunk, &span)
                 : part_cursor_load_level(cursor, chunk, &span);
    if (rc < 0)
        self->damaged(self->arg, one->part, chunk, rc);
    else
        steps_add(steps, &span);
}

/* Folds chunks that overlap; leaves 'mixed' to be added to. */
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

static void
add_samples(const struct samples *samples, size_t from, size_t until,
            struct steps *steps)
{
    const struct span span = {
        .count = until - from,
        .times_ns = samples->times_ns + from,
        .values = samples->values + from,
        .divisor = 1,
    };

    if (from < until)
        steps_add(steps, &span);
}

void
fold_run(struct fold *self, struct part_cursor *cursor,
         const struct samples *late, struct steps *steps)
{
    const struct samples_range any = {INT64_MIN, INT64_MAX};
    size_t next_late = 0, count = 0;

    sort_chunks(self);
    for (size_t i = 0; i < self->count; i += count) {
        int64_t until_ns = 0, from_ns = self->chunks[i].chunk.from_ns;
        count = count_overlapping(self, i, &until_ns);
        size_t first = skip_late(late, next_late, from_ns - 1);
        add_samples(late, next_late, first, steps);
        next_late = skip_late(late, first, until_ns);
        if (count == 1 && first == next_late) {
            fold_chunk(self, &self->chunks[i], cursor, steps);
            continue;
        }
        mix_chunks(self, cursor, i, count);
        samples_add_sorted(&self->mixed, late->times_ns + first,
                           late->values + first, next_late - first, any);
        samples_tidy(&self->mixed);
        add_samples(&self->mixed, 0, self->mixed.count, steps);
    }
    add_samples(late, next_late, late->count, steps);
    self->count = 0;
}
