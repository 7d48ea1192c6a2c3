/* part_verify.c - reads every byte of a part */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "part_format.h"

struct verify {
    const struct part *part;
    struct part_cursor *cursor;
    uint64_t offset; /* where the next frame must begin */
    uint64_t samples;
    struct part_chunk chunk; /* the last one */
    int64_t from_ns, until_ns;
    uint32_t *ids; /* [id_count], of the series that have chunks */
    uint64_t id_count;
    uint64_t listed; /* series listed with names that are 'ids' */
    char *why;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static int
complain(struct verify *self, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(self->why, self->size, format, args);
    va_end(args);
    return -EBADMSG;
}

static int
complain_of_chunk(struct verify *self, const char *what)
{
    return complain(self, "chunk of series %" PRIu32 " at byte %" PRIu64 ": %s",
                    self->chunk.series, self->chunk.offset, what);
}

/* Bit by bit, so that a NaN is the same as itself. */
static bool
same_double(double a, double b)
{
    uint64_t a_bits, b_bits;

    memcpy(&a_bits, &a, sizeof(a));
    memcpy(&b_bits, &b, sizeof(b));
    return a_bits == b_bits;
}

static bool
same_summary(const struct codec_summary *a, const struct codec_summary *b)
{
    return same_double(a->min, b->min) && same_double(a->max, b->max) &&
           same_double(a->sum, b->sum) && a->stales == b->stales &&
           a->nans == b->nans;
}

/* Checks that the chunk has its place behind 'before'. */
static int
check_order(struct verify *self, const struct part_chunk *before)
{
    const struct part_chunk *chunk = &self->chunk;

    if (chunk->offset != self->offset)
        return complain_of_chunk(self, "does not follow the one before");
    if (self->id_count && (chunk->series < before->series ||
                           (chunk->series == before->series &&
                            chunk->from_ns <= before->until_ns)))
        return complain_of_chunk(self, "is out of order");
    return 0;
}

static int
check_contents(struct verify *self)
{
    const struct part_chunk *chunk = &self->chunk;
    const int64_t *times_ns;
    const double *values;

    if (part_cursor_load(self->cursor, chunk, &times_ns, &values) < 0)
        return complain_of_chunk(self, "is damaged");
    struct codec_summary summary = codec_summarise(values, chunk->count);
    if (!same_summary(&summary, &chunk->summary))
        return complain_of_chunk(self, "is not what its summary says");
    return 0;
}

static void
note_chunk(struct verify *self)
{
    const struct part_chunk *chunk = &self->chunk;

    if (self->samples == 0 || chunk->from_ns < self->from_ns)
        self->from_ns = chunk->from_ns;
    if (self->samples == 0 || chunk->until_ns > self->until_ns)
        self->until_ns = chunk->until_ns;
    self->samples += chunk->count;
    self->offset += chunk->size;
    if (!self->id_count || self->ids[self->id_count - 1] != chunk->series)
        self->ids[self->id_count++] = chunk->series;
}

static int
check_chunks(struct verify *self)
{
    int rc = 0;

    for (;;) {
        struct part_chunk before = self->chunk;
        rc = part_cursor_next(self->cursor, &self->chunk);
        if (rc == -ENODATA)
            return 0;
        if (rc < 0)
            return complain(self, "the index is damaged");
        if (check_order(self, &before) < 0 || check_contents(self) < 0)
            return -EBADMSG;
        note_chunk(self);
    }
}

static int
check_counts(struct verify *self)
{
    const struct part_info *info = part_info(self->part);

    if (self->offset != part_plain_end(self->part))
        return complain(self, "bytes after the last chunk");
    if (self->samples != info->samples || self->id_count != info->series ||
        self->from_ns != info->from_ns || self->until_ns != info->until_ns)
        return complain(self, "the foot's counts or times are wrong");
    return 0;
}

static int
check_series(void *arg, uint32_t id, const struct weir_series *series)
{
    struct verify *self = arg;

    (void)series;
    if (self->listed >= self->id_count || self->ids[self->listed] != id)
        return complain(self, "series %" PRIu32 " has no chunks", id);
    self->listed++;
    return 0;
}

static int
check_names(struct verify *self)
{
    self->why[0] = '\0';
    if (part_series(self->part, check_series, self) < 0)
        return self->why[0] ? -EBADMSG
                            : complain(self, "the list of series is damaged");
    if (self->listed < self->id_count)
        return complain(self, "series %" PRIu32 " has no name",
                        self->ids[self->listed]);
    return 0;
}

static int
check_part(struct verify *self)
{
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(self->part);
    weir_cleanup(weir_free) uint32_t *ids =
        xcalloc(self->part->info.chunks, sizeof(*ids));

    self->cursor = cursor;
    self->ids = ids;
    self->offset = sizeof(struct part_head);
    if (check_chunks(self) < 0 || check_counts(self) < 0)
        return -EBADMSG;
    return check_names(self);
}

int
part_verify(struct files *files, const char *path, char *why, size_t size)
{
    weir_cleanup(part_destroy) struct part *part = NULL;

    int rc = part_open(files, path, &part);
    if (rc == -EBADMSG)
        (void)snprintf(why, size, "the head, foot, index or times are damaged");
    else if (rc < 0)
        (void)snprintf(why, size, "cannot be read: %s", strerror(-rc));
    if (rc < 0)
        return rc;
    struct verify self = {.part = part, .why = why, .size = size};
    return check_part(&self);
}
