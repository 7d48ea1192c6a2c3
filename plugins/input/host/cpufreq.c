/* cpufreq.c - collector: how fast each CPU runs, and may */
#include <config.h>

#include <errno.h>

#include "device.h"
#include "host.h"

/* The kernel speaks of kilohertz.  Some files are for root alone. */
static const struct {
    const char *file;
    struct weir_metric metric;
} frequencies[] = {
    {"cpufreq/cpuinfo_cur_freq",
     {"node_cpu_frequency_hertz", WEIR_GAUGE, "hertz",
      "Current CPU thread frequency in hertz."}},
    {"cpufreq/cpuinfo_max_freq",
     {"node_cpu_frequency_max_hertz", WEIR_GAUGE, "hertz",
      "Maximum CPU thread frequency in hertz."}},
    {"cpufreq/cpuinfo_min_freq",
     {"node_cpu_frequency_min_hertz", WEIR_GAUGE, "hertz",
      "Minimum CPU thread frequency in hertz."}},
    {"cpufreq/scaling_cur_freq",
     {"node_cpu_scaling_frequency_hertz", WEIR_GAUGE, "hertz",
      "Current scaled CPU thread frequency in hertz."}},
    {"cpufreq/scaling_max_freq",
     {"node_cpu_scaling_frequency_max_hertz", WEIR_GAUGE, "hertz",
      "Maximum scaled CPU thread frequency in hertz."}},
    {"cpufreq/scaling_min_freq",
     {"node_cpu_scaling_frequency_min_hertz", WEIR_GAUGE, "hertz",
      "Minimum scaled CPU thread frequency in hertz."}},
};

static const char prefix[] = "cpu";

/* A CPU without frequencies is asked again after so many cycles. */
enum { IDLE_CYCLES = 64 };

struct cpufreq {
    struct devices *cpus;
};

static void
add_cpu(struct host *host, struct cpufreq *self, struct device *cpu,
        struct weir_batch *out)
{
    const struct weir_label labels[] = {{"cpu", cpu->name + sizeof(prefix) - 1},
                                        {0}};
    bool has_any = false;

    for (size_t i = 0; i < WEIR_COUNT(frequencies); i++) {
        double kilohertz = 0;
        int rc =
            device_number(self->cpus, cpu, i, frequencies[i].file, &kilohertz);
        if (rc == 0)
            weir_add(out, &frequencies[i].metric, labels, kilohertz * 1000);
        has_any |= rc != -ENOENT;
    }
    if (!has_any)
        cpu->idle_until = host->cycle + IDLE_CYCLES;
}

static int
cpufreq_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct cpufreq *self = state;

    if (!self->cpus)
        self->cpus = devices_new(host, "devices/system/cpu", prefix);
    int rc = devices_list_seldom(self->cpus);
    if (rc == -ENOENT)
        return 0;
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < devices_count(self->cpus); i++) {
        struct device *cpu = devices_at(self->cpus, i);
        if (cpu->idle_until <= host->cycle)
            add_cpu(host, self, cpu, out);
    }
    return 0;
}

static void
cpufreq_close(struct host *host, void *state)
{
    struct cpufreq *self = state;

    (void)host;
    devices_destroy(&self->cpus);
}

const struct collector cpufreq_collector = {
    .name = "cpufreq",
    .state_size = sizeof(struct cpufreq),
    .collect = cpufreq_collect,
    .close = cpufreq_close,
};
