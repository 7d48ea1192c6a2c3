/* wal_entry.c - what a record says */
#include <config.h>

#include "wal_entry.h"

#include <assert.h>
#include <errno.h>

#include "link/varint.h"

enum entry {
    ENTRY_NONE, /* fills up */
    ENTRY_SERIES,
    ENTRY_GROUP,
    ENTRY_ROW,
    ENTRY_LOOSE,
    ENTRY_MARK,
    ENTRY_CHECKPOINT,
};

enum { LABELS_MOST = 1024, TEXT_MOST = UINT16_MAX };

/* Writing ------------------------------------------------------------------ */

void
entry_series(struct wire_out *out, uint32_t number,
             const struct weir_series *series)
{
    const struct weir_metric *metric = series->metric;
    uint32_t count = 0;

    while (series->labels[count].name)
        count++;
    assert(count <= LABELS_MOST);
    wire_put_u8(out, ENTRY_SERIES);
    wire_put_u32(out, number);
    wire_put_u8(out, (uint8_t)metric->type);
    wire_put_text(out, metric->name);
    wire_put_text(out, metric->unit);
    wire_put_text(out, metric->help);
    wire_put_text(out, series->suffix);
    varint_put(out, count);
    for (uint32_t i = 0; i < count; i++) {
        wire_put_text(out, series->labels[i].name);
        wire_put_text(out, series->labels[i].value);
    }
}

/* Numbers that mostly ascend by one. */
static void
put_numbers(struct wire_out *out, const uint32_t *numbers, uint32_t count)
{
    uint64_t before = 0;

    for (uint32_t i = 0; i < count; i++) {
        varint_put(out, varint_fold(numbers[i] - before));
        before = numbers[i];
    }
}

void
entry_group(struct wire_out *out, uint32_t group, uint32_t from,
            const uint32_t *series, uint32_t count)
{
    assert(group < WAL_GROUPS_MOST && from + count <= WEIR_LAYOUT_MOST);
    wire_put_u8(out, ENTRY_GROUP);
    wire_put_u32(out, group);
    varint_put(out, from);
    varint_put(out, count);
    put_numbers(out, series, count);
}

void
entry_row(struct wire_out *out, struct chain *chain, const struct wal_row *row)
{
    wire_put_u8(out, ENTRY_ROW);
    chain_write(chain, row, out);
}

void
entry_loose(struct wire_out *out, const struct wal_loose *loose)
{
    uint64_t before = 0;

    wire_put_u8(out, ENTRY_LOOSE);
    varint_put(out, loose->count);
    put_numbers(out, loose->series, loose->count);
    for (uint32_t i = 0; i < loose->count; i++) {
        uint64_t time = (uint64_t)loose->times_ns[i];
        varint_put(out, varint_fold(time - before));
        before = time;
    }
    wire_put(out, loose->values, loose->count * sizeof(loose->values[0]));
}

void
entry_mark(struct wire_out *out, const uint8_t stream[16], uint64_t sequence)
{
    wire_put_u8(out, ENTRY_MARK);
    wire_put(out, stream, 16);
    wire_put_u64(out, sequence);
}

void
entry_checkpoint(struct wire_out *out, uint64_t lsn)
{
    wire_put_u8(out, ENTRY_CHECKPOINT);
    wire_put_u64(out, lsn);
}

/* Reading ------------------------------------------------------------------ */

/* Calls the visitor's function, if he has it and is to hear. */
#define TELL(self, seen, what, ...)                        \
    ((seen) && (self)->visitor && (self)->visitor->what    \
         ? (self)->visitor->what((self)->arg, __VA_ARGS__) \
         : 0)

void
entry_reader_fini(struct entry_reader *self)
{
    chain_fini(&self->chain);
    wire_out_fini(&self->labels);
    wire_out_fini(&self->numbers);
    wire_out_fini(&self->times);
    wire_out_fini(&self->values);
}

/* Reads a count of things that take at least a byte each. */
static uint32_t
read_count(struct wire_in *in, uint64_t most)
{
    uint64_t count = varint_read(in);

    if (count <= most && count <= in->left)
        return (uint32_t)count;
    in->bad = true;
    return 0;
}

static const struct weir_label *
read_labels(struct entry_reader *self, struct wire_in *in)
{
    uint32_t count = read_count(in, LABELS_MOST);

    self->labels.size = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct weir_label label;
        label.name = wire_text(in, TEXT_MOST);
        label.value = wire_text(in, TEXT_MOST);
        wire_put(&self->labels, &label, sizeof(label));
    }
    wire_put(&self->labels, &(struct weir_label){0}, sizeof(struct weir_label));
    return (const struct weir_label *)(void *)self->labels.bytes;
}

static int
read_series(struct entry_reader *self, struct wire_in *in, bool seen)
{
    uint32_t number = wire_u32(in);
    uint8_t type = wire_u8(in);
    struct weir_metric metric = {.type = (enum weir_type)type};

    metric.name = wire_text(in, TEXT_MOST);
    metric.unit = wire_text(in, TEXT_MOST);
    metric.help = wire_text(in, TEXT_MOST);
    struct weir_series series = {&metric, wire_text(in, TEXT_MOST), NULL};
    series.labels = read_labels(self, in);
    in->bad |= type > WEIR_INFO;
    return in->bad ? 0 : TELL(self, seen, series, number, &series);
}

static const uint32_t *
read_numbers(struct entry_reader *self, struct wire_in *in, uint32_t count)
{
    uint64_t number = 0;

    self->numbers.size = 0;
    for (uint32_t i = 0; i < count && !in->bad; i++) {
        number += varint_unfold(varint_read(in));
        in->bad |= number > UINT32_MAX;
        wire_put_u32(&self->numbers, (uint32_t)number);
    }
    return (const uint32_t *)(void *)self->numbers.bytes;
}

static int
read_group(struct entry_reader *self, struct wire_in *in, bool seen)
{
    uint32_t group = wire_u32(in);
    uint64_t from = varint_read(in);
    uint32_t count = read_count(in, WEIR_LAYOUT_MOST);
    const uint32_t *series = read_numbers(self, in, count);

    in->bad |= group >= WAL_GROUPS_MOST || from + count > WEIR_LAYOUT_MOST ||
               from > WEIR_LAYOUT_MOST;
    if (in->bad)
        return 0;
    if (from == 0)
        chain_forget(&self->chain, group);
    return TELL(self, seen, group, group, (uint32_t)from, series, count);
}

static int
read_row(struct entry_reader *self, struct wire_in *in, bool seen)
{
    struct wal_row row;

    if (chain_read(&self->chain, in, &row))
        return TELL(self, seen, row, &row);
    self->broken += seen && !in->bad;
    return 0;
}

static const int64_t *
read_times(struct entry_reader *self, struct wire_in *in, uint32_t count)
{
    uint64_t time = 0;

    self->times.size = 0;
    for (uint32_t i = 0; i < count && !in->bad; i++) {
        time += varint_unfold(varint_read(in));
        wire_put_u64(&self->times, time);
    }
    return (const int64_t *)(void *)self->times.bytes;
}

static int
read_loose(struct entry_reader *self, struct wire_in *in, bool seen)
{
    struct wal_loose loose = {.count = read_count(in, UINT32_MAX)};

    loose.series = read_numbers(self, in, loose.count);
    loose.times_ns = read_times(self, in, loose.count);
    size_t size = loose.count * sizeof(loose.values[0]);
    const unsigned char *values = wire_take(in, size);
    if (!values)
        return 0;
    self->values.size = 0; /* a copy, since those may lie unaligned */
    wire_put(&self->values, values, size);
    loose.values = (const double *)(void *)self->values.bytes;
    return TELL(self, seen, loose, &loose);
}

static int
read_mark(struct entry_reader *self, struct wire_in *in, bool seen)
{
    const unsigned char *stream = wire_take(in, 16);
    uint64_t sequence = wire_u64(in);

    return in->bad ? 0 : TELL(self, seen, mark, stream, sequence);
}

static int
read_checkpoint(struct entry_reader *self, struct wire_in *in, bool seen)
{
    uint64_t lsn = wire_u64(in);

    return in->bad ? 0 : TELL(self, seen, checkpoint, lsn);
}

/* Only zeros may follow. */
static int
read_rest(struct entry_reader *self, struct wire_in *in, bool seen)
{
    (void)self;
    (void)seen;
    while (in->left > 0 && !in->bad)
        in->bad |= wire_u8(in) != 0;
    return 0;
}

static int (*const readers[])(struct entry_reader *, struct wire_in *, bool) = {
    [ENTRY_NONE] = read_rest,
    [ENTRY_SERIES] = read_series,
    [ENTRY_GROUP] = read_group,
    [ENTRY_ROW] = read_row,
    [ENTRY_LOOSE] = read_loose,
    [ENTRY_MARK] = read_mark,
    [ENTRY_CHECKPOINT] = read_checkpoint,
};

int
entries_read(struct entry_reader *self, const uint8_t *bytes, size_t size,
             bool seen)
{
    struct wire_in in = {.next = bytes, .left = size};

    while (in.left > 0 && !in.bad) {
        uint8_t entry = wire_u8(&in);
        if (entry >= ARRAY_SIZE(readers))
            return -EBADMSG;
        self->stopped = readers[entry](self, &in, seen);
        if (self->stopped < 0)
            return -ECANCELED;
    }
    return in.bad ? -EBADMSG : 0;
}
