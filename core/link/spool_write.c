/* spool_write.c - batches on disk: what is written */
#include <config.h>

#include <errno.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/spool_inner.h"
#include "log.h"

/* A disk that is full is tried again after that long. */
static const int64_t full_ns = NS_PER_S;

enum { END_ROOM = SPOOL_RECORD_SIZE };

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

    file->wrote = self->last;
    if (in_order) {
        self->out.size = 0;
        spool_record_put(&self->out, self->head.salt, &end);
        (void)file_write(self->files, self->fd, self->out.bytes, self->out.size,
                         file->used);
    }
    sync_now(self);
    if (self->trims)
        spool_cut_file(self, file, file->used + (in_order ? END_ROOM : 0));
    (void)file_close(self->files, self->fd);
    self->fd = -1;
    for (size_t i = 0; i < self->shape_count; i++)
        self->shapes[i]->segment = 0;
    spool_pack_rest(self);
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
        .packs = self->packs,
    };
    (void)getrandom(&self->head.salt, sizeof(self->head.salt), 0);
    memcpy(self->head.stream, stream, sizeof(self->head.stream));
    file->made_ns = self->head.made_ns;
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

/* Makes a file for 'least' bytes, or as large as segments are.  When there is
 * no room for that a smaller one does, before what is oldest is dropped. */
static int
find_file(struct spool *self, uint64_t least)
{
    uint64_t most = least < self->segment_size ? self->segment_size : least;
    uint64_t size = most;

    if (least > self->size_most)
        return -ENOSPC;
    if (least < SPOOL_SEGMENT_LEAST)
        least = SPOOL_SEGMENT_LEAST;
    for (;;) {
        int fd = spool_make_file(self, size);
        if (fd != -ENOSPC)
            return fd;
        if (size > least) {
            size = size / 2 > least ? size / 2 : least;
        } else if (self->drop_oldest && self->count > 0) {
            spool_drop_first(self, "there is no room; the oldest makes way");
            size = most;
        } else {
            return -ENOSPC;
        }
    }
}

/* Begins a segment with room for 'size' bytes of records. */
static int
begin_segment(struct spool *self, const uint8_t stream[16], uint64_t sequence,
              uint64_t size)
{
    int fd = find_file(self, SPOOL_HEAD_SIZE + size + END_ROOM);

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

/* Appends a layout, from the piece 'first' on. */
static void
put_layout(struct spool *self, const struct pieces *pieces, uint32_t first,
           struct spool_record record)
{
    record.type = FRAME_LAYOUT;
    for (uint32_t i = first; i < pieces->count; i++) {
        weir_cleanup(frame_release) struct frame *layout =
            frame_unstow(pieces->pieces[i].frame);
        struct frame_view view = frame_look(layout);
        record.body = view.body;
        record.size = view.size;
        spool_record_put(&self->out, self->head.salt, &record);
    }
}

/* Appends the layouts of the batch that the segment lacks.  Returns 0, or
 * -EBADMSG. */
static int
put_lacking(struct spool *self, const struct frame_view *batch,
            struct spool_record record)
{
    uint64_t segment = self->fd < 0 ? 0 : written_file(self)->number;
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(batch, &at, &use)) {
        struct spool_shape *shape = spool_find_shape(self, use.number);
        if (!shape)
            return -EBADMSG;
        if (shape->segment != segment || segment == 0)
            shape->count = 0;
        put_layout(self, &shape->pieces, shape->count, record);
    }
    return 0;
}

/* Appends those that are new to the stream once more: a damaged record must not
 * cost all batches that use it.  Later segments have the one before for that.
 */
static void
put_again(struct spool *self, const struct frame_view *batch,
          struct spool_record record)
{
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(batch, &at, &use)) {
        const struct spool_shape *shape = spool_find_shape(self, use.number);
        put_layout(self, &shape->pieces, shape->twice, record);
    }
}

/* Appends the batch, which may be packed, and what belongs to it.  Returns 0,
 * or -EBADMSG. */
static int
put_records(struct spool *self, uint64_t sequence,
            const struct frame_view *batch, const char *why)
{
    struct spool_record record = {.sequence = sequence,
                                  .time_ns = clock_wall_ns()};

    self->out.size = 0;
    int rc = put_lacking(self, batch, record);
    if (rc < 0)
        return rc;
    if (why) {
        record.type = SPOOL_WHY;
        record.body = (const unsigned char *)why;
        record.size = strlen(why);
        spool_record_put(&self->out, self->head.salt, &record);
    }
    const struct frame_view packed =
        self->packed ? frame_look(self->packed) : *batch;
    record.type = self->packed ? SPOOL_PACKED : FRAME_BATCH;
    record.body = packed.body;
    record.size = packed.size;
    spool_record_put(&self->out, self->head.salt, &record);
    put_again(self, batch, record);
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
        shape->twice = shape->pieces.count;
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
    self->figures.bytes += self->out.size;
    self->figures.batches++;
    self->dirty = true;
    return 0;
}

/* Another stream has none of the layouts. */
static void
note_stream(struct spool *self, const uint8_t stream[16])
{
    if (memcmp(self->head.stream, stream, sizeof(self->head.stream)) == 0)
        return;
    for (size_t i = 0; i < self->shape_count; i++)
        self->shapes[i]->twice = 0;
}

/* Appends once; 'batch' has its sequence.  Returns as spool_append(). */
static int
append(struct spool *self, const uint8_t stream[16],
       const struct frame_view *batch, const char *why)
{
    uint64_t sequence = batch->head.a;

    spool_pack(self, batch);
    int rc = put_records(self, sequence, batch, why);
    if (rc < 0)
        return rc;
    if (!fits(self, stream)) {
        if (self->fd >= 0)
            spool_end_segment(self, true);
        note_stream(self, stream);
        spool_pack_anew(self);
        spool_pack(self, batch);
        /* Once more, for a segment that has none of the layouts: their size. */
        rc = put_records(self, sequence, batch, why);
        if (rc == 0)
            rc = begin_segment(self, stream, sequence, self->out.size);
        if (rc == 0) /* with its salt */
            rc = put_records(self, sequence, batch, why);
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
             const struct frame *batch, const char *why)
{
    struct frame_view view = frame_look(batch);

    view.head.a = sequence;
    if (!spool_has_room(self)) {
        self->figures.dropped_batches++;
        return -ENOSPC;
    }
    int rc = append(self, stream, &view, why);
    if (rc < 0 && rc != -ENOSPC && rc != -EBADMSG) {
        /* The file is not trusted any more; another one may do. */
        spool_fail(self, "writing", rc);
        if (self->fd >= 0)
            spool_end_segment(self, false);
        rc = append(self, stream, &view, why);
    }
    if (rc < 0) {
        spool_pack_anew(self);
        if (self->fd >= 0 && rc != -EBADMSG && rc != -ENOSPC)
            spool_end_segment(self, false);
        refuse(self, rc);
        return rc;
    }
    self->full = false;
    return 0;
}

void
spool_finish(struct spool *self)
{
    if (self->fd >= 0)
        spool_end_segment(self, true);
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
