/* part_fuzz.c - no bytes may break what reads parts of a store
 *
 * The bytes are a part's file.  Its checksums would keep out all that chance
 * makes, so here they are all 0.  With PART_FUZZ_SEEDS=FOLDER in the
 * environment the harness first writes parts to begin with into that folder.
 */
#include <config.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../plugins/storage/tsdb/part.h"
#include "base.h"
#include "link/crc32c.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
int LLVMFuzzerInitialize(int *argc, char ***argv);

uint32_t
crc32c(uint32_t crc, const void *bytes, size_t size)
{
    (void)crc;
    (void)bytes;
    (void)size;
    return 0;
}

/* The one file that there is. */
struct memory {
    struct files files;
    const uint8_t *bytes;
    size_t size;
};

static int
memory_open(struct files *self, const char *path, int flags)
{
    (void)self;
    (void)path;
    (void)flags;
    return 3;
}

static int
memory_close(struct files *self, int fd)
{
    (void)self;
    (void)fd;
    return 0;
}

static ssize_t
memory_read(struct files *self, int fd, void *bytes, size_t size,
            uint64_t offset)
{
    const struct memory *memory = CONTAINER_OF(self, struct memory, files);

    (void)fd;
    if (offset >= memory->size)
        return 0;
    if (size > memory->size - offset)
        size = memory->size - offset;
    memcpy(bytes, memory->bytes + offset, size);
    return (ssize_t)size;
}

static int
memory_stat(struct files *self, const char *path, struct stat *ret_stat)
{
    (void)path;
    memset(ret_stat, 0, sizeof(*ret_stat));
    ret_stat->st_size = (off_t)CONTAINER_OF(self, struct memory, files)->size;
    return 0;
}

static const struct file_calls memory_calls = {
    .open = memory_open,
    .close = memory_close,
    .read = memory_read,
    .stat = memory_stat,
};

static int
see_series(void *arg, uint32_t id, const struct weir_series *series)
{
    size_t *length = arg;

    *length += id + strlen(series->metric->name) + strlen(series->suffix);
    for (const struct weir_label *label = series->labels; label->name; label++)
        *length += strlen(label->name) + strlen(label->value);
    return 0;
}

static void
read_part(const struct part *part)
{
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    struct part_chunk chunk;
    struct part_encoded encoded;
    size_t length = 0;

    (void)part_series(part, see_series, &length);
    while (part_cursor_next(cursor, &chunk) == 0) {
        const int64_t *times_ns;
        const double *values;
        struct span span;
        if (part_cursor_load_span(cursor, &chunk, &span) == 0)
            (void)span_summarise(&span, 0, span_after(&span, 0, INT64_MAX));
        (void)part_cursor_load(cursor, &chunk, &times_ns, &values);
        (void)part_cursor_lend(cursor, &chunk, &encoded);
    }
    for (uint32_t id = 0; id < 6; id++) {
        part_cursor_seek(cursor, id, 10, 1000);
        (void)part_cursor_next(cursor, &chunk);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    weir_cleanup(weir_free) uint8_t *copy = xcalloc(size, 1);
    struct memory memory = {{&memory_calls}, copy, size};
    struct part *part = NULL;
    char why[128];

    if (size)
        memcpy(copy, bytes, size);
    if (part_open(&memory.files, "x", &part) < 0)
        return 0;
    read_part(part);
    part_destroy(&part);
    (void)part_verify(&memory.files, "x", why, sizeof(why));
    return 0;
}

static void
write_seed(const char *path, uint32_t level, uint32_t series_count,
           size_t sample_count)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "bytes", "M."};
    static const struct weir_label labels[] = {{"a", "b"}, {"c", "d"}, {0}};
    const struct part_origin origin = {.level = level};
    struct part_writer *writer = NULL;
    int64_t times_ns[100];
    double values[100];

    if (part_writer_open(files_real(), path, &origin, &writer) < 0)
        return;
    for (uint32_t id = 1; id <= series_count; id++) {
        for (size_t i = 0; i < sample_count; i++) {
            times_ns[i] = (int64_t)(i * (id % 2 ? 10 : 15));
            values[i] = id % 3 ? (double)i / id : 5;
        }
        size_t skip = sample_count > 1 ? id % 2 : 0;
        part_writer_series(writer, id,
                           &(struct weir_series){&metric, "", labels + id % 2});
        (void)part_writer_add(writer, times_ns + skip, values,
                              sample_count - skip);
    }
    (void)part_writer_end(&writer, NULL);
}

/* libFuzzer wants it so.  NOLINTBEGIN(readability-*) */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("PART_FUZZ_SEEDS");
    char path[4096];

    (void)argc;
    (void)argv;
    for (uint32_t i = 1; folder && i < 6; i++) {
        (void)snprintf(path, sizeof(path), "%s/part%u", folder, i);
        write_seed(path, i > 3 ? 2 : 0, i * i, i * 20);
    }
    return 0;
}
/* NOLINTEND(readability-*) */
