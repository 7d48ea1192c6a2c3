/* cpu.c - collector: what each CPU spends its time on, and how often it slowed
 *
 * The kernel's counts of idle and waiting time can step back a little; here
 * they never do.  A larger step means that the CPU was away, and counts from
 * anew.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "host.h"
#include "procstat.h"

enum { TICKS_PER_SECOND = 100, STEP_BACK_TICKS = 3 * TICKS_PER_SECOND };

static const struct weir_metric cpu_seconds = {
    "node_cpu_seconds_total", WEIR_COUNTER, "seconds",
    "Seconds the CPUs spent in each mode."};
static const struct weir_metric guest_seconds = {
    "node_cpu_guest_seconds_total", WEIR_COUNTER, "seconds",
    "Seconds the CPUs spent in guests (VMs), in each mode."};
static const struct weir_metric core_throttles = {
    "node_cpu_core_throttles_total", WEIR_COUNTER, "",
    "Number of times this CPU core has been throttled."};
static const struct weir_metric package_throttles = {
    "node_cpu_package_throttles_total", WEIR_COUNTER, "",
    "Number of times this CPU package has been throttled."};

/* In the order in which they are added. */
static const struct {
    const struct weir_metric *metric;
    int column;
    const char *mode;
} modes[] = {
    {&cpu_seconds, CPU_IDLE, "idle"},
    {&cpu_seconds, CPU_IOWAIT, "iowait"},
    {&cpu_seconds, CPU_IRQ, "irq"},
    {&cpu_seconds, CPU_NICE, "nice"},
    {&cpu_seconds, CPU_SOFTIRQ, "softirq"},
    {&cpu_seconds, CPU_STEAL, "steal"},
    {&cpu_seconds, CPU_SYSTEM, "system"},
    {&cpu_seconds, CPU_USER, "user"},
    {&guest_seconds, CPU_GUEST_NICE, "nice"},
    {&guest_seconds, CPU_GUEST, "user"},
};

struct cpu {
    uint64_t number;
    char name[24];
    uint64_t ticks[CPU_MODES]; /* the most so far */
    char package[24];
    char core[24];
    bool tells_core;    /* the first of its core that has the count */
    bool tells_package; /* the first of its package that has it */
    struct held core_file;
    struct held package_file;
};

struct cpus {
    struct cpu *items; /* [count] */
    size_t count;
};

/* The path of a file of one CPU, below /sys. */
struct cpu_path {
    char text[96];
};

static const char *
cpu_path(struct cpu_path *self, const struct cpu *cpu, const char *file)
{
    (void)snprintf(self->text, sizeof(self->text),
                   "devices/system/cpu/cpu%s/%s", cpu->name, file);
    return self->text;
}

static bool
read_name(struct host *host, const struct cpu *cpu, const char *file,
          char name[24])
{
    struct cpu_path path;
    struct held held = {0};
    double number = 0;
    int rc =
        file_number(host, &held, ROOT_SYS, cpu_path(&path, cpu, file), &number);

    file_close(host, &held);
    (void)snprintf(name, 24, "%.0f", number);
    return rc == 0;
}

static bool
read_count(struct host *host, struct cpu *cpu, bool of_core, double *ret_count)
{
    struct cpu_path path;
    const char *file = of_core ? "thermal_throttle/core_throttle_count"
                               : "thermal_throttle/package_throttle_count";
    struct held *held = of_core ? &cpu->core_file : &cpu->package_file;

    return file_number(host, held, ROOT_SYS, cpu_path(&path, cpu, file),
                       ret_count) == 0;
}

static void
find_place(struct host *host, struct cpus *self, struct cpu *cpu)
{
    double count = 0;

    if (!read_name(host, cpu, "topology/physical_package_id", cpu->package) ||
        !read_name(host, cpu, "topology/core_id", cpu->core))
        return;
    cpu->tells_core = true;
    cpu->tells_package = true;
    for (const struct cpu *other = self->items; other < cpu; other++) {
        if (strcmp(other->package, cpu->package) != 0)
            continue;
        if (other->tells_package)
            cpu->tells_package = false;
        if (other->tells_core && strcmp(other->core, cpu->core) == 0)
            cpu->tells_core = false;
    }
    cpu->tells_core = cpu->tells_core && read_count(host, cpu, true, &count);
    cpu->tells_package =
        cpu->tells_package && read_count(host, cpu, false, &count);
}

static void
cpu_close(struct host *host, void *state)
{
    struct cpus *self = state;

    for (size_t i = 0; i < self->count; i++) {
        file_close(host, &self->items[i].core_file);
        file_close(host, &self->items[i].package_file);
    }
    free(self->items);
    *self = (struct cpus){0};
}

static bool
are_the_same(const struct cpus *self, const struct procstat *stat)
{
    if (self->count != stat->cpu_count)
        return false;
    for (size_t i = 0; i < self->count; i++) {
        if (self->items[i].number != stat->cpus[i].number)
            return false;
    }
    return true;
}

static void
begin_anew(struct host *host, struct cpus *self, const struct procstat *stat)
{
    cpu_close(host, self);
    self->items = xcalloc(stat->cpu_count, sizeof(*self->items));
    self->count = stat->cpu_count;
    for (size_t i = 0; i < self->count; i++) {
        struct cpu *cpu = &self->items[i];
        cpu->number = stat->cpus[i].number;
        (void)snprintf(cpu->name, sizeof(cpu->name), "%llu",
                       (unsigned long long)cpu->number);
        find_place(host, self, cpu);
    }
}

static void
note_ticks(struct cpu *self, const uint64_t ticks[CPU_MODES])
{
    bool was_away = self->ticks[CPU_IDLE] >= ticks[CPU_IDLE] + STEP_BACK_TICKS;

    for (int i = 0; i < CPU_MODES; i++) {
        if (was_away || ticks[i] > self->ticks[i])
            self->ticks[i] = ticks[i];
    }
}

static void
add_times(const struct cpu *self, struct weir_batch *out)
{
    struct weir_label labels[] = {{"cpu", self->name}, {"mode", NULL}, {0}};

    for (size_t i = 0; i < WEIR_COUNT(modes); i++) {
        labels[1].value = modes[i].mode;
        weir_add(out, modes[i].metric, labels,
                 (double)self->ticks[modes[i].column] / TICKS_PER_SECOND);
    }
}

static void
add_throttles(struct host *host, struct cpu *self, struct weir_batch *out)
{
    const struct weir_label core[] = {
        {"core", self->core}, {"package", self->package}, {0}};
    double count = 0;

    if (self->tells_core && read_count(host, self, true, &count))
        weir_add(out, &core_throttles, core, count);
    if (self->tells_package && read_count(host, self, false, &count))
        weir_add(out, &package_throttles, &core[1], count);
}

static int
cpu_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct cpus *self = state;
    const struct procstat *stat = NULL;
    int rc = procstat_read(host, &stat);

    if (rc < 0)
        return rc;
    if (!are_the_same(self, stat))
        begin_anew(host, self, stat);
    for (size_t i = 0; i < self->count; i++) {
        note_ticks(&self->items[i], stat->cpus[i].ticks);
        add_times(&self->items[i], out);
    }
    for (size_t i = 0; i < self->count; i++)
        add_throttles(host, &self->items[i], out);
    return 0;
}

const struct collector cpu_collector = {
    .name = "cpu",
    .state_size = sizeof(struct cpus),
    .collect = cpu_collect,
    .close = cpu_close,
};
