/* loadavg.c - collector: how many tasks run or wait to */
#include <config.h>

#include <weir/text.h>

#include "host.h"

/* In the order of the file. */
static const struct weir_metric averages[] = {
    {"node_load1", WEIR_GAUGE, "", "Load averaged over 1 minute."},
    {"node_load5", WEIR_GAUGE, "", "Load averaged over 5 minutes."},
    {"node_load15", WEIR_GAUGE, "", "Load averaged over 15 minutes."},
};

static int
loadavg_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct held *file = state;
    const char *text = NULL;
    ssize_t length = file_need(host, file, ROOT_PROC, "loadavg", &text);

    if (length < 0)
        return (int)length;
    for (size_t i = 0; i < WEIR_COUNT(averages); i++) {
        double load = 0;
        if (!weir_scan_double(&text, &load))
            return host_malformed(host, ROOT_PROC, "loadavg");
        weir_add(out, &averages[i], NULL, load);
    }
    return 0;
}

static void
loadavg_close(struct host *host, void *state)
{
    file_close(host, state);
}

const struct collector loadavg_collector = {
    .name = "loadavg",
    .state_size = sizeof(struct held),
    .collect = loadavg_collect,
    .close = loadavg_close,
};
