/* wal_fuzz.c - no bytes may break what reads the log
 *
 * The first byte chooses: a whole segment, as the only one in a folder; or the
 * entries of a record, whose checksum is then right.  With
 * WAL_FUZZ_SEEDS=FOLDER in the environment the harness first writes something
 * to begin with into that folder.
 */
#include <config.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/storage/tsdb/wal_entry.h"
#include "../../plugins/storage/tsdb/wal_log.h"
#include "base.h"

enum { WIDTH = 70, SLACK = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
int LLVMFuzzerInitialize(int *argc, char ***argv);

static volatile double used;

/* Touch all that is lent. */
static int
use_series(void *arg, uint32_t number, const struct weir_series *series)
{
    (void)arg;
    used += number + (double)strlen(series->metric->name) +
            (double)strlen(series->metric->help) +
            (double)strlen(series->suffix);
    for (const struct weir_label *label = series->labels; label->name; label++)
        used += (double)strlen(label->name) + (double)strlen(label->value);
    return 0;
}

static int
use_group(void *arg, uint32_t group, uint32_t from, const uint32_t *series,
          uint32_t count)
{
    (void)arg;
    used += group + from;
    for (uint32_t i = 0; i < count; i++)
        used += series[i];
    return 0;
}

static int
use_row(void *arg, const struct wal_row *row)
{
    (void)arg;
    for (uint32_t i = 0; i < row->width; i++)
        if (!row->present || row->present[i / 64] >> i % 64 & 1)
            used += row->values[i];
    return 0;
}

static int
use_loose(void *arg, const struct wal_loose *loose)
{
    (void)arg;
    for (uint32_t i = 0; i < loose->count; i++)
        used +=
            loose->series[i] + (double)loose->times_ns[i] + loose->values[i];
    return 0;
}

static int
use_mark(void *arg, const uint8_t stream[16], uint64_t sequence)
{
    (void)arg;
    used += stream[15] + (double)sequence;
    return 0;
}

static const struct wal_visitor visitor = {
    .series = use_series,
    .group = use_group,
    .row = use_row,
    .loose = use_loose,
    .mark = use_mark,
};

/* A log in memory: one file, '1', of the bytes that are tried. */
struct one_file {
    struct files files;
    const uint8_t *bytes;
    size_t size;
};

static int
one_open(struct files *self, const char *path, int flags)
{
    (void)self;
    (void)path;
    (void)flags;
    return 0;
}

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

static int
one_list(struct files *self, const char *path, file_name *name, void *arg)
{
    (void)self;
    (void)path;
    return name(arg, "00000001.wal");
}

static int
one_stat(struct files *files, const char *path, struct stat *ret_stat)
{
    (void)path;
    *ret_stat = (struct stat){0};
    ret_stat->st_size = (off_t)((const struct one_file *)files)->size;
    return 0;
}

static const struct file_calls one_calls = {
    .open = one_open,
    .close = one_close,
    .read = one_read,
    .list = one_list,
    .stat = one_stat,
};

static void
read_segment(const uint8_t *bytes, size_t size)
{
    struct one_file file = {{&one_calls}, bytes, size};
    struct wal_report report;
    struct wal_settings settings = {.files = &file.files, .folder = ""};

    (void)wal_replay(&settings, 1, &visitor, &report);
}

static void
read_entries(const uint8_t *bytes, size_t size)
{
    struct entry_reader reader = {.visitor = &visitor};
    uint8_t *copy = xcalloc(size + SLACK, 1);

    memcpy(copy, bytes, size);
    (void)entries_read(&reader, copy, size, true);
    entry_reader_fini(&reader);
    free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    if (bytes[0] & 1)
        read_entries(bytes + 1, size - 1);
    else
        read_segment(bytes + 1, size - 1);
    return 0;
}

/* Seeds -------------------------------------------------------------------- */

static void
add_entries(struct wire_out *out)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "bytes", "M."};
    static const struct weir_label labels[] = {{"n", "1"}, {0}};
    static const uint8_t stream[16] = "stream";
    uint32_t numbers[] = {1, 2, 9};
    int64_t times_ns[] = {1, 2, 3};
    double values[WIDTH];
    uint64_t present[] = {0x5555555555555555, 0x3f};
    struct chain chain = {0};

    for (unsigned i = 0; i < WIDTH; i++)
        values[i] = i / 4.0;
    entry_series(out, 1, &(struct weir_series){&metric, "_sum", labels});
    entry_group(out, 3, 0, numbers, 3);
    for (unsigned i = 0; i < 3; i++) {
        values[i * 9] += 1;
        entry_row(out, &chain,
                  &(struct wal_row){3, WIDTH, i, values, i == 1 ? present : 0});
    }
    entry_loose(out, &(struct wal_loose){3, numbers, times_ns, values});
    entry_mark(out, stream, 7);
    entry_checkpoint(out, 5);
    chain_fini(&chain);
}

static void
write_seed(const char *folder, const char *name, const struct wire_out *out)
{
    char path[WAL_PATH_MOST];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = file_open(files_real(), path, O_WRONLY | O_CREAT | O_TRUNC);
    if (fd < 0 || file_write(files_real(), fd, out->bytes, out->size, 0) < 0)
        abort();
    (void)file_close(files_real(), fd);
}

static void
write_seeds(const char *folder)
{
    struct wire_out entries = {0}, segment = {0}, record = {0};
    struct segment_head head = {.number = 1, .first_lsn = 1};
    uint8_t bytes[SEGMENT_HEAD];

    wire_put_u8(&entries, 1);
    add_entries(&entries);
    write_seed(folder, "entries", &entries);
    segment_head_write(&head, bytes);
    wire_put_u8(&segment, 0);
    wire_put(&segment, bytes, sizeof(bytes));
    for (uint64_t lsn = 1; lsn < 4; lsn++) {
        record.size = 0;
        wire_put(&record, &(struct record_head){.lsn = lsn, .behind = 1},
                 sizeof(struct record_head));
        add_entries(&record);
        wire_put(&record, (uint8_t[8]){0}, -record.size % 8);
        struct record_head *sealed = (void *)record.bytes;
        sealed->size = (uint32_t)record.size;
        record_seal(sealed, head.salt);
        wire_put(&segment, record.bytes, record.size);
    }
    write_seed(folder, "segment", &segment);
    wire_out_fini(&entries);
    wire_out_fini(&segment);
    wire_out_fini(&record);
}

int
// NOLINTNEXTLINE(readability-identifier-naming,readability-non-const-parameter)
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("WAL_FUZZ_SEEDS");

    (void)argc;
    (void)argv;
    if (folder)
        write_seeds(folder);
    return 0;
}
