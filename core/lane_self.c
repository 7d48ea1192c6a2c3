/* lane_self.c - a lane's own weir_... series */
#include <config.h>

#include "lane_self.h"

#include <stddef.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "self.h"
#include "stage.h"

struct row {
    struct weir_metric metric;
    size_t offset; /* in struct lane_figures */
};

static const struct row rows[] = {
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
        "Bytes offered and not yet durable, in memory."),
    ROW("weir_link_in_flight_bytes", WEIR_GAUGE, "bytes", in_flight_bytes,
        "Bytes sent and not yet durable."),
    ROW("weir_link_credit_bytes", WEIR_GAUGE, "bytes", credit_bytes,
        "Bytes that the store lets be in flight."),
};

/* Where the link has several stores. */
static const struct row several_rows[] = {
    ROW("weir_link_missed_batches_total", WEIR_COUNTER, "", batches_missed,
        "Batches for which there was no room, and which another store of the "
        "link took."),
};

static const struct row spool_rows[] = {
    ROW("weir_spool_bytes", WEIR_GAUGE, "bytes", spool_bytes,
        "Bytes in the spool that are not known to be durable."),
    ROW("weir_spool_disk_bytes", WEIR_GAUGE, "bytes", spool_disk_bytes,
        "Bytes of the spool's files."),
    ROW("weir_spool_batches_total", WEIR_COUNTER, "", spooled_batches,
        "Batches written to the spool."),
    ROW("weir_spool_dropped_bytes_total", WEIR_COUNTER, "bytes",
        spool_dropped_bytes,
        "Bytes dropped from the spool, for want of room or too old."),
    ROW("weir_spool_dropped_batches_total", WEIR_COUNTER, "",
        spool_dropped_batches,
        "Batches that the spool did not take for want of room."),
    ROW("weir_spool_damaged_total", WEIR_COUNTER, "", spool_damaged,
        "Places in the spool where a record was damaged."),
    ROW("weir_link_dead_batches_total", WEIR_COUNTER, "", dead_batches,
        "Batches that the store refused for ever and that were kept."),
    ROW("weir_link_dead_bytes", WEIR_GAUGE, "bytes", dead_bytes,
        "Bytes on disk of batches that the store refused for ever."),
    ROW("weir_link_dead_dropped_bytes_total", WEIR_COUNTER, "bytes",
        dead_dropped_bytes,
        "Bytes of such batches that were dropped for want of room."),
    ROW("weir_link_dead_lost_batches_total", WEIR_COUNTER, "", dead_lost,
        "Batches that the store refused for ever and that could not be kept."),
#undef ROW
};

static const struct weir_metric age = {
    "weir_spool_age_seconds", WEIR_GAUGE, "seconds",
    "Age of the oldest segment in the spool; 0 when that is empty."};

static const struct weir_metric round_trip = {
    "weir_link_round_trip_seconds", WEIR_GAUGE, "seconds",
    "From sending a batch to its being durable, of the last one measured."};

static const struct weir_metric up = {"weir_link_up", WEIR_GAUGE, "",
                                      "Whether the store answers."};

static void
add_rows(struct weir_batch *into, const struct weir_label labels[],
         const struct lane_figures *figures, const struct row *list,
         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;
        memcpy(&value, (const char *)figures + list[i].offset, sizeof(value));
        weir_add(into, &list[i].metric, labels, (double)value);
    }
}

static void
provide(void *arg, struct weir_batch *into)
{
    struct lane *lane = arg;
    struct lane_figures figures;

    lane_figures(lane, &figures);
    const struct weir_label labels[] = {
        {"link", stage_name(lane_stage(lane))},
        {figures.several ? "endpoint" : NULL, lane_endpoint(lane)},
        {0}};
    weir_add(into, &up, labels, figures.connected);
    add_rows(into, labels, &figures, rows, ARRAY_SIZE(rows));
    weir_add(into, &round_trip, labels, (double)figures.round_trip_ns * 1e-9);
    if (figures.several)
        add_rows(into, labels, &figures, several_rows,
                 ARRAY_SIZE(several_rows));
    if (!figures.spools)
        return;
    add_rows(into, labels, &figures, spool_rows, ARRAY_SIZE(spool_rows));
    double since_ns = figures.spool_since_ns
                          ? (double)(clock_wall_ns() - figures.spool_since_ns)
                          : 0;
    weir_add(into, &age, labels, since_ns / 1e9);
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
