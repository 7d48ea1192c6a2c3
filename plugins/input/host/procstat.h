/* procstat.h - /proc/stat, which two collectors share
 *
 * Read and taken apart once a cycle, by whoever asks first.
 */
#ifndef PROCSTAT_H
#define PROCSTAT_H

#include <stddef.h>
#include <stdint.h>

#include "file.h"

/* In the order of a line of the file. */
enum {
    CPU_USER,
    CPU_NICE,
    CPU_SYSTEM,
    CPU_IDLE,
    CPU_IOWAIT,
    CPU_IRQ,
    CPU_SOFTIRQ,
    CPU_STEAL,
    CPU_GUEST,
    CPU_GUEST_NICE,
    CPU_MODES,
};

enum { CPUS_MOST = 8192 };

struct cpu_times {
    uint64_t number;
    uint64_t ticks[CPU_MODES]; /* hundredths of a second */
};

/* Totals that have lines of their own. */
enum {
    STAT_INTERRUPTS,
    STAT_SWITCHES,
    STAT_BOOT_TIME,
    STAT_FORKS,
    STAT_RUNNING,
    STAT_BLOCKED,
    STAT_TOTALS,
};

struct procstat {
    uint64_t cycle; /* what follows is of this cycle, */
    int rc;         /* unless it could not be read */
    struct held file;
    struct cpu_times *cpus; /* [cpu_count] */
    size_t cpu_count;
    size_t cpu_room;
    uint64_t totals[STAT_TOTALS];
    unsigned has; /* bit i: totals[i] was there */
};

/* Sets '*ret_stat', valid until the next cycle.  Returns 0, or a negative
 * errno with the reason left. */
int procstat_read(struct host *host, const struct procstat **ret_stat);

void procstat_fini(struct host *host);

#endif /* PROCSTAT_H */
