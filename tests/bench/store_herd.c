/* store_herd.c - sources that have batches ready for a store
 *
 * With churn, a source gives up 1 % of its series each cycle, which end with a
 * stale marker, and has as many new ones; another 5 % flap: two values, a stale
 * marker, nothing.  A layout most of which has gone is made anew.
 */
#include <config.h>

#include "store_herd.h"

#include <stdbool.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/frame.h"
#include "source.h"
#include "store_values.h"

enum {
    SERIES_A_METRIC = 15,
    TEXT_SIZE = 48,
    REPLACED_OF = 100, /* one of so many */
    FLAPPING_OF = 20,
    SECONDS_BEHIND = 3600,
};

static const int64_t first_ns = 1790000000 * NS_PER_S;

struct herd_source {
    struct layout *layout;
    uint32_t first;  /* number of the series in the layout's first column */
    uint32_t gone;   /* columns before this one have ended */
    uint32_t ending; /* columns before 'gone' that end in this cycle */
    double *values;  /* [width], of the columns from 'gone' on */
};

/* A batch as a store gets it. */
struct ready {
    struct frame *frame;
    struct frame_batch *read;
    struct weir_batch *batch;
};

struct herd {
    struct herd_shape shape;
    struct herd_store store;
    struct herd_source *sources; /* [source_count] */
    uint32_t source_count;
    struct ready *ready;               /* [cycles * source_count] */
    uint32_t last_series, last_layout; /* numbers given */
    uint64_t cycle, samples;
    double *row;       /* [WEIR_LAYOUT_MOST], for one that is being made */
    uint64_t *present; /* of it */
};

/* Series ------------------------------------------------------------------- */

static void
add_series(struct herd *self, struct layout *layout)
{
    char name[TEXT_SIZE], host[TEXT_SIZE], device[TEXT_SIZE];
    const struct weir_metric metric = {
        name, WEIR_GAUGE, "bytes",
        "What the bench measures, in the words of a helpful sentence."};
    const struct weir_label labels[] = {{"cluster", "production-fra1"},
                                        {"device", device},
                                        {"instance", host},
                                        {"job", "bench"},
                                        {0}};
    const struct weir_series series = {&metric, "", labels};
    uint32_t number = self->last_series++, width = self->shape.width;

    (void)snprintf(name, TEXT_SIZE, "bench_subsystem_bytes_read_%u",
                   number % width / SERIES_A_METRIC);
    (void)snprintf(device, TEXT_SIZE, "device-%u", number % SERIES_A_METRIC);
    (void)snprintf(host, TEXT_SIZE, "host-%06u.example.org:9100",
                   number / width);
    (void)layout_add(layout, &series);
}

static void
resolve(struct herd *self, struct herd_source *source, uint32_t from)
{
    (void)self->store.plugin->resolve(self->store.instance,
                                      layout_shape(source->layout), from,
                                      layout_resolved(source->layout));
}

static void
forget(struct herd *self, struct layout *layout)
{
    self->store.plugin->forget(self->store.instance, *layout_resolved(layout));
    *layout_resolved(layout) = NULL;
}

static void
make_source(struct herd *self, struct herd_source *source)
{
    uint32_t width = self->shape.width;

    source->layout = layout_new(++self->last_layout);
    source->first = self->last_series;
    source->values = xcalloc(width, sizeof(*source->values));
    for (uint32_t i = 0; i < width; i++) {
        source->values[i] = mix_first(source->first + i);
        add_series(self, source->layout);
    }
}

/* The layout begins anew with the series that have not ended. */
static void
rebuild(struct herd *self, struct herd_source *source)
{
    struct layout *old = source->layout;
    const struct weir_layout *shape = layout_shape(old);

    source->layout = layout_new(++self->last_layout);
    for (uint32_t i = source->gone; i < shape->count; i++)
        (void)layout_add(source->layout, &shape->series[i]);
    source->first += source->gone;
    source->gone = source->ending = 0;
    resolve(self, source, 0);
    forget(self, old);
    layout_destroy(&old);
}

static void
replace_some(struct herd *self, struct herd_source *source)
{
    uint32_t width = self->shape.width, count = width / REPLACED_OF;

    if (source->gone > width)
        rebuild(self, source);
    uint32_t before = layout_shape(source->layout)->count;
    for (uint32_t i = 0; i < count; i++)
        add_series(self, source->layout);
    source->gone += count;
    source->ending = count;
    memmove(source->values, source->values + count,
            (width - count) * sizeof(*source->values));
    for (uint32_t i = width - count; i < width; i++)
        source->values[i] = mix_first(i);
    resolve(self, source, before);
}

/* Batches ------------------------------------------------------------------ */

static int64_t
time_now(const struct herd *self)
{
    int64_t time_ns = first_ns + (int64_t)self->cycle * NS_PER_S;

    if (self->shape.kind == HERD_BEHIND && self->cycle % 2)
        time_ns -= SECONDS_BEHIND * NS_PER_S;
    return time_ns;
}

static void
advance(const struct herd *self, struct herd_source *source, double *into)
{
    for (uint32_t i = 0; i < self->shape.width; i++) {
        uint32_t number = source->first + source->gone + i;
        into[i] = source->values[i] = mix_next(number, source->values[i]);
    }
}

static struct layout *
find_layout(void *arg, uint32_t number)
{
    (void)number;
    return arg;
}

static void
drop_ready(struct ready *ready)
{
    weir_batch_destroy(&ready->batch);
    frame_batch_destroy(&ready->read);
    frame_release(&ready->frame);
}

/* Makes the frame of a batch, and reads it as a store does. */
static void
make_ready(struct ready *ready, const struct weir_rows *rows,
           const struct weir_loose *loose)
{
    uint32_t number = 0;
    struct layout *layout = layout_of(rows ? rows->layout : loose->layout);

    drop_ready(ready);
    ready->frame =
        x_or_die(frame_of_batch(rows, rows != NULL, loose, loose != NULL));
    ready->read = frame_batch_new();
    struct frame_view view = frame_look(ready->frame);
    if (frame_batch_read(ready->read, &view, find_layout, layout, &number) < 0)
        abort();
    ready->batch = batch_of_frame(ready->read);
}

/* Sets what a churning source has of a column in this cycle. */
static void
set_column(struct herd *self, const struct herd_source *source, uint32_t column)
{
    static const uint64_t stale_bits = WEIR_STALE_BITS;
    uint32_t number = source->first + column;
    bool lives = column >= source->gone;
    bool ends = !lives && column + source->ending >= source->gone;
    bool flaps = lives && number % FLAPPING_OF == 0;
    uint64_t phase = flaps ? (self->cycle + number / FLAPPING_OF) % 4 : 0;

    if ((!lives && !ends) || phase == 3) {
        self->row[column] = 0;
        return;
    }
    if (ends || phase == 2)
        memcpy(&self->row[column], &stale_bits, sizeof(stale_bits));
    self->present[column / 64] |= UINT64_C(1) << column % 64;
    self->samples++;
}

static void
make_churning(struct herd *self, struct herd_source *source,
              struct ready *ready)
{
    replace_some(self, source);
    const struct weir_layout *shape = layout_shape(source->layout);
    int64_t time_ns = time_now(self);
    const struct weir_rows rows = {
        .layout = shape,
        .width = shape->count,
        .count = 1,
        .times_ns = &time_ns,
        .values = self->row,
        .present = self->present,
    };

    memset(self->present, 0, WEIR_LAYOUT_MOST / 8);
    advance(self, source, self->row + source->gone);
    for (uint32_t i = 0; i < shape->count; i++)
        set_column(self, source, i);
    make_ready(ready, &rows, NULL);
}

/* Makes a batch to be written into again and again. */
static void
make_first(struct herd *self, const struct herd_source *source,
           struct ready *ready)
{
    uint32_t width = self->shape.width;
    weir_cleanup(weir_free) uint32_t *index = xcalloc(width, sizeof(*index));
    weir_cleanup(weir_free) int64_t *times_ns =
        xcalloc(width, sizeof(*times_ns));
    const struct weir_rows rows = {
        .layout = layout_shape(source->layout),
        .width = width,
        .count = 1,
        .times_ns = times_ns,
        .values = source->values,
    };
    const struct weir_loose loose = {
        rows.layout, NULL, width, index, times_ns, source->values,
    };

    for (uint32_t i = 0; i < width; i++)
        index[i] = i;
    if (self->shape.kind == HERD_LOOSE)
        make_ready(ready, NULL, &loose);
    else
        make_ready(ready, &rows, NULL);
}

static void
write_loose(struct herd *self, struct herd_source *source,
            const struct weir_loose *loose)
{
    int64_t *times_ns = base_own(loose->times_ns);

    ((struct weir_loose *)base_own(loose))->resolved =
        *layout_resolved(source->layout);
    advance(self, source, base_own(loose->values));
    for (uint32_t i = 0; i < self->shape.width; i++)
        times_ns[i] = time_now(self) + i * 7919 % 1000 * NS_PER_MS;
}

static void
write_row(struct herd *self, struct herd_source *source,
          const struct weir_rows *rows)
{
    ((struct weir_rows *)base_own(rows))->resolved =
        *layout_resolved(source->layout);
    advance(self, source, base_own(rows->values));
    *(int64_t *)base_own(rows->times_ns) = time_now(self);
}

static void
write_again(struct herd *self, struct herd_source *source, struct ready *ready)
{
    size_t count = 0;

    if (self->shape.kind == HERD_LOOSE)
        write_loose(self, source, weir_batch_loose(ready->batch, &count));
    else
        write_row(self, source, weir_batch_rows(ready->batch, &count));
    self->samples += self->shape.width;
}

/* The herd ----------------------------------------------------------------- */

struct herd *
herd_new(const struct herd_shape *shape)
{
    struct herd *self = xcalloc(1, sizeof(*self));

    self->shape = *shape;
    self->source_count = shape->series / shape->width;
    self->sources = xcalloc(self->source_count, sizeof(*self->sources));
    self->ready = xcalloc(herd_count(self), sizeof(*self->ready));
    self->present = xcalloc(WEIR_LAYOUT_MOST / 64, sizeof(*self->present));
    self->row = xcalloc(WEIR_LAYOUT_MOST, sizeof(*self->row));
    for (uint32_t i = 0; i < self->source_count; i++)
        make_source(self, &self->sources[i]);
    for (uint32_t i = 0; i < herd_count(self); i++)
        if (shape->kind != HERD_CHURN)
            make_first(self, &self->sources[i % self->source_count],
                       &self->ready[i]);
    return self;
}

void
herd_destroy(struct herd **self_p)
{
    struct herd *self = *self_p;

    for (uint32_t i = 0; i < herd_count(self); i++)
        drop_ready(&self->ready[i]);
    for (uint32_t i = 0; i < self->source_count; i++) {
        layout_destroy(&self->sources[i].layout);
        free(self->sources[i].values);
    }
    free(self->sources);
    free(self->ready);
    free(self->present);
    free(self->row);
    free(self);
    *self_p = NULL;
}

void
herd_meet(struct herd *self, const struct herd_store *store)
{
    self->store = *store;
    for (uint32_t i = 0; i < self->source_count; i++)
        resolve(self, &self->sources[i], 0);
}

void
herd_part(struct herd *self)
{
    for (uint32_t i = 0; i < self->source_count; i++)
        forget(self, self->sources[i].layout);
}

void
herd_round(struct herd *self)
{
    struct ready *ready = self->ready;

    for (uint32_t cycle = 0; cycle < self->shape.cycles; cycle++) {
        for (uint32_t i = 0; i < self->source_count; i++, ready++)
            if (self->shape.kind == HERD_CHURN)
                make_churning(self, &self->sources[i], ready);
            else
                write_again(self, &self->sources[i], ready);
        self->cycle++;
    }
}

uint32_t
herd_count(const struct herd *self)
{
    return self->shape.cycles * self->source_count;
}

const struct weir_batch *
herd_batch(const struct herd *self, uint32_t number)
{
    return self->ready[number].batch;
}

uint64_t
herd_samples(const struct herd *self)
{
    return self->samples;
}
