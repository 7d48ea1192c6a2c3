/* part_series.c - the series of a part, as they are read; see part_names.c */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include <weir/cleanup.h>

#include "link/crc32c.h"
#include "part_format.h"
#include "series.h"

enum {
    DEFLATE_MOST = 1032, /* times that a byte of it becomes at most */
    METRIC_LEAST = 4,    /* bytes of the column */
};

/* The section, unpacked, and how much of it was read; texts are lent. */
struct names {
    struct wire_in columns[PART_COLUMNS];
    const char **texts; /* [text_count] */
    uint64_t text_count, texts_seen;
    struct weir_metric *metrics; /* [metric_count] */
    uint64_t metric_count, metrics_seen;
    uint64_t count; /* series */
    bool bad;
};

static void
names_fini(struct names *self)
{
    free(self->texts);
    free(self->metrics);
}

/* Finds the columns; says whether counts fit their sizes. */
static bool
find_columns(struct names *self, struct wire_in *in)
{
    const struct wire_in *columns = self->columns;

    self->text_count = varint_read(in);
    self->metric_count = varint_read(in);
    self->count = varint_read(in);
    for (size_t i = 0; i < PART_COLUMNS; i++) {
        uint64_t size = varint_read(in);
        self->columns[i] = (struct wire_in){wire_take(in, size), size, false};
    }
    return wire_ended(in) && self->text_count <= columns[PART_TEXTS].left &&
           self->metric_count <= columns[PART_METRICS].left / METRIC_LEAST &&
           self->count <= columns[PART_STEPS].left;
}

static bool
read_texts(struct names *self)
{
    struct wire_in *in = &self->columns[PART_TEXTS];

    self->texts = xcalloc(self->text_count, sizeof(*self->texts));
    for (uint64_t i = 0; i < self->text_count; i++) {
        const unsigned char *end = memchr(in->next, '\0', in->left);
        if (!end)
            return false;
        self->texts[i] = (const char *)wire_take(in, end + 1 - in->next);
    }
    return in->left == 0;
}

static const char *
read_text(struct names *self, enum part_column column)
{
    uint64_t reference = varint_read(&self->columns[column]);
    uint64_t number = reference ? reference - 1 : self->texts_seen++;

    if (number < self->text_count)
        return self->texts[number];
    self->bad = true;
    return "";
}

static const struct weir_metric *
read_metric(struct names *self)
{
    uint64_t back = varint_read(&self->columns[PART_KINDS]);
    uint64_t number = self->metrics_seen - back;

    if (number >= self->metric_count || back > self->metrics_seen) {
        self->bad = true;
        return NULL;
    }
    struct weir_metric *metric = &self->metrics[number];
    if (back)
        return metric;
    unsigned type = wire_u8(&self->columns[PART_METRICS]);
    self->bad |= type > WEIR_INFO;
    metric->type = type;
    metric->name = read_text(self, PART_METRICS);
    metric->unit = read_text(self, PART_METRICS);
    metric->help = read_text(self, PART_METRICS);
    self->metrics_seen++;
    return metric;
}

/* Reads the labels of a series into 'labels', which ends with {0} then. */
static void
read_labels(struct names *self, struct weir_label *labels)
{
    uint64_t count = varint_read(&self->columns[PART_LABEL_COUNTS]);

    if (count > SERIES_LABELS_MOST) {
        self->bad = true;
        count = 0;
    }
    for (uint64_t i = 0; i < count; i++) {
        labels[i].name = read_text(self, PART_LABEL_NAMES);
        labels[i].value = read_text(self, PART_LABEL_VALUES);
    }
    labels[count] = (struct weir_label){0};
}

static bool
any_bad(const struct names *self)
{
    bool bad = self->bad;

    for (size_t i = 0; i < PART_COLUMNS; i++)
        bad |= self->columns[i].bad;
    return bad;
}

static bool
all_seen(const struct names *self)
{
    bool seen = self->texts_seen == self->text_count &&
                self->metrics_seen == self->metric_count;

    for (size_t i = 0; i < PART_COLUMNS; i++)
        seen &= self->columns[i].left == 0;
    return seen;
}

static int
each_series(struct names *self, part_each_series *each, void *arg)
{
    struct weir_label labels[SERIES_LABELS_MOST + 1];
    uint64_t id = 0;
    int rc = 0;

    for (uint64_t i = 0; i < self->count && rc == 0; i++) {
        uint64_t step = varint_read(&self->columns[PART_STEPS]);
        struct weir_series series = {.metric = read_metric(self)};
        series.suffix = read_text(self, PART_SUFFIXES);
        read_labels(self, labels);
        series.labels = labels;
        id += step;
        if (any_bad(self) || id > UINT32_MAX || (step == 0 && i))
            return -EBADMSG;
        rc = each(arg, (uint32_t)id, &series);
    }
    return rc;
}

static int
read_series(struct wire_in in, part_each_series *each, void *arg)
{
    weir_cleanup(names_fini) struct names names = {.count = 0};

    if (!find_columns(&names, &in) || !read_texts(&names))
        return -EBADMSG;
    names.metrics = xcalloc(names.metric_count, sizeof(*names.metrics));
    int rc = each_series(&names, each, arg);
    return rc == 0 && !all_seen(&names) ? -EBADMSG : rc;
}

/* Unpacks the section into '*ret_plain', which the caller frees. */
static int
unpack(const struct part *self, unsigned char **ret_plain, size_t *ret_size)
{
    size_t size = (size_t)(self->foot.end - self->foot.series);
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(size, 1);
    struct wire_in in = {bytes, size, false};

    int rc = part_bytes(self, self->foot.series, bytes, size);
    if (rc < 0)
        return rc;
    if (crc32c(0, in.next, size) != self->foot.series_sum)
        return -EBADMSG;
    uint64_t plain_size = varint_read(&in);
    if (in.bad || plain_size / DEFLATE_MOST > in.left)
        return -EBADMSG;
    weir_cleanup(weir_free) unsigned char *plain = xcalloc(plain_size, 1);
    uLongf got = (uLongf)plain_size;
    if (uncompress(plain, &got, in.next, in.left) != Z_OK || got != plain_size)
        return -EBADMSG;
    *ret_plain = weir_take(plain);
    *ret_size = plain_size;
    return 0;
}

int
part_series(const struct part *self, part_each_series *each, void *arg)
{
    weir_cleanup(weir_free) unsigned char *plain = NULL;
    size_t size = 0;

    int rc = unpack(self, &plain, &size);
    if (rc < 0)
        return rc;
    struct wire_in in = {plain, size, false};
    return self->version < 3 ? part_series_old(in, each, arg)
                             : read_series(in, each, arg);
}
