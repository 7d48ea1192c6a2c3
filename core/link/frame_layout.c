/* frame_layout.c - series of a layout as bytes
 *
 * The body is u32 number, from, count of series, count of metrics; the metrics,
 * each u8 type and the texts name, unit, help; the series, each u32 metric, the
 * text suffix, u8 count of labels, and their names and values.
 */
#include <config.h>

#include "link/frame.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/wire.h"
#include "series.h"

enum {
    HEAD_SIZE = 16,        /* of the body */
    METRIC_LEAST = 10,     /* bytes of a metric, at least */
    SERIES_LEAST = 8,      /* bytes of a series, at least */
    METRICS_LOOKED_AT = 16 /* as a series' metric is one of the last ones */
};

/* A body in the making. */
struct draft {
    struct wire_out metrics, series;
    const struct weir_metric **seen; /* [metric_count] */
    uint32_t metric_count, series_count;
};

static void
draft_fini(struct draft *self)
{
    wire_out_fini(&self->metrics);
    wire_out_fini(&self->series);
    free(self->seen);
}

static uint32_t
draft_metric(struct draft *self, const struct weir_metric *metric)
{
    uint32_t count = self->metric_count;

    for (uint32_t i = 1; i <= METRICS_LOOKED_AT && i <= count; i++)
        if (self->seen[count - i] == metric)
            return count - i;
    self->seen[self->metric_count++] = metric;
    wire_put_u8(&self->metrics, (uint8_t)metric->type);
    wire_put_text(&self->metrics, metric->name);
    wire_put_text(&self->metrics, metric->unit);
    wire_put_text(&self->metrics, metric->help);
    return count;
}

/* Adds a series, unless the frame would be too large. */
static bool
draft_add(struct draft *self, const struct weir_series *series)
{
    size_t metrics_size = self->metrics.size, series_size = self->series.size;
    uint32_t metric_count = self->metric_count;

    wire_put_u32(&self->series, draft_metric(self, series->metric));
    wire_put_text(&self->series, series->suffix);
    wire_put_u8(&self->series, (uint8_t)labels_count(series->labels));
    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        wire_put_text(&self->series, label->name);
        wire_put_text(&self->series, label->value);
    }
    if (FRAME_HEAD_SIZE + HEAD_SIZE + self->metrics.size + self->series.size <=
        FRAME_MOST) {
        self->series_count++;
        return true;
    }
    self->metrics.size = metrics_size;
    self->series.size = series_size;
    self->metric_count = metric_count;
    return false;
}

struct frame *
frame_of_layout(const struct weir_layout *layout, uint32_t number,
                uint32_t from, uint32_t *ret_next)
{
    weir_cleanup(draft_fini) struct draft draft = {
        .seen = xcalloc(layout->count - from, sizeof(struct weir_metric *))};
    weir_cleanup(wire_out_fini) struct wire_out body = {0};
    uint32_t next = from;

    while (next < layout->count && draft_add(&draft, &layout->series[next]))
        next++;
    wire_put_u32(&body, number);
    wire_put_u32(&body, from);
    wire_put_u32(&body, draft.series_count);
    wire_put_u32(&body, draft.metric_count);
    wire_put(&body, draft.metrics.bytes, draft.metrics.size);
    wire_put(&body, draft.series.bytes, draft.series.size);
    *ret_next = next;
    return frame_new(&(struct frame_head){.type = FRAME_LAYOUT}, body.bytes,
                     body.size);
}

int
frame_layout_head(const struct frame_view *view, struct frame_layout *ret_head)
{
    struct wire_in in = {view->body, view->size, false};
    struct frame_layout head = {.number = wire_u32(&in), .from = wire_u32(&in)};
    uint32_t count = wire_u32(&in);

    if (in.bad || head.from > WEIR_LAYOUT_MOST ||
        count > WEIR_LAYOUT_MOST - head.from)
        return -EBADMSG;
    head.end = head.from + count;
    *ret_head = head;
    return 0;
}

/* A body being read. */
struct reading {
    struct wire_in in;
    uint32_t metric_count;
    struct weir_metric *metrics; /* [metric_count], texts lent by the frame */
    struct weir_label labels[SERIES_LABELS_MOST + 1]; /* of the last series */
};

static void
reading_fini(struct reading *self)
{
    free(self->metrics);
}

static int
read_metrics(struct reading *self)
{
    if (self->metric_count > self->in.left / METRIC_LEAST)
        return -EBADMSG;
    self->metrics = xcalloc(self->metric_count, sizeof(*self->metrics));
    for (uint32_t i = 0; i < self->metric_count; i++) {
        uint8_t type = wire_u8(&self->in);
        if (type > WEIR_INFO)
            return -EBADMSG;
        struct weir_metric *metric = &self->metrics[i];
        metric->type = type;
        metric->name = wire_text(&self->in, SERIES_NAME_MOST);
        metric->unit = wire_text(&self->in, SERIES_NAME_MOST);
        metric->help = wire_text(&self->in, SERIES_HELP_MOST);
    }
    return self->in.bad ? -EBADMSG : 0;
}

/* Reads one series, whose labels are valid until the next one is read. */
static int
read_series(struct reading *self, struct weir_series *ret_series)
{
    uint32_t metric = wire_u32(&self->in);
    const char *suffix = wire_text(&self->in, SERIES_NAME_MOST);
    uint8_t count = wire_u8(&self->in);

    if (self->in.bad || metric >= self->metric_count ||
        count > SERIES_LABELS_MOST)
        return -EBADMSG;
    for (uint8_t i = 0; i < count; i++) {
        self->labels[i].name = wire_text(&self->in, SERIES_NAME_MOST);
        self->labels[i].value = wire_text(&self->in, SERIES_VALUE_MOST);
    }
    self->labels[count] = (struct weir_label){0};
    struct weir_series series = {&self->metrics[metric], suffix, self->labels};
    if (self->in.bad || !series_valid(&series))
        return -EBADMSG;
    *ret_series = series;
    return 0;
}

/* The series that a layout has and those that are to come, to find one that
 * comes twice. */
struct census {
    struct layout *old;
    struct layout *fresh; /* its columns count from old's end on */
    uint32_t *columns;    /* [CENSUS_ROOM] by hash: column + 1, or 0 */
};

enum { CENSUS_ROOM = 4 * WEIR_LAYOUT_MOST };

static void
census_fini(struct census *self)
{
    layout_destroy(&self->fresh);
    free(self->columns);
}

static const struct weir_series *
census_series(const struct census *self, uint32_t column)
{
    const struct weir_layout *old = layout_shape(self->old);

    return column < old->count
               ? &old->series[column]
               : &layout_shape(self->fresh)->series[column - old->count];
}

/* Counts a series as 'column'; returns false when it came before. */
static bool
census_add(struct census *self, const struct weir_series *series,
           uint32_t column)
{
    size_t at = series_hash(series) % CENSUS_ROOM;

    for (; self->columns[at]; at = (at + 1) % CENSUS_ROOM)
        if (series_equal(series, census_series(self, self->columns[at] - 1)))
            return false;
    self->columns[at] = column + 1;
    return true;
}

/* Reads the series and collects those that the layout has not. */
static int
read_all(struct reading *self, const struct frame_layout *head,
         struct census *census)
{
    uint32_t old_count = layout_shape(census->old)->count;

    for (uint32_t i = 0; i < old_count; i++)
        (void)census_add(census, &layout_shape(census->old)->series[i], i);
    for (uint32_t column = head->from; column < head->end; column++) {
        struct weir_series series;
        int rc = read_series(self, &series);
        if (rc < 0)
            return rc;
        if (column < old_count)
            continue;
        if (!census_add(census, &series, column))
            return -EBADMSG;
        (void)layout_add(census->fresh, &series);
    }
    return wire_ended(&self->in) ? 0 : -EBADMSG;
}

int
frame_layout_read(const struct frame_view *view, struct layout *into)
{
    weir_cleanup(reading_fini) struct reading reading = {
        .in = {view->body, view->size, false}};
    struct frame_layout head = {0};

    int rc = frame_layout_head(view, &head);
    if (rc < 0 || head.number != layout_number(into) ||
        head.from > layout_shape(into)->count ||
        head.end - head.from > view->size / SERIES_LEAST)
        return -EBADMSG;
    (void)wire_take(&reading.in, HEAD_SIZE - sizeof(uint32_t));
    reading.metric_count = wire_u32(&reading.in);
    rc = read_metrics(&reading);
    if (rc < 0)
        return rc;

    weir_cleanup(census_fini) struct census census = {
        into, layout_new(0), xcalloc(CENSUS_ROOM, sizeof(uint32_t))};
    rc = read_all(&reading, &head, &census);
    if (rc < 0)
        return rc;
    const struct weir_layout *fresh = layout_shape(census.fresh);
    for (uint32_t i = 0; i < fresh->count; i++)
        (void)layout_add(into, &fresh->series[i]);
    return 0;
}
