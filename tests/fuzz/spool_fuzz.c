/* spool_fuzz.c - no bytes may break what reads a spool's segment
 *
 * The first byte chooses: a whole segment; or bodies of records, whose
 * checksums are then right; or such of packed batches, in place of plain ones.
 * With SPOOL_FUZZ_SEEDS=FOLDER in the environment the harness first writes
 * something to begin with into that folder.
 */
#include <config.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "layout.h"
#include "link/spool_segment.h"
#include "link/spool_unpack.h"
#include "link/trail.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
int LLVMFuzzerInitialize(int *argc, char ***argv);

static volatile uint64_t used;

/* A file in memory. */
struct one_file {
    struct files files;
    const uint8_t *bytes;
    size_t size;
};

static int
one_close(struct files *self, int fd)
{
    (void)self;
    (void)fd;
    return 0;
}

static ssize_t
one_read(struct files *files, int fd, void *bytes, size_t size, uint64_t offset)
{
    const struct one_file *self = (const struct one_file *)files;

    (void)fd;
    if (offset >= self->size)
        return 0;
    if (size > self->size - offset)
        size = self->size - offset;
    memcpy(bytes, self->bytes + offset, size);
    return (ssize_t)size;
}

static const struct file_calls one_calls = {.close = one_close,
                                            .read = one_read};

/* Does with a record what a spool and a backlog do. */
static void
use_record(struct spool_unpacker *unpacker, struct spool_record *record)
{
    struct frame_layout layout;
    struct frame_use use;
    size_t at = 0;

    if (record->type == SPOOL_PACKED && spool_unpack(unpacker, record) < 0)
        return;
    struct frame_view view = {
        {.type = (uint8_t)record->type}, record->body, record->size};

    for (size_t i = 0; i < record->size; i++)
        used += record->body[i];
    if (record->type == FRAME_LAYOUT && frame_layout_head(&view, &layout) == 0)
        used += layout.number + layout.from + layout.end;
    while (record->type == FRAME_BATCH && frame_batch_uses(&view, &at, &use))
        used += use.number + use.width;
}

static void
read_segment(const uint8_t *bytes, size_t size)
{
    struct one_file file = {{&one_calls}, bytes, size};
    struct spool_cursor *cursor = NULL;
    struct spool_record record;
    uint64_t before = 0;
    int fd = 0;

    if (spool_cursor_open(&file.files, &fd, &cursor) < 0)
        return;
    struct spool_unpacker *unpacker = spool_unpacker_new();
    while (spool_cursor_next(cursor, size, &record) > 0) {
        use_record(unpacker, &record);
        if (spool_cursor_at(cursor) <= before || spool_cursor_at(cursor) > size)
            abort();
        before = spool_cursor_at(cursor);
    }
    used += spool_cursor_damaged(cursor);
    spool_cursor_destroy(&cursor);
    spool_unpacker_destroy(&unpacker);
}

static void
put_head(struct wire_out *out, const struct spool_head *head)
{
    unsigned char bytes[SPOOL_HEAD_SIZE];

    spool_head_write(head, bytes);
    wire_put(out, bytes, sizeof(bytes));
}

/* Each record is two bytes of size, and a body; the last bit of the size is its
 * type. */
static void
read_bodies(const uint8_t *bytes, size_t size, uint32_t batch)
{
    struct spool_head head = {.salt = 7, .first = 1, .packs = true};
    struct wire_out out = {0};
    uint64_t records = 0;

    put_head(&out, &head);
    while (size >= 2) {
        size_t length = bytes[0] / 2 + bytes[1] * 128U;
        struct spool_record record = {
            .type = bytes[0] % 2 ? FRAME_LAYOUT : batch,
            .sequence = ++records,
            .body = bytes + 2,
            .size = length < size - 2 ? length : size - 2,
        };
        spool_record_put(&out, head.salt, &record);
        bytes += 2 + record.size;
        size -= 2 + record.size;
    }
    read_segment(out.bytes, out.size);
    wire_out_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    if (bytes[0] & 1)
        read_bodies(bytes + 1, size - 1,
                    bytes[0] & 2 ? SPOOL_PACKED : FRAME_BATCH);
    else
        read_segment(bytes + 1, size - 1);
    return 0;
}

/* Seeds -------------------------------------------------------------------- */

static void
write_seed(const char *folder, const char *name, const struct wire_out *out)
{
    char path[4096];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = file_open(files_real(), path, O_WRONLY | O_CREAT | O_TRUNC);
    if (fd < 0 || file_write(files_real(), fd, out->bytes, out->size, 0) < 0)
        abort();
    (void)file_close(files_real(), fd);
}

static void
put_body(struct wire_out *out, const struct frame_view *view, uint8_t type)
{
    wire_put_u8(out, (uint8_t)(view->size % 128 * 2 + type));
    wire_put_u8(out, (uint8_t)(view->size / 128));
    wire_put(out, view->body, view->size);
}

struct one_row {
    struct trail_row *row;
};

static struct trail_row **
find_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct one_row *self = arg;

    (void)number;
    *ret_width = 1;
    return &self->row;
}

/* The batch three times: a key, and two that hang on the one before. */
static void
write_packed(const char *folder, const struct frame *batch)
{
    struct one_row row = {0};
    struct trail trail = {.find = find_row, .arg = &row, .pass = 1};
    struct wire_out room = {0}, bodies = {0};
    struct frame_view view = frame_look(batch);

    wire_put_u8(&bodies, 3);
    for (view.head.a = 1; view.head.a <= 3; view.head.a++) {
        struct frame *packed = trail_pack(&trail, &view, &room);
        struct frame_view body = frame_look(packed);
        put_body(&bodies, &body, 0);
        frame_release(&packed);
    }
    write_seed(folder, "packed", &bodies);
    trail_row_destroy(&row.row);
    wire_out_fini(&room);
    wire_out_fini(&bodies);
}

static void
write_seeds(const char *folder)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "bytes", "M."};
    static const struct weir_label labels[] = {{"n", "1"}, {0}};
    struct wire_out segment = {0}, bodies = {0};
    struct spool_head head = {.salt = 7, .first = 1};
    struct layout *layout = layout_new(3);
    int64_t time_ns = 1;
    double value = 2;
    uint32_t next = 0;

    (void)layout_add(layout, &(struct weir_series){&metric, "", labels});
    struct weir_rows rows = {.layout = layout_shape(layout),
                             .width = 1,
                             .count = 1,
                             .times_ns = &time_ns,
                             .values = &value};
    struct frame *frames[] = {
        frame_of_layout(layout_shape(layout), 3, 0, &next),
        frame_of_batch(&rows, 1, NULL, 0)};
    wire_put_u8(&segment, 0);
    put_head(&segment, &head);
    wire_put_u8(&bodies, 1);
    for (size_t i = 0; i < 2; i++) {
        struct frame_view view = frame_look(frames[i]);
        struct spool_record record = {view.head.type, i, 1, view.body,
                                      view.size};
        struct spool_record why = {SPOOL_WHY, i, 1,
                                   (const unsigned char *)"it smells", 9};
        if (view.head.type == FRAME_BATCH)
            spool_record_put(&segment, head.salt, &why);
        spool_record_put(&segment, head.salt, &record);
        put_body(&bodies, &view, view.head.type == FRAME_LAYOUT);
        if (view.head.type == FRAME_BATCH)
            write_packed(folder, frames[i]);
        frame_release(&frames[i]);
    }
    spool_record_put(&segment, head.salt,
                     &(struct spool_record){.type = SPOOL_END});
    write_seed(folder, "segment", &segment);
    write_seed(folder, "bodies", &bodies);
    layout_destroy(&layout);
    wire_out_fini(&segment);
    wire_out_fini(&bodies);
}

int
// NOLINTNEXTLINE(readability-identifier-naming,readability-non-const-parameter)
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("SPOOL_FUZZ_SEEDS");

    (void)argc;
    (void)argv;
    if (folder)
        write_seeds(folder);
    return 0;
}
