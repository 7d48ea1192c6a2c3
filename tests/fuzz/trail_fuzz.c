/* trail_fuzz.c - no bytes may break what unpacks batches
 *
 * The bytes are packed batches of one stream, each behind a u16 length.  What
 * can be unpacked, and is a batch, is packed and unpacked again, and must be
 * the same.  With TRAIL_FUZZ_SEEDS=FOLDER in the environment the harness first
 * writes one to begin with into that folder.
 */
#include <config.h>

#include <stdint.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "layout.h"
#include "link/trail.h"

enum { COLUMNS = 70, LAYOUTS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* One end's last rows, of layouts 1 and 2. */
struct end {
    struct trail_row *rows[LAYOUTS];
};

static struct trail_row **
find_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct end *self = arg;

    *ret_width = COLUMNS;
    return number >= 1 && number <= LAYOUTS ? &self->rows[number - 1] : NULL;
}

static void
end_fini(struct end *self)
{
    for (size_t i = 0; i < LAYOUTS; i++)
        trail_row_destroy(&self->rows[i]);
}

static struct layout *
sample_layout(void)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    struct layout *layout = layout_new(1);

    for (uint32_t i = 0; i < COLUMNS; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%u", i);
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)layout_add(layout, &(struct weir_series){&metric, "", labels});
    }
    return layout;
}

/* Any number will do: only the shape counts. */
static struct layout *
find_layout(void *arg, uint32_t number)
{
    (void)number;
    return arg;
}

/* Both ways once more. */
static void
pack_again(struct trail *trail, struct end *reader,
           const struct frame_view *plain)
{
    weir_cleanup(wire_out_fini) struct wire_out room = {0};
    weir_cleanup(frame_release) struct frame *packed =
        trail_pack(trail, plain, &room);
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(TRAIL_PLAIN_MOST, 1);
    struct trail_plain again = {.bytes = bytes};

    if (!packed)
        return;
    struct frame_view view = frame_look(packed);
    if (trail_unpack(find_row, reader, &view, &again) < 0 ||
        again.size != plain->size ||
        memcmp(bytes, plain->body, plain->size) != 0)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    weir_cleanup(end_fini) struct end heard = {0}, packer = {0}, reader = {0};
    weir_cleanup(weir_free) unsigned char *bytes_made =
        xcalloc(TRAIL_PLAIN_MOST, 1);
    struct trail_plain plain = {.bytes = bytes_made};
    weir_cleanup(layout_destroy) struct layout *layout = sample_layout();
    weir_cleanup(frame_batch_destroy) struct frame_batch *batch =
        frame_batch_new();
    struct trail trail = {.find = find_row, .arg = &packer};
    struct wire_in in = {bytes, size, false};
    uint32_t number = 0;

    for (uint64_t sequence = 1; in.left > 0; sequence++) {
        uint16_t length = wire_u16(&in);
        const unsigned char *body = wire_take(&in, length);
        if (!body)
            return 0;
        weir_cleanup(weir_free) unsigned char *copy = xcalloc(length, 1);
        memcpy(copy, body, length);
        struct frame_view view = {
            {.type = FRAME_BATCH, .a = sequence}, copy, length};
        if (trail_unpack(find_row, &heard, &view, &plain) < 0)
            continue;
        struct frame_view made = {view.head, plain.bytes, plain.size};
        if (frame_batch_read(batch, &made, find_layout, layout, &number) == 0)
            pack_again(&trail, &reader, &made);
    }
    return 0;
}

/* Adds the packed form of a batch to the file. */
static void
write_batch(struct trail *trail, uint64_t sequence, FILE *file)
{
    weir_cleanup(wire_out_fini) struct wire_out room = {0};
    weir_cleanup(layout_destroy) struct layout *layout = sample_layout();
    const uint64_t present[] = {~UINT64_C(4), 0x3f};
    const int64_t time_ns = (int64_t)sequence * 1000000000;
    const uint32_t index[] = {3, 1};
    const int64_t times_ns[] = {1, 2};
    double values[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++)
        values[i] = i == 2 ? 0 : (double)(sequence * i) / (i % 3 ? 100 : 7);
    struct weir_rows rows = {
        layout_shape(layout), NULL, COLUMNS, 1, &time_ns, values, present};
    struct weir_loose loose = {
        layout_shape(layout), NULL, 2, index, times_ns, values};
    struct frame_head head = {.type = FRAME_BATCH, .a = sequence};
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&rows, 1, &loose, 1);
    frame_set_head(frame, &head);
    struct frame_view view = frame_look(frame);
    weir_cleanup(frame_release) struct frame *packed =
        trail_pack(trail, &view, &room);
    view = frame_look(packed);
    uint16_t length = (uint16_t)view.size;
    (void)fwrite(&length, sizeof(length), 1, file);
    (void)fwrite(view.body, 1, view.size, file);
}

/* libFuzzer wants it so.  NOLINTBEGIN(readability-*) */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("TRAIL_FUZZ_SEEDS");
    weir_cleanup(end_fini) struct end packer = {0};
    struct trail trail = {.find = find_row, .arg = &packer};
    char path[4096];

    (void)argc;
    (void)argv;
    if (!folder)
        return 0;
    (void)snprintf(path, sizeof(path), "%s/batches", folder);
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "we");
    for (uint64_t sequence = 1; file && sequence <= 4; sequence++)
        write_batch(&trail, sequence, file);
    return 0;
}
/* NOLINTEND(readability-*) */
