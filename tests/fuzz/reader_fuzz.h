/* reader_fuzz.h - no text may break a reader of metrics: for its fuzzers
 *
 * Each text is read twice into one source: by its parts, then by what was
 * filed; both must give the same.
 */
#ifndef READER_FUZZ_H
#define READER_FUZZ_H

#include <assert.h>
#include <stdint.h>

#include <weir/text.h>

#include "batch_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

typedef int fuzzed_reader(struct weir_batch *batch, const char *text,
                          size_t size, size_t *ret_line);

/* Returns what was read, and in '*ret_rc' how that went. */
static char *
read_once(fuzzed_reader *reader, struct weir_source *source,
          const uint8_t *bytes, size_t size, int *ret_rc)
{
    struct weir_batch *batch = weir_batch_begin(source, 1);
    size_t line = 0;

    *ret_rc = reader(batch, (const char *)bytes, size, &line);
    assert((*ret_rc < 0) == (line > 0));
    char *text = batch_text(source, NULL);
    weir_batch_destroy(&batch);
    return text;
}

static void
read_twice(fuzzed_reader *reader, const uint8_t *bytes, size_t size)
{
    struct source_figures figures = {0};
    struct weir_source *source = batch_text_source(&figures);
    int rc[2] = {0};

    char *first = read_once(reader, source, bytes, size, &rc[0]);
    char *second = read_once(reader, source, bytes, size, &rc[1]);
    assert(rc[0] == rc[1] && strcmp(first, second) == 0);
    free(first);
    free(second);
    source_abandon(&source);
}

#endif /* READER_FUZZ_H */
