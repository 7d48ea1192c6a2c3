/* pressure.c - collector: time that tasks lost for want of CPU, I/O or memory
 */
#include <config.h>

#include <errno.h>

#include "host.h"
#include "scan.h"

enum { RESOURCES = 3 };

/* 'some' task waited, or 'full'y nobody could go on; of the CPU the kernel
 * knows only the first. */
static const struct {
    const char *path;
    struct weir_metric some;
    struct weir_metric full;
} resources[RESOURCES] = {
    {"pressure/cpu",
     {"node_pressure_cpu_waiting_seconds_total", WEIR_COUNTER, "seconds",
      "Total time in seconds that processes have waited for CPU time."},
     {0}},
    {"pressure/io",
     {"node_pressure_io_waiting_seconds_total", WEIR_COUNTER, "seconds",
      "Total time in seconds that processes have waited due to IO "
      "congestion."},
     {"node_pressure_io_stalled_seconds_total", WEIR_COUNTER, "seconds",
      "Total time in seconds no process could make progress due to IO "
      "congestion."}},
    {"pressure/memory",
     {"node_pressure_memory_waiting_seconds_total", WEIR_COUNTER, "seconds",
      "Total time in seconds that processes have waited for memory."},
     {"node_pressure_memory_stalled_seconds_total", WEIR_COUNTER, "seconds",
      "Total time in seconds no process could make progress due to memory "
      "congestion."}},
};

struct pressure {
    struct held files[RESOURCES];
};

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=5", in microseconds. */
static bool
add_line(const struct weir_metric *metric, const char *line,
         struct weir_batch *out)
{
    struct word word = {0};
    uint64_t total_us = 0;

    while (scan_word(&line, &word)) {
        if (!scan_starts(word.at, "total="))
            continue;
        const char *number = word.at + strlen("total=");
        if (!scan_u64(&number, &total_us))
            return false;
        if (metric->name)
            weir_add(out, metric, NULL, (double)total_us / 1e6);
        return true;
    }
    return false;
}

static bool
add_resource(size_t i, const char *text, struct weir_batch *out)
{
    for (const char *line = text; *line; line = scan_line(line)) {
        if (scan_starts(line, "some ") &&
            !add_line(&resources[i].some, line, out))
            return false;
        if (scan_starts(line, "full ") &&
            !add_line(&resources[i].full, line, out))
            return false;
    }
    return scan_starts(text, "some ");
}

static int
pressure_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct pressure *self = state;

    for (size_t i = 0; i < RESOURCES; i++) {
        const char *text = NULL;
        ssize_t length = file_read(host, &self->files[i], ROOT_PROC,
                                   resources[i].path, &text);
        if (length == -ENOENT || length == -EOPNOTSUPP)
            continue; /* not built in, or off */
        if (length < 0)
            return file_fail(host, (int)length, ROOT_PROC, resources[i].path);
        if (!add_resource(i, text, out))
            return host_malformed(host, ROOT_PROC, resources[i].path);
    }
    return 0;
}

static void
pressure_close(struct host *host, void *state)
{
    struct pressure *self = state;

    for (size_t i = 0; i < RESOURCES; i++)
        file_close(host, &self->files[i]);
}

const struct collector pressure_collector = {
    .name = "pressure",
    .state_size = sizeof(struct pressure),
    .collect = pressure_collect,
    .close = pressure_close,
};
