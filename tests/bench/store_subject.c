/* store_subject.c - a store that is measured */
#include <config.h>

#include "../../plugins/storage/tsdb/tsdb.c"

#include "store_subject.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>

#include <weir/cleanup.h>
#include <weir/harness.h>

#include "../../plugins/storage/tsdb/part_format.h"
#include "../../sdk/harness_inner.h"
#include "base.h"
#include "clock.h"
#include "link/answer.h"
#include "link/frame.h"
#include "link/part.h"
#include "link/sink.h"
#include "source.h"

struct subject {
    struct weir_harness *harness;
    struct tsdb *tsdb;
    struct arena texts;
    struct layout *layout; /* of the rows that came; or NULL */
    struct frame_batch *batch;
    uint64_t tickets;
    int64_t worst_ns, append_ns;
};

int
subject_open(const char *path, struct subject **ret_subject)
{
    weir_cleanup(weir_free) char *setting = NULL;
    weir_cleanup(subject_destroy) struct subject *self =
        xcalloc(1, sizeof(*self));

    if (asprintf(&setting, "path = \"%s\"", path) < 0)
        abort();
    const char *settings[] = {
        setting,          "retention = 0",    "flush_interval = 0",
        "flush_size = 0", "compact_rate = 0", NULL};
    int rc = weir_harness_open(&tsdb_LTX_weir_plugin, settings, &self->harness);
    if (rc < 0) {
        (void)fprintf(stderr, "%s: %s\n", path, weir_harness_why(NULL));
        return rc;
    }
    self->tsdb = weir_harness_self(self->harness);
    self->batch = frame_batch_new();
    *ret_subject = weir_take(self);
    return 0;
}

void
subject_destroy(struct subject **self_p)
{
    struct subject *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    if (self->layout)
        tsdb_forget(self->tsdb, *layout_resolved(self->layout));
    weir_harness_destroy(&self->harness);
    frame_batch_destroy(&self->batch);
    layout_destroy(&self->layout);
    arena_clear(&self->texts);
    free(self);
}

static void
make_layout(struct subject *self, const struct rows *rows)
{
    self->layout = layout_new(1);
    for (uint32_t i = 0; i < rows->width; i++) {
        struct parsed_line line;
        weir_cleanup(weir_free) char *text = NULL;
        if (asprintf(&text, "%s 0 0\n", rows->series[i]) < 0 ||
            !harness_read_line(text, &self->texts, &line))
            abort();
        (void)layout_add(self->layout, &line.series);
    }
    (void)tsdb_resolve(self->tsdb, layout_shape(self->layout), 0,
                       layout_resolved(self->layout));
}

static struct layout *
find_layout(void *arg, uint32_t number)
{
    struct subject *self = arg;

    (void)number;
    return self->layout;
}

/* Makes a frame of the rows; the absent ones get a bit and no value. */
static struct frame *
make_frame(struct subject *self, const struct rows *rows, size_t from,
           size_t count)
{
    size_t words = (rows->width + 63) / 64;
    weir_cleanup(weir_free) uint64_t *present =
        xcalloc(count * words, sizeof(*present));
    weir_cleanup(weir_free) double *values =
        xcalloc(count * rows->width, sizeof(*values));
    bool all = true;

    for (size_t row = 0; row < count; row++)
        for (uint32_t i = 0; i < rows->width; i++) {
            double value = rows_at(rows, from + row)[i];
            all = all && !isnan(value);
            if (isnan(value))
                continue;
            values[row * rows->width + i] = value;
            present[row * words + i / 64] |= UINT64_C(1) << (i % 64);
        }
    const struct weir_rows made = {
        .layout = layout_shape(self->layout),
        .width = rows->width,
        .count = (uint32_t)count,
        .times_ns = rows->times_ns + from,
        .values = values,
        .present = all ? NULL : present,
    };
    return frame_of_batch(&made, 1, NULL, 0);
}

/* An append from which something else took the processor says nothing of how
 * long one takes. */
static int
time_append(struct subject *self, const struct weir_batch *batch,
            const struct weir_ticket *ticket)
{
    struct rusage before, after;

    (void)getrusage(RUSAGE_THREAD, &before);
    int64_t begin = clock_now_ns();
    int rc = tsdb_append(self->tsdb, batch, ticket);
    int64_t took_ns = clock_now_ns() - begin;
    (void)getrusage(RUSAGE_THREAD, &after);
    self->append_ns += took_ns;
    if (took_ns > self->worst_ns && after.ru_nivcsw == before.ru_nivcsw)
        self->worst_ns = took_ns;
    return rc;
}

static int
append_frame(struct subject *self, struct frame *frame)
{
    const struct frame_view view = frame_look(frame);
    const struct weir_ticket ticket = {
        .number = self->tickets + 1,
        .stream = "bench's stream.",
        .sequence = self->tickets + 1,
        .peer = "bench",
    };
    uint32_t number = 0;
    int rc = frame_batch_read(self->batch, &view, find_layout, self, &number);
    if (rc < 0)
        return rc;
    struct weir_batch *batch = batch_of_frame(self->batch);

    while ((rc = time_append(self, batch, &ticket)) == -EAGAIN)
        weir_harness_run(self->harness, NS_PER_MS);
    weir_batch_destroy(&batch);
    self->tickets++;
    return rc < 0 ? rc : 0;
}

/* Rows that fit into a frame. */
static size_t
frame_rows(uint32_t width)
{
    size_t row = sizeof(int64_t) + width * sizeof(double) + (width + 63) / 8;

    return (FRAME_MOST - 1024) / row;
}

int
subject_append(struct subject *self, const struct rows *rows, size_t from,
               size_t count)
{
    int rc = 0;

    if (!self->layout)
        make_layout(self, rows);
    while (rc == 0 && count > 0) {
        size_t most = frame_rows(rows->width);
        size_t step = count < most ? count : most;
        struct frame *frame = make_frame(self, rows, from, step);
        rc = append_frame(self, frame);
        frame_release(&frame);
        from += step;
        count -= step;
    }
    return rc;
}

int64_t
subject_worst_ns(struct subject *self)
{
    int64_t worst_ns = self->worst_ns;

    self->worst_ns = 0;
    return worst_ns;
}

int64_t
subject_append_ns(const struct subject *self)
{
    return self->append_ns;
}

int
subject_settle(struct subject *self)
{
    return wal_settle(self->tsdb->wal);
}

int
subject_flush(struct subject *self)
{
    flush_start(&self->tsdb->flush);
    return flush_end(&self->tsdb->flush);
}

int
subject_compact(struct subject *self)
{
    struct compact *compact = &self->tsdb->compact;
    int rc = 0;

    while (rc == 0 && compact_start(compact))
        rc = compact_end(compact);
    return rc;
}

struct subject_sizes
subject_sizes(struct subject *self)
{
    const struct parts *parts = self->tsdb->parts;
    struct subject_sizes sizes = {.parts = parts->count};

    for (uint32_t i = 0; i < parts->count; i++) {
        const struct part *part = parts->items[i]->part;
        const struct part_foot *foot = &part->foot;
        sizes.chunks += part_info(part)->chunks;
        sizes.total += part_info(part)->size;
        sizes.frames += foot->times;
        sizes.times += foot->index - foot->times;
        sizes.index += foot->series - foot->index;
        sizes.names += foot->end - foot->series;
    }
    return sizes;
}

/* Counts what an answer's parts have. */
struct hearing {
    struct part_reader *reader;
    int64_t count;
};

static int
hear(void *arg, struct frame **frame_p)
{
    struct hearing *self = arg;
    const struct frame_view view = frame_look(*frame_p);
    struct answer_part part;

    if (part_read(self->reader, &view, &part) == 0 && part.samples)
        self->count += part.samples->count;
    frame_release(frame_p);
    return 0;
}

int64_t
subject_ask(struct subject *self, const struct weir_select *what)
{
    struct weir_select bounded = *what;
    struct hearing hearing = {.reader =
                                  part_reader_new(UINT32_MAX, UINT64_MAX)};

    bounded.bounds =
        (struct weir_bounds){UINT64_MAX, UINT64_MAX, UINT32_MAX, INT64_MAX};
    struct weir_sink *sink = sink_new(&bounded, 1, hear, &hearing);
    int rc = tsdb_answer(self->tsdb, &bounded, sink);
    (void)sink_end(sink, rc);
    sink_destroy(&sink);
    part_reader_destroy(&hearing.reader);
    return rc < 0 ? rc : hearing.count;
}

struct tsdb *
subject_tsdb(struct subject *self)
{
    return self->tsdb;
}
