/* procstat.c - /proc/stat, which two collectors share */
#include <config.h>

#include "procstat.h"

#include <errno.h>
#include <stdlib.h>

#include "base.h"
#include "host.h"
#include "scan.h"

static const char *const total_names[STAT_TOTALS] = {
    [STAT_INTERRUPTS] = "intr ",       [STAT_SWITCHES] = "ctxt ",
    [STAT_BOOT_TIME] = "btime ",       [STAT_FORKS] = "processes ",
    [STAT_RUNNING] = "procs_running ", [STAT_BLOCKED] = "procs_blocked ",
};

static struct cpu_times *
add_cpu(struct procstat *self)
{
    if (self->cpu_count == CPUS_MOST)
        return NULL;
    if (self->cpu_count == self->cpu_room) {
        self->cpu_room = self->cpu_room ? 2 * self->cpu_room : 8;
        self->cpus = xrealloc(self->cpus, self->cpu_room, sizeof(*self->cpus));
    }
    return &self->cpus[self->cpu_count++];
}

/* Reads "12 4305 0 ..." behind "cpu".  Old kernels have fewer columns. */
static bool
scan_cpu(struct procstat *self, const char *at)
{
    struct cpu_times *cpu = add_cpu(self);
    size_t i = 0;

    if (!cpu || !scan_u64(&at, &cpu->number))
        return false;
    while (i < CPU_MODES && scan_u64(&at, &cpu->ticks[i]))
        i++;
    size_t found = i;
    while (i < CPU_MODES)
        cpu->ticks[i++] = 0;
    return found > CPU_IDLE;
}

static bool
scan_total(struct procstat *self, const char *line)
{
    for (int i = 0; i < STAT_TOTALS; i++) {
        if (!scan_starts(line, total_names[i]))
            continue;
        const char *at = line + strlen(total_names[i]);
        self->has |= 1U << i;
        return scan_u64(&at, &self->totals[i]);
    }
    return true;
}

static bool
scan_stat_line(struct procstat *self, const char *line)
{
    if (!scan_starts(line, "cpu"))
        return scan_total(self, line);
    return line[3] == ' ' || scan_cpu(self, line + 3);
}

static int
read_now(struct host *host, struct procstat *self)
{
    const char *line = NULL;
    ssize_t length = file_need(host, &self->file, ROOT_PROC, "stat", &line);

    if (length < 0)
        return (int)length;
    self->cpu_count = 0;
    self->has = 0;
    for (; *line; line = scan_line(line)) {
        if (!scan_stat_line(self, line))
            return host_malformed(host, ROOT_PROC, "stat");
    }
    return self->has ? 0 : host_malformed(host, ROOT_PROC, "stat");
}

int
procstat_read(struct host *host, const struct procstat **ret_stat)
{
    struct procstat *self = &host->stat;

    if (self->cycle == host->cycle && self->rc == 0) {
        *ret_stat = self;
        return 0;
    }
    self->cycle = host->cycle;
    self->rc = read_now(host, self);
    *ret_stat = self;
    return self->rc;
}

void
procstat_fini(struct host *host)
{
    file_close(host, &host->stat.file);
    free(host->stat.cpus);
    host->stat = (struct procstat){0};
}
