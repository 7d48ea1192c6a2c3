/* stat.c - collector: interrupts, context switches, forks, and when it began */
#include <config.h>

#include "host.h"
#include "procstat.h"

static const struct weir_metric totals[STAT_TOTALS] = {
    [STAT_INTERRUPTS] = {"node_intr_total", WEIR_COUNTER, "",
                         "Total number of interrupts serviced."},
    [STAT_SWITCHES] = {"node_context_switches_total", WEIR_COUNTER, "",
                       "Total number of context switches."},
    [STAT_BOOT_TIME] = {"node_boot_time_seconds", WEIR_GAUGE, "seconds",
                        "Node boot time, in unixtime."},
    [STAT_FORKS] = {"node_forks_total", WEIR_COUNTER, "",
                    "Total number of forks."},
    [STAT_RUNNING] = {"node_procs_running", WEIR_GAUGE, "",
                      "Number of processes in runnable state."},
    [STAT_BLOCKED] = {"node_procs_blocked", WEIR_GAUGE, "",
                      "Number of processes blocked waiting for I/O to "
                      "complete."},
};

static int
stat_collect(struct host *host, void *state, struct weir_batch *out)
{
    const struct procstat *stat = NULL;
    int rc = procstat_read(host, &stat);

    (void)state;
    if (rc < 0)
        return rc;
    for (int i = 0; i < STAT_TOTALS; i++) {
        if (stat->has & 1U << i)
            weir_add(out, &totals[i], NULL, (double)stat->totals[i]);
    }
    return 0;
}

const struct collector stat_collector = {
    .name = "stat",
    .collect = stat_collect,
};
