/* feed.c - a source with synthetic series, and its link to a store */
#include <config.h>

#include "feed.h"

#include <errno.h>
#include <stdio.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/lane.h"
#include "outlet.h"
#include "source.h"

enum {
    WINDOW_BYTES = 16 << 20, /* as a link has by default */
    BATCH_MOST = 2 << 20,
    SERIES_A_METRIC = 100,
    TEXT_SIZE = 32,
};

static const int64_t patience_ns = 10 * NS_PER_S;

/* A value's way to weir_add(): as a plugin has it at hand. */
struct item {
    const struct weir_metric *metric;
    char disk[TEXT_SIZE], host[TEXT_SIZE];
    struct weir_label labels[3];
    uint32_t reference;
};

struct feed {
    enum feed_mode mode;
    struct lane *lane;
    struct spread *spread;
    struct lanes_outlet *outlet;
    struct weir_source *source;
    struct source_figures figures;
    int64_t time_ns;
    double value;
    struct weir_metric *metrics;
    char (*names)[TEXT_SIZE]; /* of the metrics */
    struct item *items;       /* [count] */
    uint32_t count;
};

static void
make_metrics(struct feed *self)
{
    size_t count = self->count / SERIES_A_METRIC + 1;

    self->metrics = xcalloc(count, sizeof(*self->metrics));
    self->names = xcalloc(count, sizeof(*self->names));
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(self->names[i], TEXT_SIZE, "bench_%zu", i);
        self->metrics[i] =
            (struct weir_metric){self->names[i], WEIR_GAUGE, "", "Synthetic."};
    }
}

static void
make_items(struct feed *self)
{
    self->items = xcalloc(self->count, sizeof(*self->items));
    for (uint32_t i = 0; i < self->count; i++) {
        struct item *item = &self->items[i];
        uint32_t number = i % SERIES_A_METRIC;
        item->metric = &self->metrics[i / SERIES_A_METRIC];
        (void)snprintf(item->disk, TEXT_SIZE, "disk%u", number % 10);
        (void)snprintf(item->host, TEXT_SIZE, "host%u", number / 10);
        item->labels[0] = (struct weir_label){"disk", item->disk};
        item->labels[1] = (struct weir_label){"host", item->host};
    }
}

static void
refer_to_all(struct feed *self, struct weir_batch *batch)
{
    for (uint32_t i = 0; i < self->count; i++) {
        struct item *item = &self->items[i];
        struct weir_series series = {item->metric, "", item->labels};
        (void)weir_series_refer(batch, &series, NULL, 0, &item->reference);
    }
}

int
feed_open(const char *endpoint, uint32_t series, enum feed_mode mode,
          struct feed **ret_feed)
{
    weir_cleanup(feed_destroy) struct feed *self = xcalloc(1, sizeof(*self));
    struct lane_settings settings = {.name = "bench",
                                     .endpoint = endpoint,
                                     .sender = "bench",
                                     .window_bytes = WINDOW_BYTES};

    self->mode = mode;
    self->count = series;
    self->time_ns = clock_wall_ns();
    make_metrics(self);
    make_items(self);
    int rc = lane_open(&settings, &self->lane);
    if (rc < 0)
        return rc;
    self->spread = spread_new("bench");
    spread_set(self->spread, &self->lane, 1, 1);
    self->outlet = lanes_outlet_new(NULL, NULL, &self->spread, 1);
    struct source_settings source = {
        .outlet = lanes_outlet_outlet(self->outlet),
        .figures = &self->figures,
    };
    self->source = source_new(&source);
    *ret_feed = weir_take(self);
    return 0;
}

void
feed_destroy(struct feed **self_p)
{
    struct feed *self = *self_p;

    if (!self)
        return;
    source_abandon(&self->source);
    lanes_outlet_destroy(&self->outlet);
    (void)lane_close(&self->lane, clock_now_ns() + patience_ns);
    spread_destroy(&self->spread);
    free(self->items);
    free(self->names);
    free(self->metrics);
    free(self);
    *self_p = NULL;
}

static void
pause_a_little(void)
{
    static const struct timespec pause = {0, 10 * NS_PER_US};
    (void)nanosleep(&pause, NULL);
}

static void
wait_for_room(const struct feed *self)
{
    struct lane_figures figures;

    for (;;) {
        lane_figures(self->lane, &figures);
        if (figures.waiting_bytes + BATCH_MOST <= WINDOW_BYTES)
            return;
        pause_a_little();
    }
}

void
feed_batch(struct feed *self)
{
    wait_for_room(self);
    struct weir_batch *batch = weir_batch_begin(self->source, self->time_ns);
    if (self->mode == FEED_SET && self->figures.batches == 0)
        refer_to_all(self, batch);

    if (self->mode == FEED_SET)
        for (uint32_t i = 0; i < self->count; i++)
            weir_set(batch, self->items[i].reference, self->value);
    else
        for (uint32_t i = 0; i < self->count; i++)
            weir_add(batch, self->items[i].metric, self->items[i].labels,
                     self->value);
    self->time_ns += NS_PER_S;
    self->value += 1;
    if (weir_batch_end(&batch, NULL, NULL) < 0)
        abort();
}

int
feed_drain(struct feed *self)
{
    int64_t until_ns = clock_now_ns() + patience_ns;
    struct lane_figures figures;

    do {
        if (clock_now_ns() > until_ns)
            return -ETIMEDOUT;
        pause_a_little();
        lane_figures(self->lane, &figures);
    } while (figures.batches_durable < self->figures.batches);
    return 0;
}

uint64_t
feed_samples(const struct feed *self)
{
    return self->figures.samples;
}

size_t
feed_message_size(const struct feed *self)
{
    return self->figures.bytes / self->figures.batches;
}
