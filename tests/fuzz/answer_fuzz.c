/* answer_fuzz.c - no bytes may break the readers of selects and answers
 *
 * The first byte chooses the reader.  Parts follow each other, cut where their
 * first two bytes say, since a reader remembers the parts before.
 */
#include <config.h>

#include <stdint.h>

#include <weir/cleanup.h>

#include "link/part.h"
#include "link/question.h"
#include "query/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool
goes_on(void *arg, size_t samples)
{
    (void)arg;
    return samples > 0;
}

/* A digest that was accepted can be computed. */
static void
digest(const struct weir_digest *what)
{
    weir_cleanup(digester_destroy) struct digester *digester =
        digester_new(what, goes_on, NULL);
    const int64_t times_ns[] = {what->ends.start_ns, what->ends.start_ns,
                                what->ends.start_ns + what->ends.step_ns};
    const double values[] = {1, 2, 1};

    (void)digester_add(digester, times_ns, values, ARRAY_SIZE(values));
    (void)digester_end(digester);
}

static void
read_question(const uint8_t *bytes, size_t size)
{
    weir_cleanup(question_destroy) struct question *question = NULL;
    const struct frame_view view = {{.type = FRAME_SELECT}, bytes, size};
    char why[128];

    if (question_read(&view, why, sizeof(why), &question) < 0)
        return;
    weir_cleanup(wire_out_fini) struct wire_out again = {0};
    if (question_write(question_select(question), &again) < 0)
        abort();
    if (question_select(question)->digest)
        digest(question_select(question)->digest);
}

/* Touches all that the part points to. */
static void
look_at(const struct answer_part *part)
{
    size_t sum = strlen(part->why);

    for (size_t i = 0; i < part->text_count; i++)
        sum += strlen(part->texts[i]);
    for (uint32_t i = 0; part->samples && i < part->samples->count; i++) {
        const struct weir_loose *samples = part->samples;
        if (samples->index[i] >= samples->layout->count)
            abort();
        sum += strlen(samples->layout->series[samples->index[i]].suffix);
    }
    __asm__ volatile("" : : "r"(sum));
}

static void
read_parts(const uint8_t *bytes, size_t size)
{
    weir_cleanup(part_reader_destroy) struct part_reader *reader =
        part_reader_new(1000, 100000);
    struct answer_part part;

    while (size > 2) {
        size_t length = (size_t)(bytes[0] | bytes[1] << 8);
        bytes += 2;
        size -= 2;
        if (length > size)
            length = size;
        const struct frame_view view = {{.type = FRAME_ANSWER}, bytes, length};
        if (part_read(reader, &view, &part) == 0)
            look_at(&part);
        bytes += length;
        size -= length;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    if (bytes[0] & 1)
        read_parts(bytes + 1, size - 1);
    else
        read_question(bytes + 1, size - 1);
    return 0;
}
