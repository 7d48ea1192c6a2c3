/* instance_self.c - an instance's own weir_... series */
#include <config.h>

#include <stddef.h>

#include "base.h"
#include "configuration.h"
#include "instance_inner.h"

/* Plain numbers of the instance. */
struct counter {
    struct weir_metric metric;
    size_t offset; /* of an _Atomic uint64_t */
    double scale;
};

#define ROW(name, field, scale, help)                                     \
    {                                                                     \
        {name, WEIR_COUNTER, "", help}, offsetof(struct instance, field), \
            scale                                                         \
    }

/* What an input has besides. */
static const struct counter input_counters[] = {
    ROW("weir_collect_cycles_total", cycles, 1, "Cycles collected."),
    ROW("weir_collect_seconds_total", cycle_ns, 1e-9,
        "Time spent collecting and sending."),
    ROW("weir_source_batches_total", figures.batches, 1, "Batches sent."),
    ROW("weir_source_samples_total", figures.samples, 1, "Samples sent."),
    ROW("weir_source_bytes_total", figures.bytes, 1, "Bytes of frames sent."),
    ROW("weir_source_lost_batches_total", figures.lost_batches, 1,
        "Batches for which there was neither credit nor spool."),
    ROW("weir_source_refused_series_total", figures.refused_series, 1,
        "Times that a series above series_limit was left out."),
    ROW("weir_source_invalid_series_total", figures.invalid_series, 1,
        "Times that a series with a bad name or label was left out."),
};

/* What asks has these. */
static const struct counter query_counters[] = {
    ROW("weir_queries_total", asked.questions, 1, "Questions that ended."),
    ROW("weir_query_failures_total", asked.failures, 1,
        "Questions that ended with an error."),
    ROW("weir_query_refused_total", asked.refused, 1,
        "Questions for which the queue had no room."),
    ROW("weir_query_slow_total", asked.slow, 1,
        "Questions that took longer than slow_query."),
    ROW("weir_query_wait_seconds_total", asked.wait_ns, 1e-9,
        "Time that questions waited for their turn."),
    ROW("weir_query_gather_seconds_total", asked.gather_ns, 1e-9,
        "Time until the storages had given all samples."),
    ROW("weir_query_evaluate_seconds_total", asked.evaluate_ns, 1e-9,
        "Time that it took to evaluate them."),
};
#undef ROW

static const struct weir_metric failures = {"weir_failures_total", WEIR_COUNTER,
                                            "", "Failures that were logged."};
static const struct weir_metric series = {"weir_source_series", WEIR_GAUGE, "",
                                          "Series that the source knows."};
static const struct weir_metric busy = {
    "weir_stage_busy_seconds", WEIR_GAUGE, "seconds",
    "For how long the stage's present call has run."};
static const struct weir_metric cpu = {"weir_stage_cpu_seconds_total",
                                       WEIR_COUNTER, "seconds",
                                       "CPU time of the stage's thread."};

void
weir_tell(void *self, const struct weir_metric *metric, double value)
{
    struct instance *instance = instance_of(self);

    for (size_t i = 0; i < TOLD_MOST; i++) {
        struct told *told = &instance->told[i];
        if (told->metric && told->metric != metric)
            continue;
        told->value = value;
        told->metric = metric;
        return;
    }
}

static void
provide_counters(const struct instance *self, const struct weir_label *labels,
                 const struct counter counters[], size_t count,
                 struct weir_batch *into)
{
    for (size_t i = 0; i < count; i++) {
        const _Atomic uint64_t *field =
            (const void *)((const char *)self + counters[i].offset);
        weir_add(into, &counters[i].metric, labels,
                 (double)*field * counters[i].scale);
    }
}

void
instance_provide(void *arg, struct weir_batch *into)
{
    struct instance *self = arg;
    const struct weir_label labels[] = {
        {"kind", configuration_kind(self->head->kind)},
        {"name", self->name},
        {"plugin", self->plugin_name},
        {0},
    };

    weir_add(into, &cpu, labels, (double)stage_cpu_ns(self->stage) * 1e-9);
    weir_add(into, &busy, labels, (double)stage_busy_ns(self->stage) * 1e-9);
    weir_add(into, &failures, labels, (double)self->failures);
    if (self->head->kind == WEIR_KIND_INPUT) {
        provide_counters(self, labels, input_counters,
                         ARRAY_SIZE(input_counters), into);
        weir_add(into, &series, labels, (double)self->figures.series);
    }
    if (self->world.ask)
        provide_counters(self, labels, query_counters,
                         ARRAY_SIZE(query_counters), into);
    for (size_t i = 0; i < TOLD_MOST && self->told[i].metric; i++)
        weir_add(into, self->told[i].metric, labels, self->told[i].value);
}
