/* frame_fuzz.c - no bytes may break what reads frames
 *
 * The first byte chooses: a whole frame, or the body of one, whose checksum is
 * then right.  With FRAME_FUZZ_SEEDS=FOLDER in the environment the harness
 * first writes frames to begin with into that folder.
 */
#include <config.h>

#include <stdint.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "layout.h"
#include "link/frame.h"
#include "link/word.h"

enum { COLUMNS = 70 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct layout *
sample_layout(uint32_t number)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "bytes", "M."};
    struct layout *layout = layout_new(number);

    for (uint32_t i = 0; i < COLUMNS; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%u", i);
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)layout_add(layout,
                         &(struct weir_series){&metric, "_sum", labels});
    }
    return layout;
}

static struct layout *
find_layout(void *arg, uint32_t number)
{
    struct layout *layout = arg;

    return layout_number(layout) == number ? layout : NULL;
}

/* Touches all that a batch lends. */
static void
use_batch(const struct frame_batch *batch)
{
    size_t count = 0;
    double sum = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    for (size_t i = 0; i < count; i++) {
        sum += rows[i].values[(size_t)rows[i].width * rows[i].count - 1];
        sum += (double)rows[i].times_ns[rows[i].count - 1];
    }
    const struct weir_loose *loose = frame_batch_loose(batch, &count);
    for (size_t i = 0; i < count; i++)
        sum += loose[i].values[loose[i].count - 1] +
               (double)loose[i].layout->count -
               (double)loose[i].index[loose[i].count - 1];
    volatile double used = sum;
    (void)used;
}

static void
read_words(const struct frame_view *view)
{
    char why[WORD_WHY_MOST + 1];
    struct word_hello hello;
    struct word_ack ack;
    struct word_verdict verdict;

    (void)word_hello_read(view, &hello);
    word_refuse_read(view, why);
    for (size_t i = 0; i < word_layout_count(view); i++)
        (void)word_layout_at(view, i);
    if (word_ack_read(view, &ack) == 0)
        while (word_verdict_read(&ack.verdicts, &verdict))
            ;
}

static void
read_body(const struct frame_view *view)
{
    weir_cleanup(layout_destroy) struct layout *known = sample_layout(1);
    weir_cleanup(layout_destroy) struct layout *fresh = layout_new(2);
    weir_cleanup(frame_batch_destroy) struct frame_batch *batch =
        frame_batch_new();
    uint32_t number = 0;

    if (frame_batch_read(batch, view, find_layout, known, &number) == 0)
        use_batch(batch);
    (void)frame_layout_read(view, known);
    (void)frame_layout_read(view, fresh);
    read_words(view);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct frame_view view = {{.type = FRAME_BATCH, .a = 1}, NULL, 0};

    if (size == 0)
        return 0;
    /* In memory of its own, aligned and with nothing behind it. */
    weir_cleanup(weir_free) uint8_t *copy = xcalloc(size, 1);
    memcpy(copy, bytes + 1, size - 1);
    view.body = copy;
    view.size = size - 1;
    if (bytes[0] & 1 && frame_parse(copy, size - 1, &view) < 0)
        return 0;
    read_body(&view);
    return 0;
}

static void
write_seed(const char *folder, const char *name, struct frame *frame)
{
    weir_cleanup(frame_release) struct frame *written = frame;
    struct frame_view view = frame_look(written);
    char path[4096];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "we");
    if (!file)
        return;
    (void)fputc(0, file);
    (void)fwrite(view.body, 1, view.size, file);
}

static void
write_seeds(const char *folder)
{
    static const double values[COLUMNS] = {1.5, 0, -2};
    static const int64_t times_ns[] = {1, 2};
    static const uint32_t index[] = {3, 1};
    static const uint64_t present[] = {~UINT64_C(0), 0x3f};
    weir_cleanup(layout_destroy) struct layout *layout = sample_layout(1);
    weir_cleanup(layout_destroy) struct layout *other = sample_layout(2);
    struct weir_rows rows = {
        layout_shape(layout), NULL, COLUMNS, 1, times_ns, values, present};
    struct weir_loose loose = {
        layout_shape(layout), NULL, 2, index, times_ns, values};
    struct word_hello hello = {.first = 1, .name = "host"};
    struct word_ack ack = {.durable = 1, .limit = 2, .next = 3};
    struct word_verdict verdict = {1, 2, "why"};
    uint32_t next = 0;

    write_seed(folder, "batch", frame_of_batch(&rows, 1, &loose, 1));
    write_seed(folder, "layout",
               frame_of_layout(layout_shape(other), 2, 0, &next));
    write_seed(folder, "hello", word_hello(0, &hello));
    write_seed(
        folder, "ack",
        word_ack(&(struct frame_head){.type = FRAME_ACK}, &ack, &verdict, 1));
    write_seed(
        folder, "welcome",
        word_ack(&(struct frame_head){.type = FRAME_WELCOME}, &ack, NULL, 0));
}

/* libFuzzer wants it so.  NOLINTBEGIN(readability-*) */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("FRAME_FUZZ_SEEDS");

    (void)argc;
    (void)argv;
    if (folder)
        write_seeds(folder);
    return 0;
}
/* NOLINTEND(readability-*) */
