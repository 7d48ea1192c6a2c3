/* spool_scene.h - a spool in a test: written to, killed, and read */
#ifndef SPOOL_SCENE_H
#define SPOOL_SCENE_H

#include <errno.h>
#include <sys/wait.h>

#include <weir/cleanup.h>

#include "../../plugins/storage/tsdb/file_fault.h"
#include "base.h"
#include "clock.h"
#include "folder.h"
#include "layout.h"
#include "link/spool.h"

enum { SCENE_MOST = 20000, SCENE_LAYOUTS = 3 };

struct scene {
    struct folder *folder;
    char path[64]; /* of the spool */
    struct file_fault faults;
    struct spool_settings settings;
    struct spool *spool;
    struct layout *layouts[SCENE_LAYOUTS];
    uint8_t stream[16];
    uint64_t next;              /* sequence */
    bool written[SCENE_MOST];   /* by sequence: spool_append() said 0 */
    bool had[SCENE_MOST];       /* by sequence: was read */
    uint32_t known[SCENE_MOST]; /* series of a layout, by number, as read */
    unsigned wrong;             /* what was read and never written so */
    unsigned orphans;           /* batches whose layout was not read */
    unsigned copies;
};

static inline void
scene_open(struct scene *self)
{
    long holder = 0;

    ck_assert_int_eq(spool_open(&self->settings, &self->spool, &holder), 0);
    for (int i = 0; i < SCENE_LAYOUTS; i++) {
        uint32_t next = 0;
        weir_cleanup(frame_release) struct frame *frame =
            frame_of_layout(layout_shape(self->layouts[i]),
                            layout_number(self->layouts[i]), 0, &next);
        spool_layout(self->spool, frame);
    }
}

/* A scene whose spool is not open. */
static inline struct scene *
scene_make(uint64_t size_bytes, bool drop_oldest)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    struct scene *self = xcalloc(1, sizeof(*self));

    self->folder = folder_new();
    (void)snprintf(self->path, sizeof(self->path), "%s/a/b",
                   self->folder->path);
    file_fault_init(&self->faults, files_real());
    self->settings = (struct spool_settings){.files = &self->faults.files,
                                             .folder = self->path,
                                             .link = "test",
                                             .size_bytes = size_bytes,
                                             .drop_oldest = drop_oldest};
    for (uint32_t i = 0; i < SCENE_LAYOUTS; i++) {
        self->layouts[i] = layout_new(7 + i);
        for (uint32_t column = 0; column <= i; column++) {
            char text[16];
            (void)snprintf(text, sizeof(text), "%u", column);
            const struct weir_label labels[] = {{"n", text}, {0}};
            (void)layout_add(self->layouts[i],
                             &(struct weir_series){&metric, "", labels});
        }
    }
    self->stream[0] = 1;
    self->next = 1;
    return self;
}

static inline struct scene *
scene_new(uint64_t size_bytes, bool drop_oldest)
{
    struct scene *self = scene_make(size_bytes, drop_oldest);

    scene_open(self);
    return self;
}

static inline void
scene_destroy(struct scene **self_p)
{
    struct scene *self = *self_p;

    spool_destroy(&self->spool);
    for (int i = 0; i < SCENE_LAYOUTS; i++)
        layout_destroy(&self->layouts[i]);
    folder_destroy(&self->folder);
    free(self);
    *self_p = NULL;
}

/* Writes the next batch, of 'rows' rows; returns what spool_append() did. */
static inline int
scene_write(struct scene *self, uint32_t rows)
{
    const struct layout *layout = self->layouts[self->next % SCENE_LAYOUTS];
    uint32_t width = layout_shape(layout)->count;
    weir_cleanup(weir_free) double *values =
        xcalloc((size_t)rows * width, sizeof(double));
    weir_cleanup(weir_free) int64_t *times_ns = xcalloc(rows, sizeof(int64_t));

    for (uint32_t i = 0; i < rows; i++)
        times_ns[i] = i;
    values[0] = (double)self->next;
    struct weir_rows part = {.layout = layout_shape(layout),
                             .width = width,
                             .count = rows,
                             .times_ns = times_ns,
                             .values = values};
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&part, 1, NULL, 0);
    uint64_t sequence = self->next++;
    int rc = spool_append(self->spool, self->stream, sequence, frame, NULL);
    ck_assert_uint_lt(sequence, SCENE_MOST);
    self->written[sequence] = rc == 0;
    return rc;
}

/* A batch must be what was written as its sequence; the value follows the head
 * of the body, that of its part and the times of its rows. */
static inline void
scene_see(struct scene *self, const struct spool_record *record)
{
    struct frame_view view = {
        {.type = FRAME_BATCH}, record->body, record->size};
    struct frame_use use = {0};
    size_t at = 0;
    uint32_t count = 0;
    double value = 0;

    if (!frame_batch_uses(&view, &at, &use) || at != record->size ||
        record->sequence >= SCENE_MOST || use.number >= SCENE_MOST ||
        self->had[record->sequence]) {
        self->wrong++;
        return;
    }
    /* It cannot be used; what was safe is missing then. */
    if (self->known[use.number] < use.width) {
        self->orphans++;
        return;
    }
    memcpy(&count, record->body + 8 + 12, sizeof(count));
    memcpy(&value, record->body + 8 + 24 + 8 * (size_t)count, sizeof(value));
    self->wrong += value != (double)record->sequence;
    self->had[record->sequence] = true;
}

/* Reads all that there is; returns how many batches. */
static inline uint64_t
scene_read(struct scene *self)
{
    struct spool_item item;
    uint64_t count = 0;
    uint64_t segment = 0;

    while (spool_peek(self->spool, &item) > 0) {
        struct frame_view view = {
            {.type = FRAME_LAYOUT}, item.record.body, item.record.size};
        struct frame_layout head;
        if (item.segment != segment)
            memset(self->known, 0, sizeof(self->known));
        segment = item.segment;
        if (item.record.type == FRAME_BATCH) {
            scene_see(self, &item.record);
            count++;
        } else if (frame_layout_head(&view, &head) == 0 &&
                   head.number < SCENE_MOST) {
            self->known[head.number] = head.end;
        }
        spool_pass(self->spool, true);
    }
    return count;
}

/* Says how many that were written were not read. */
static inline unsigned
scene_missing(const struct scene *self)
{
    unsigned missing = 0;

    for (size_t i = 1; i < self->next; i++)
        missing += self->written[i] && !self->had[i];
    return missing;
}

/* Goes on with what a process leaves that is killed here: a copy. */
static inline void
scene_kill(struct scene *self)
{
    char command[256];

    (void)snprintf(command, sizeof(command), "cp -a %s %s/%u", self->path,
                   self->folder->path, ++self->copies);
    /* NOLINTNEXTLINE(cert-env33-c): its words are ours */
    ck_assert_int_eq(system(command), 0);
    file_fault_set(&self->faults, FILE_WRITE, 0, 0, 0);
    spool_destroy(&self->spool);
    (void)snprintf(self->path, sizeof(self->path), "%s/%u", self->folder->path,
                   self->copies);
    self->stream[0]++;
    memset(self->had, 0, sizeof(self->had));
}

static inline struct spool_figures
scene_figures(const struct scene *self)
{
    struct spool_figures figures;

    spool_figures(self->spool, &figures);
    return figures;
}

/* The first segment of the folder. */
static inline FILE *
scene_open_segment(const struct scene *self, const char *how)
{
    char path[256];

    (void)snprintf(path, sizeof(path), "%s/%016x.seg", self->path, 1);
    FILE *file = fopen(path, how);
    ck_assert_ptr_nonnull(file);
    return file;
}

/* Returns how many bytes it has. */
static inline size_t
scene_read_segment(const struct scene *self, unsigned char *bytes, size_t size)
{
    FILE *file = scene_open_segment(self, "r");
    size_t got = fread(bytes, 1, size, file);

    (void)fclose(file);
    return got;
}

static inline void
scene_write_segment(const struct scene *self, const unsigned char *bytes,
                    size_t size)
{
    FILE *file = scene_open_segment(self, "w");

    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    (void)fclose(file);
}

#endif /* SPOOL_SCENE_H */
