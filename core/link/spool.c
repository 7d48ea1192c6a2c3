/* spool.c - batches on disk: what is written */
#include <config.h>

#include "link/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/spool_inner.h"
#include "log.h"

/* A disk that is full is tried again after that long. */
static const int64_t full_ns = NS_PER_S;

enum {
    SEGMENTS = 16, /* that the bound is made of, at least */
    AGES = 8,      /* and the age */
    SEGMENT_LEAST = 1 << 20,
    SEGMENT_MOST = 64 << 20,
    END_ROOM = SPOOL_RECORD_SIZE,
};

static uint64_t
segment_size_of(uint64_t size_most)
{
    uint64_t size = size_most / SEGMENTS & ~(uint64_t)4095;

    if (size > SEGMENT_MOST)
        return SEGMENT_MOST;
    return size > SEGMENT_LEAST ? size : SEGMENT_LEAST;
}

int
spool_open(const struct spool_settings *settings, struct spool **ret_spool,
           long *reterr_holder)
{
    weir_cleanup(spool_destroy) struct spool *self = xcalloc(1, sizeof(*self));

    self->files = settings->files;
    self->folder = x_or_die(strdup(settings->folder));
    self->link = x_or_die(strdup(settings->link));
    self->size_most = settings->size_bytes;
    self->segment_size = segment_size_of(settings->size_bytes);
    self->age_ns = settings->age_ns;
    self->drop_oldest = settings->drop_oldest;
    self->fd = -1;
    self->lock = -1;
    int rc = spool_take_folder(self, reterr_holder);
    if (rc < 0)
        return rc;
    spool_trim(self);
    *ret_spool = weir_take(self);
    return 0;
}

void
spool_destroy(struct spool **self_p)
{
    struct spool *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->fd >= 0)
        spool_end_segment(self, true);
    spool_cursor_destroy(&self->cursor);
    spool_leave_folder(self);
    spool_shapes_fini(self);
    free(self->list);
    free(self->folder);
    free(self->link);
    wire_out_fini(&self->out);
    free(self);
}

uint64_t
spool_incarnation(const struct spool *self)
{
    return self->incarnation;
}

/* Segments ------------------------------------------------------------------
 */

static struct spool_file *
written_file(struct spool *self)
{
    return &self->list[self->count - 1];
}

static void
sync_now(struct spool *self)
{
    int rc = self->dirty ? file_sync(self->files, self->fd) : 0;

    self->dirty = false;
    if (rc == 0)
        return;
    spool_fail(self, "bringing to the disk", rc);
    self->unsafe = rc;
}

void
spool_end_segment(struct spool *self, bool in_order)
{
    struct spool_file *file = written_file(self);
    struct spool_record end = {.type = SPOOL_END, .sequence = self->last};

    if (in_order) {
        self->out.size = 0;
        spool_record_put(&self->out, self->head.salt, &end);
        (void)file_write(self->files, self->fd, self->out.bytes, self->out.size,
                         file->used);
    }
    sync_now(self);
    (void)file_close(self->files, self->fd);
    self->fd = -1;
    for (size_t i = 0; i < self->shape_count; i++)
        self->shapes[i]->segment = 0;
}

static int
write_head(struct spool *self, const uint8_t stream[16], uint64_t sequence)
{
    unsigned char bytes[SPOOL_HEAD_SIZE];
    struct spool_file *file = written_file(self);

    self->head = (struct spool_head){
        .incarnation = self->incarnation,
        .first = sequence,
        .made_ns = clock_wall_ns(),
    };
    (void)getrandom(&self->head.salt, sizeof(self->head.salt), 0);
    memcpy(self->head.stream, stream, sizeof(self->head.stream));
    file->written_ns = self->head.made_ns;
    spool_head_write(&self->head, bytes);
    int rc = file_write(self->files, self->fd, bytes, sizeof(bytes), 0);
    if (rc == 0)
        rc = file_sync(self->files, self->fd);
    if (rc == 0)
        rc = file_sync_folder(self->files, self->folder);
    if (rc == 0) {
        file->used = sizeof(bytes);
        self->figures.bytes += sizeof(bytes);
    }
    return rc;
}

/* Tells how many bytes are gone that no store has. */
static void
drop_first(struct spool *self, const char *why)
{
    uint64_t bytes = self->list[0].used;

    self->figures.dropped_bytes += bytes;
    log_line(LOG_WARN, "spool_dropped", "link", self->link, "bytes",
             log_number((long long)bytes), "error", why, NULL);
    spool_remove_first(self);
}

/* Begins a segment with room for 'size' bytes of records. */
static int
begin_segment(struct spool *self, const uint8_t stream[16], uint64_t sequence,
              uint64_t size)
{
    uint64_t whole = SPOOL_HEAD_SIZE + size + END_ROOM;

    if (whole < self->segment_size)
        whole = self->segment_size;
    if (whole > self->size_most)
        return -ENOSPC;
    int fd = spool_make_file(self, whole);
    while (fd == -ENOSPC && self->drop_oldest && self->count > 0) {
        drop_first(self, "there is no room; the store was away too long");
        fd = spool_make_file(self, whole);
    }
    if (fd < 0)
        return fd;
    self->fd = fd;
    int rc = write_head(self, stream, sequence);
    if (rc == 0)
        return 0;
    spool_end_segment(self, false);
    /* Nothing can be read of it. */
    written_file(self)->read = true;
    return rc;
}

/* Batches -------------------------------------------------------------------
 */

/* Appends the layouts of the batch that the segment lacks, and the batch.
 * Returns 0, or -EBADMSG. */
static int
put_records(struct spool *self, uint64_t sequence,
            const struct frame_view *batch)
{
    struct spool_record record = {.sequence = sequence,
                                  .time_ns = clock_wall_ns()};
    struct frame_use use;
    size_t at = 0;

    self->out.size = 0;
    while (frame_batch_uses(batch, &at, &use)) {
        struct spool_shape *shape = spool_find_shape(self, use.number);
        uint64_t segment = self->fd < 0 ? 0 : written_file(self)->number;
        if (!shape)
            return -EBADMSG;
        if (shape->segment != segment || segment == 0)
            shape->count = 0;
        for (uint32_t i = shape->count; i < shape->pieces.count; i++) {
            struct frame_view view = frame_look(shape->pieces.pieces[i].frame);
            record.type = FRAME_LAYOUT;
            record.body = view.body;
            record.size = view.size;
            spool_record_put(&self->out, self->head.salt, &record);
        }
    }
    record.type = FRAME_BATCH;
    record.body = batch->body;
    record.size = batch->size;
    spool_record_put(&self->out, self->head.salt, &record);
    return 0;
}

/* The segment has the layouts now. */
static void
mark_shapes(struct spool *self, const struct frame_view *batch)
{
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(batch, &at, &use)) {
        struct spool_shape *shape = spool_find_shape(self, use.number);
        shape->segment = written_file(self)->number;
        shape->count = shape->pieces.count;
    }
}

static bool
fits(const struct spool *self, const uint8_t stream[16])
{
    if (self->fd < 0 ||
        memcmp(self->head.stream, stream, sizeof(self->head.stream)) != 0)
        return false;
    const struct spool_file *file = &self->list[self->count - 1];
    return file->used + self->out.size + END_ROOM <= file->size;
}

static int
write_records(struct spool *self)
{
    struct spool_file *file = written_file(self);

    int rc = file_write(self->files, self->fd, self->out.bytes, self->out.size,
                        file->used);
    if (rc < 0)
        return rc;
    file->used += self->out.size;
    file->written_ns = clock_wall_ns();
    self->figures.bytes += self->out.size;
    self->figures.batches++;
    self->dirty = true;
    return 0;
}

/* Appends once.  Returns as spool_append(). */
static int
append(struct spool *self, const uint8_t stream[16], uint64_t sequence,
       const struct frame_view *batch)
{
    int rc = put_records(self, sequence, batch);

    if (rc < 0)
        return rc;
    if (!fits(self, stream)) {
        if (self->fd >= 0)
            spool_end_segment(self, true);
        /* Once more, for a segment that has none of the layouts: their size. */
        rc = put_records(self, sequence, batch);
        if (rc == 0)
            rc = begin_segment(self, stream, sequence, self->out.size);
        if (rc == 0) /* with its salt */
            rc = put_records(self, sequence, batch);
    }
    if (rc == 0)
        rc = write_records(self);
    if (rc < 0)
        return rc;
    mark_shapes(self, batch);
    self->last = sequence;
    return 0;
}

static void
refuse(struct spool *self, int rc)
{
    self->figures.dropped_batches++;
    if (!self->full)
        log_line(LOG_WARN, "spool_full", "link", self->link, "bytes",
                 log_number((long long)self->figures.disk), "error",
                 rc == -ENOSPC ? "there is no room: what is new is not taken"
                               : strerror(-rc),
                 NULL);
    self->full = true;
    self->full_until_ns = clock_now_ns() + full_ns;
}

int
spool_append(struct spool *self, const uint8_t stream[16], uint64_t sequence,
             const struct frame *batch)
{
    struct frame_view view = frame_look(batch);

    if (!spool_has_room(self)) {
        self->figures.dropped_batches++;
        return -ENOSPC;
    }
    int rc = append(self, stream, sequence, &view);
    if (rc < 0 && rc != -ENOSPC && rc != -EBADMSG) {
        /* The file is not trusted any more; another one may do. */
        spool_fail(self, "writing", rc);
        if (self->fd >= 0)
            spool_end_segment(self, false);
        rc = append(self, stream, sequence, &view);
    }
    if (rc < 0) {
        if (self->fd >= 0 && rc != -EBADMSG && rc != -ENOSPC)
            spool_end_segment(self, false);
        refuse(self, rc);
        return rc;
    }
    self->full = false;
    return 0;
}

bool
spool_has_room(const struct spool *self)
{
    return !self->full || clock_now_ns() >= self->full_until_ns;
}

int
spool_sync(struct spool *self)
{
    sync_now(self);
    int rc = self->unsafe;
    self->unsafe = 0;
    /* The file is not trusted any more. */
    if (rc < 0 && self->fd >= 0)
        spool_end_segment(self, false);
    return rc;
}

void
spool_expire(struct spool *self, int64_t now_ns)
{
    while (self->age_ns && self->count > 0 && !spool_is_written(self, 0) &&
           self->list[0].written_ns < now_ns - self->age_ns)
        drop_first(self, "it is older than the spool's age");
    /* What is written to does not grow older than its turn to be dropped. */
    if (self->age_ns && self->fd >= 0 &&
        self->head.made_ns < now_ns - self->age_ns / AGES)
        spool_end_segment(self, true);
}

void
spool_figures(const struct spool *self, struct spool_figures *ret_figures)
{
    *ret_figures = self->figures;
    ret_figures->since_ns = self->count ? self->list[0].written_ns : 0;
}
