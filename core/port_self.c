/* port_self.c - a port's own weir_... series */
#include <config.h>

#include "port_self.h"

#include <stddef.h>

#include "base.h"

struct row {
    struct weir_metric metric;
    size_t offset; /* in struct port_figures */
};

enum { ROWS = 10 };

#define ROW(name, type, field, help)                                 \
    {                                                                \
        {name, type, "", help}, offsetof(struct port_figures, field) \
    }

/* 'kind' begins the names, 'done' says what becomes of a batch. */
#define TABLE(kind, done)                                                      \
    {                                                                          \
        ROW(kind "batches_total", WEIR_COUNTER, batches, "Batches " done "."), \
            ROW(kind "samples_total", WEIR_COUNTER, samples,                   \
                "Samples " done "."),                                          \
            ROW(kind "bytes_total", WEIR_COUNTER, bytes,                       \
                "Bytes of frames " done "."),                                  \
            ROW(kind "duplicate_batches_total", WEIR_COUNTER, duplicates,      \
                "Batches that came again and were " done " before."),          \
            ROW(kind "rejected_batches_total", WEIR_COUNTER, rejected,         \
                "Batches refused for ever."),                                  \
            ROW(kind "refused_samples_total", WEIR_COUNTER, refused_samples,   \
                "Samples that a limit refused."),                              \
            ROW(kind "streams", WEIR_GAUGE, streams, "Senders known."),        \
            ROW(kind "layouts", WEIR_GAUGE, layouts, "Layouts known."),        \
            ROW(kind "refused_layouts_total", WEIR_COUNTER, refused_layouts,   \
                "Layouts with labels, or more series, than their sender's "    \
                "key may have."),                                              \
            ROW(kind "bad_frames_total", WEIR_COUNTER, bad_frames,             \
                "Messages that were no frames."),                              \
    }

static const struct row of_store[ROWS] = TABLE("weir_store_", "stored");
static const struct row of_relay[ROWS] = TABLE("weir_relay_", "taken");

static void
add(const struct port *port, const struct row rows[ROWS],
    const struct weir_label labels[], struct weir_batch *into)
{
    struct port_figures figures;

    port_figures(port, &figures);
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t count = 0;
        memcpy(&count, (const char *)&figures + rows[i].offset, sizeof(count));
        weir_add(into, &rows[i].metric, labels, (double)count);
    }
}

void
port_self_store(const struct port *port, const char *name,
                struct weir_batch *into)
{
    const struct weir_label labels[] = {{"storage", name}, {0}};

    add(port, of_store, labels, into);
}

void
port_self_relay(const struct port *port, const char *name,
                struct weir_batch *into)
{
    const struct weir_label labels[] = {{"link", name}, {0}};

    add(port, of_relay, labels, into);
}
