/* part_series_old.c - the series of a part of version 1 or 2
 *
 * The section was, unpacked:
 *
 *     varint count of texts;   each: varint length, the bytes, '\0'
 *     varint count of metrics; each: varint size, u8 type, varint name, unit,
 *                              help; '\0'
 *     varint count of series;  each: varint id since the one before, metric,
 *                              suffix, count of labels, their names and values
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "part_format.h"
#include "series.h"

/* What is common to the series; the texts are lent. */
struct commons {
    const char **texts; /* [text_count] */
    uint64_t text_count;
    struct weir_metric *metrics; /* [metric_count] */
    uint64_t metric_count;
};

static void
commons_fini(struct commons *self)
{
    free(self->texts);
    free(self->metrics);
}

/* Reads a count of things that have 'least' bytes each. */
static uint64_t
read_count(struct wire_in *in, size_t least)
{
    uint64_t count = varint_read(in);

    if (count > in->left / least) {
        in->bad = true;
        return 0;
    }
    return count;
}

static void
read_texts(struct wire_in *in, struct commons *commons)
{
    commons->text_count = read_count(in, 2);
    commons->texts = xcalloc(commons->text_count, sizeof(*commons->texts));
    for (uint64_t i = 0; i < commons->text_count && !in->bad; i++) {
        uint64_t length = varint_read(in);
        const unsigned char *text =
            length < in->left ? wire_take(in, length + 1) : NULL;
        if (!text || memchr(text, '\0', length + 1) != text + length)
            in->bad = true;
        commons->texts[i] = (const char *)text;
    }
}

static const char *
read_text(struct wire_in *in, const struct commons *commons)
{
    uint64_t number = varint_read(in);

    if (in->bad || number >= commons->text_count) {
        in->bad = true;
        return "";
    }
    return commons->texts[number];
}

static void
read_metrics(struct wire_in *in, struct commons *commons)
{
    commons->metric_count = read_count(in, 6);
    commons->metrics =
        xcalloc(commons->metric_count, sizeof(*commons->metrics));
    for (uint64_t i = 0; i < commons->metric_count && !in->bad; i++) {
        struct weir_metric *metric = &commons->metrics[i];
        (void)varint_read(in);
        unsigned type = wire_u8(in);
        metric->type = type;
        metric->name = read_text(in, commons);
        metric->unit = read_text(in, commons);
        metric->help = read_text(in, commons);
        if (wire_u8(in) != '\0' || type > WEIR_INFO)
            in->bad = true;
    }
}

/* Reads the labels of a series into 'labels', which ends with {0} then. */
static void
read_labels(struct wire_in *in, const struct commons *commons,
            struct weir_label *labels)
{
    uint64_t count = varint_read(in);

    if (count > SERIES_LABELS_MOST) {
        in->bad = true;
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        labels[i].name = read_text(in, commons);
        labels[i].value = read_text(in, commons);
    }
    labels[count] = (struct weir_label){0};
}

static int
each_series(struct wire_in *in, const struct commons *commons,
            part_each_series *each, void *arg)
{
    struct weir_label labels[SERIES_LABELS_MOST + 1];
    uint64_t count = read_count(in, 4);
    uint64_t id = 0;
    int rc = 0;

    for (uint64_t i = 0; i < count && rc == 0; i++) {
        uint64_t step = varint_read(in), metric = varint_read(in);
        struct weir_series series = {.suffix = read_text(in, commons),
                                     .labels = labels};
        read_labels(in, commons, labels);
        id += step;
        if (in->bad || metric >= commons->metric_count || id > UINT32_MAX ||
            (step == 0 && i))
            return -EBADMSG;
        series.metric = &commons->metrics[metric];
        rc = each(arg, (uint32_t)id, &series);
    }
    return rc;
}

int
part_series_old(struct wire_in in, part_each_series *each, void *arg)
{
    weir_cleanup(commons_fini) struct commons commons = {0};

    read_texts(&in, &commons);
    if (!in.bad)
        read_metrics(&in, &commons);
    int rc = in.bad ? -EBADMSG : each_series(&in, &commons, each, arg);
    return rc == 0 && !wire_ended(&in) ? -EBADMSG : rc;
}
