/* process_self.c - the process's own weir_... series: CPU, memory, HTTP */
#include <config.h>

#include "process_self.h"

#include <unistd.h>

#include <weir/text.h>

#include "base.h"
#include "clock.h"
#include "self.h"

static const struct weir_metric build = {"weir_build_info", WEIR_GAUGE, "",
                                         "1, with the version as a label."};
static const struct weir_metric cpu = {"weir_process_cpu_seconds_total",
                                       WEIR_COUNTER, "seconds",
                                       "CPU time of all threads."};
static const struct weir_metric resident = {
    "weir_process_resident_memory_bytes", WEIR_GAUGE, "bytes",
    "Memory in use, with what is shared."};
static const struct weir_metric requests = {
    "weir_http_requests_total", WEIR_COUNTER, "",
    "Requests answered, by class of status."};
static const struct weir_metric connections = {
    "weir_http_connections", WEIR_GAUGE, "", "Connections open."};
static const struct weir_metric sent = {"weir_http_sent_bytes_total",
                                        WEIR_COUNTER, "bytes",
                                        "Bytes of answers' bodies."};

static double
resident_bytes(void)
{
    char text[256];
    uint64_t pages = 0;
    const char *at = text;

    if (weir_read_file("/proc/self/statm", text, sizeof(text)) < 0 ||
        !weir_scan_u64(&at, &pages) || !weir_scan_u64(&at, &pages))
        return 0;
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void
provide(void *arg, struct weir_batch *into)
{
    static const char *const classes[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    const struct http *http = arg;
    struct http_figures figures;

    weir_add(into, &build,
             (struct weir_label[]){{"version", PACKAGE_VERSION}, {0}}, 1);
    weir_add(into, &cpu, NULL,
             (double)clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) * 1e-9);
    weir_add(into, &resident, NULL, resident_bytes());
    http_figures(http, &figures);
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        weir_add(into, &requests,
                 (struct weir_label[]){{"status", classes[i]}, {0}},
                 (double)figures.requests[i]);
    weir_add(into, &connections, NULL, (double)figures.connections);
    weir_add(into, &sent, NULL, (double)figures.sent_bytes);
}

void
process_self_register(struct http *http)
{
    self_register(provide, http);
}
