/* schedstat.c - collector: how long tasks ran, and waited to, on each CPU */
#include <config.h>

#include <errno.h>

#include "host.h"
#include "scan.h"

static const char path[] = "schedstat";

static const struct weir_metric running = {
    "node_schedstat_running_seconds_total", WEIR_COUNTER, "seconds",
    "Number of seconds CPU spent running a process."};
static const struct weir_metric waiting = {
    "node_schedstat_waiting_seconds_total", WEIR_COUNTER, "seconds",
    "Number of seconds spent by processing waiting for this CPU."};
static const struct weir_metric timeslices = {
    "node_schedstat_timeslices_total", WEIR_COUNTER, "",
    "Number of timeslices executed by CPU."};

/* "cpu0 ..." with nine numbers, of which the last three are of interest. */
static bool
add_cpu(const char *line, struct weir_batch *out)
{
    char cpu[16];
    double run_ns = 0;
    double wait_ns = 0;
    double slices = 0;

    line += strlen("cpu");
    if (!scan_text(&line, cpu, sizeof(cpu)) || !scan_skip(&line, 6) ||
        !scan_number(&line, &run_ns) || !scan_number(&line, &wait_ns) ||
        !scan_number(&line, &slices))
        return false;
    const struct weir_label labels[] = {{"cpu", cpu}, {0}};
    weir_add(out, &running, labels, run_ns / 1e9);
    weir_add(out, &waiting, labels, wait_ns / 1e9);
    weir_add(out, &timeslices, labels, slices);
    return true;
}

static int
schedstat_collect(struct host *host, void *state, struct weir_batch *out)
{
    const char *line = NULL;
    ssize_t length = file_read(host, state, ROOT_PROC, path, &line);

    if (length == -ENOENT)
        return 0; /* not built in */
    if (length < 0)
        return file_fail(host, (int)length, ROOT_PROC, path);
    if (!scan_starts(line, "version "))
        return host_malformed(host, ROOT_PROC, path);
    for (; *line; line = scan_line(line)) {
        if (scan_starts(line, "cpu") && !add_cpu(line, out))
            return host_malformed(host, ROOT_PROC, path);
    }
    return 0;
}

static void
schedstat_close(struct host *host, void *state)
{
    file_close(host, state);
}

const struct collector schedstat_collector = {
    .name = "schedstat",
    .state_size = sizeof(struct held),
    .collect = schedstat_collect,
    .close = schedstat_close,
};
