/* reader_fuzz.h - no text may break a reader of metrics: for its fuzzers
 *
 * Each text is read twice into one source: by its parts, then by what was
 * filed; both must give the same.  What stands before a record separator is a
 * text of its own: reading what stands behind it, after it and into a new
 * source, must give the same, too.
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

/* Where the second text begins; or at 'size', where there is none. */
static size_t
second_text(const uint8_t *bytes, size_t size)
{
    static const int separator = 0x1e;
    const uint8_t *at = size ? memchr(bytes, separator, size) : NULL;

    return at ? (size_t)(at + 1 - bytes) : size;
}

/* 'got', freed here, and 'rc' are what reading the same in other ways gave. */
static void
check_alone(fuzzed_reader *reader, const uint8_t *bytes, size_t size, int rc,
            char *got)
{
    struct source_figures figures = {0};
    struct weir_source *source = batch_text_source(&figures);
    int alone_rc = 0;

    char *alone = read_once(reader, source, bytes, size, &alone_rc);
    assert(rc == alone_rc && strcmp(got, alone) == 0);
    free(alone);
    free(got);
    source_abandon(&source);
}

/* Reads the first text, the second, and both again, into one source. */
static void
read_after(fuzzed_reader *reader, const uint8_t *bytes, size_t size)
{
    size_t at = second_text(bytes, size);
    struct source_figures figures = {0};
    struct weir_source *source = batch_text_source(&figures);

    for (int turn = 0; turn < 4; turn++) {
        const uint8_t *text = turn % 2 ? bytes + at : bytes;
        size_t length = turn % 2 ? size - at : at ? at - 1 : 0;
        int rc = 0;
        char *got = read_once(reader, source, text, length, &rc);
        check_alone(reader, text, length, rc, got);
    }
    source_abandon(&source);
}

static inline void
read_twice(fuzzed_reader *reader, const uint8_t *bytes, size_t size)
{
    struct source_figures figures = {0};
    struct weir_source *source = batch_text_source(&figures);
    int rc[2] = {0};

    if (second_text(bytes, size) < size) {
        source_abandon(&source);
        read_after(reader, bytes, size);
        return;
    }
    char *first = read_once(reader, source, bytes, size, &rc[0]);
    char *second = read_once(reader, source, bytes, size, &rc[1]);
    assert(rc[0] == rc[1] && strcmp(first, second) == 0);
    free(first);
    free(second);
    source_abandon(&source);
}

#endif /* READER_FUZZ_H */
