/* softnet.c - collector: packets that each CPU took from its queue */
#include <config.h>

#include <stdio.h>

#include "host.h"
#include "scan.h"

static const char path[] = "net/softnet_stat";

enum { INDEX_COLUMN = 12, COLUMNS_MOST = 32 };

/* In the order of a line, from its first column. */
static const struct weir_metric metrics[] = {
    {"node_softnet_processed_total", WEIR_COUNTER, "",
     "Number of processed packets."},
    {"node_softnet_dropped_total", WEIR_COUNTER, "",
     "Number of dropped packets."},
    {"node_softnet_times_squeezed_total", WEIR_COUNTER, "",
     "Number of times processing packets ran out of quota."},
};

static size_t
scan_columns(const char *line, uint64_t columns[COLUMNS_MOST])
{
    size_t count = 0;

    while (count < COLUMNS_MOST && scan_hex(&line, &columns[count]))
        count++;
    return count;
}

/* New kernels name the CPU; with old ones it is the line's number. */
static bool
add_line(const char *line, uint64_t number, struct weir_batch *out)
{
    uint64_t columns[COLUMNS_MOST];
    char cpu[24];
    size_t count = scan_columns(line, columns);

    if (count < WEIR_COUNT(metrics))
        return false;
    if (count > INDEX_COLUMN)
        number = columns[INDEX_COLUMN];
    (void)snprintf(cpu, sizeof(cpu), "%llu", (unsigned long long)number);
    const struct weir_label labels[] = {{"cpu", cpu}, {0}};
    for (size_t i = 0; i < WEIR_COUNT(metrics); i++)
        weir_add(out, &metrics[i], labels, (double)columns[i]);
    return true;
}

static int
softnet_collect(struct host *host, void *state, struct weir_batch *out)
{
    const char *line = NULL;
    uint64_t number = 0;
    ssize_t length = file_need(host, state, ROOT_PROC, path, &line);

    if (length < 0)
        return (int)length;
    for (; *line; line = scan_line(line)) {
        if (!add_line(line, number++, out))
            return host_malformed(host, ROOT_PROC, path);
    }
    return 0;
}

static void
softnet_close(struct host *host, void *state)
{
    file_close(host, state);
}

const struct collector softnet_collector = {
    .name = "softnet",
    .state_size = sizeof(struct held),
    .collect = softnet_collect,
    .close = softnet_close,
};
