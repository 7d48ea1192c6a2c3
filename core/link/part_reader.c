/* link/part_reader.c - parts of one answer, checked and read */
#include <config.h>

#include "link/part.h"

#include <errno.h>

#include "arena.h"
#include "link/wire.h"
#include "series.h"

/* Bytes that one of these has at least. */
enum { SERIES_LEAST = 5, RUN_LEAST = 8, SAMPLE_LEAST = 16, TEXT_LEAST = 3 };

struct part_reader {
    uint32_t series_most;
    uint64_t memory_bytes;
    struct arena texts;         /* what the series point to */
    struct weir_metric *metric; /* of the last series */
    struct weir_series *series; /* [shape.count] */
    size_t series_room;
    struct weir_layout shape;
    int64_t last_series; /* that samples came of; -1 for none */
    int64_t last_ns;     /* of the last sample */
    uint32_t *index;
    int64_t *times_ns;
    double *values;
    size_t sample_room; /* of the three */
    const char **lines;
    size_t line_room;
    struct weir_loose samples;
    bool broken;
};

/* A part's counts. */
struct counts {
    uint32_t series_before, series, runs, samples, texts;
};

struct part_reader *
part_reader_new(uint32_t series_most, uint64_t memory_bytes)
{
    struct part_reader *self = xcalloc(1, sizeof(*self));

    self->series_most = series_most;
    self->memory_bytes = memory_bytes;
    self->last_series = -1;
    return self;
}

void
part_reader_destroy(struct part_reader **self_p)
{
    struct part_reader *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    arena_clear(&self->texts);
    free(self->series);
    free(self->index);
    free(self->times_ns);
    free(self->values);
    free(self->lines);
    free(self);
}

static int
read_counts(const struct part_reader *self, struct wire_in *in,
            struct counts *ret_counts)
{
    struct counts counts = {
        .series_before = wire_u32(in),
        .series = wire_u32(in),
        .runs = wire_u32(in),
        .samples = wire_u32(in),
        .texts = wire_u32(in),
    };

    /* A sign of life comes from who does not know how far the answer is. */
    if (counts.series == 0 && counts.samples == 0 && counts.runs == 0)
        counts.series_before = self->shape.count;
    if (in->bad || counts.series_before != self->shape.count ||
        counts.series > in->left / SERIES_LEAST ||
        counts.runs > in->left / RUN_LEAST ||
        counts.samples > in->left / SAMPLE_LEAST ||
        counts.texts > in->left / TEXT_LEAST)
        return -EBADMSG;
    if (counts.series > self->series_most - self->shape.count)
        return -E2BIG;
    *ret_counts = counts;
    return 0;
}

/* Reads the series' metric, unless it is that of the series before. */
static int
read_metric(struct part_reader *self, struct wire_in *in)
{
    uint8_t same = wire_u8(in);

    if (same)
        return same == 1 && self->metric ? 0 : -EBADMSG;
    uint8_t type = wire_u8(in);
    const char *name = wire_text(in, SERIES_NAME_MOST);
    const char *unit = wire_text(in, SERIES_NAME_MOST);
    const char *help = wire_text(in, SERIES_HELP_MOST);
    if (in->bad || type > WEIR_INFO)
        return -EBADMSG;
    self->metric = arena_alloc(&self->texts, sizeof(*self->metric));
    self->metric->name = arena_text(&self->texts, name);
    self->metric->type = type;
    self->metric->unit = arena_text(&self->texts, unit);
    self->metric->help = arena_text(&self->texts, help);
    return 0;
}

/* Reads a series into 'ret_series'; what it points to is lent. */
static int
read_series(struct part_reader *self, struct wire_in *in,
            struct weir_label labels[SERIES_LABELS_MOST + 1],
            struct weir_series *ret_series)
{
    int rc = read_metric(self, in);
    if (rc < 0)
        return rc;
    const char *suffix = wire_text(in, SERIES_NAME_MOST);
    uint8_t count = wire_u8(in);
    if (in->bad || count > SERIES_LABELS_MOST)
        return -EBADMSG;
    for (uint8_t i = 0; i < count; i++) {
        labels[i].name = wire_text(in, SERIES_NAME_MOST);
        labels[i].value = wire_text(in, SERIES_VALUE_MOST);
    }
    labels[count] = (struct weir_label){0};
    *ret_series = (struct weir_series){self->metric, suffix, labels};
    return !in->bad && series_valid(ret_series) ? 0 : -EBADMSG;
}

static void
keep_series(struct part_reader *self, const struct weir_series *series)
{
    if (self->shape.count == self->series_room) {
        self->series_room = self->series_room ? 2 * self->series_room : 64;
        self->series =
            xrealloc(self->series, self->series_room, sizeof(*self->series));
        self->shape.series = self->series;
    }
    self->series[self->shape.count++] = (struct weir_series){
        .metric = series->metric,
        .suffix = arena_text(&self->texts, series->suffix),
        .labels = labels_copy(&self->texts, series->labels),
    };
}

static int
read_all_series(struct part_reader *self, struct wire_in *in, uint32_t count)
{
    struct weir_label labels[SERIES_LABELS_MOST + 1];
    struct weir_series series;

    for (uint32_t i = 0; i < count; i++) {
        int rc = read_series(self, in, labels, &series);
        if (rc < 0)
            return rc;
        keep_series(self, &series);
        if (self->texts.size + self->series_room * sizeof(series) >
            self->memory_bytes)
            return -E2BIG;
    }
    return 0;
}

/* Runs name series that are known, each after those before, or go on with the
 * last one; together they have all samples. */
static int
read_runs(struct part_reader *self, struct wire_in *in,
          const struct counts *counts)
{
    uint32_t filled = 0;
    int64_t last = -1;

    for (uint32_t run = 0; run < counts->runs; run++) {
        uint32_t series = wire_u32(in);
        uint32_t count = wire_u32(in);
        if (in->bad || series >= self->shape.count || series <= last ||
            series < self->last_series || count == 0 ||
            count > counts->samples - filled)
            return -EBADMSG;
        for (uint32_t i = 0; i < count; i++)
            self->index[filled++] = series;
        last = series;
    }
    return filled == counts->samples ? 0 : -EBADMSG;
}

/* The times of a series never go back, from part to part neither. */
static int
check_times(struct part_reader *self, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (self->index[i] == self->last_series &&
            self->times_ns[i] < self->last_ns)
            return -EBADMSG;
        self->last_series = self->index[i];
        self->last_ns = self->times_ns[i];
    }
    return 0;
}

static int
read_samples(struct part_reader *self, struct wire_in *in,
             const struct counts *counts)
{
    uint32_t count = counts->samples;

    if (count > self->sample_room) {
        self->sample_room = count;
        self->index = xrealloc(self->index, count, sizeof(*self->index));
        self->times_ns =
            xrealloc(self->times_ns, count, sizeof(*self->times_ns));
        self->values = xrealloc(self->values, count, sizeof(*self->values));
    }
    int rc = read_runs(self, in, counts);
    if (rc < 0)
        return rc;
    const unsigned char *times = wire_take(in, count * sizeof(int64_t));
    const unsigned char *values = wire_take(in, count * sizeof(double));
    if (!times || !values)
        return -EBADMSG;
    if (count == 0)
        return 0;
    memcpy(self->times_ns, times, count * sizeof(int64_t));
    memcpy(self->values, values, count * sizeof(double));
    return check_times(self, count);
}

static int
read_texts(struct part_reader *self, struct wire_in *in, uint32_t count)
{
    if (count > self->line_room) {
        self->line_room = count;
        self->lines = xrealloc(self->lines, count, sizeof(const char *));
    }
    for (uint32_t i = 0; i < count; i++)
        self->lines[i] = wire_text(in, PART_TEXT_MOST);
    return wire_ended(in) ? 0 : -EBADMSG;
}

static int
read_lists(struct part_reader *self, struct wire_in *in,
           struct counts *ret_counts)
{
    int rc = read_counts(self, in, ret_counts);
    if (rc == 0)
        rc = read_all_series(self, in, ret_counts->series);
    if (rc == 0)
        rc = read_samples(self, in, ret_counts);
    if (rc == 0)
        rc = read_texts(self, in, ret_counts->texts);
    return rc;
}

int
part_read(struct part_reader *self, const struct frame_view *view,
          struct answer_part *ret_part)
{
    struct wire_in in = {view->body, view->size, false};
    struct counts counts = {0};
    int32_t rc = (int32_t)wire_u32(&in);
    uint8_t evaluated = wire_u8(&in);
    const char *why = wire_text(&in, PART_WHY_MOST);

    if (self->broken || in.bad || rc > 1 || rc < -4095 || evaluated > 1)
        return -EBADMSG;
    int read = read_lists(self, &in, &counts);
    if (read < 0) {
        self->broken = true;
        return read;
    }
    self->samples = (struct weir_loose){
        .layout = &self->shape,
        .count = counts.samples,
        .index = self->index,
        .times_ns = self->times_ns,
        .values = self->values,
    };
    *ret_part = (struct answer_part){
        .rc = rc,
        .why = why,
        .evaluated = evaluated,
        .samples = self->shape.count ? &self->samples : NULL,
        .texts = self->lines,
        .text_count = counts.texts,
    };
    return 0;
}
