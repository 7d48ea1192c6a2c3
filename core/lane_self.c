/* lane_self.c - a lane's own weir_... series */
#include <config.h>

#include "lane_self.h"

#include <stddef.h>
#include <string.h>

#include "base.h"
#include "self.h"
#include "stage.h"

static const struct {
    struct weir_metric metric;
    size_t offset; /* in struct lane_figures */
} rows[] = {
#define ROW(name, type, unit, field, help)                             \
    {                                                                  \
        {name, type, unit, help}, offsetof(struct lane_figures, field) \
    }
    ROW("weir_link_sent_batches_total", WEIR_COUNTER, "", batches_sent,
        "Batches sent, each counted once."),
    ROW("weir_link_durable_batches_total", WEIR_COUNTER, "", batches_durable,
        "Batches that the store called durable."),
    ROW("weir_link_rejected_batches_total", WEIR_COUNTER, "", batches_rejected,
        "Batches that the store refused for ever."),
    ROW("weir_link_again_batches_total", WEIR_COUNTER, "", batches_again,
        "Times that a batch was sent again."),
    ROW("weir_link_sent_bytes_total", WEIR_COUNTER, "bytes", bytes_sent,
        "Bytes of frames sent."),
    ROW("weir_link_waiting_bytes", WEIR_GAUGE, "bytes", waiting_bytes,
        "Bytes offered and not yet durable."),
#undef ROW
};

static const struct weir_metric up = {"weir_link_up", WEIR_GAUGE, "",
                                      "Whether the store answers."};

static void
provide(void *arg, struct weir_batch *into)
{
    struct lane *lane = arg;
    const struct weir_label labels[] = {{"link", stage_name(lane_stage(lane))},
                                        {0}};
    struct lane_figures figures;

    lane_figures(lane, &figures);
    weir_add(into, &up, labels, figures.connected);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint64_t count = 0;
        memcpy(&count, (const char *)&figures + rows[i].offset, sizeof(count));
        weir_add(into, &rows[i].metric, labels, (double)count);
    }
}

void
lane_self_register(struct lane *lane)
{
    self_register(provide, lane);
}

void
lane_self_unregister(struct lane *lane)
{
    self_unregister(lane);
}
