/* panel.c - what a report shows: a question, and how it is called */
#include <config.h>

#include "panel.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base.h"

/* As Grafana calls it. */
static const char variable[] = "$__rate_interval";

enum { WHY_SIZE = 512 };

#define RATE "[$__rate_interval]"

/* Rows: section, title, question, unit, order. */
const struct panel panel_standard[] = {
    {"Targets", "Share of the time up", "up", "ratio", PANEL_SMALLEST},
    {"Hosts", "CPU busy",
     "1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}" RATE
     "))",
     "ratio", PANEL_LARGEST},
    {"Hosts", "Memory used",
     "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "ratio",
     PANEL_LARGEST},
    {"Hosts", "File systems, share used",
     "1 - node_filesystem_avail_bytes{fstype!~\"(tmp|ram|squash|iso966)fs.*|"
     "overlay|autofs\"} / node_filesystem_size_bytes > 0",
     "ratio", PANEL_LARGEST},
    {"Hosts", "Disks, share of the time busy",
     "rate(node_disk_io_time_seconds_total" RATE ")", "ratio", PANEL_LARGEST},
    {"Hosts", "Network, received",
     "rate(node_network_receive_bytes_total{device!~\"lo|veth.*\"}" RATE ")",
     "bytes/s", PANEL_LARGEST},
    {"Hosts", "Network, sent",
     "rate(node_network_transmit_bytes_total{device!~\"lo|veth.*\"}" RATE ")",
     "bytes/s", PANEL_LARGEST},
    {"Go services", "Goroutines", "go_goroutines", "", PANEL_LARGEST},
    {"Go services", "Heap in use", "go_memstats_heap_alloc_bytes", "bytes",
     PANEL_LARGEST},
    {"Go services", "Share of the time paused for garbage collection",
     "rate(go_gc_duration_seconds_sum" RATE ")", "ratio", PANEL_LARGEST},
    {"Go services", "CPU", "rate(process_cpu_seconds_total" RATE ")", "ratio",
     PANEL_LARGEST},
    {"weir itself", "CPU", "rate(weir_process_cpu_seconds_total" RATE ")",
     "ratio", PANEL_LARGEST},
    {"weir itself", "Memory", "weir_process_resident_memory_bytes", "bytes",
     PANEL_LARGEST},
    {"weir itself", "Samples collected",
     "sum by (instance) (rate(weir_source_samples_total" RATE "))", "samples/s",
     PANEL_LARGEST},
    {"weir itself", "Failures", "rate(weir_failures_total" RATE ") > 0",
     "failures/s", PANEL_LARGEST},
};

const size_t panel_standard_count = ARRAY_SIZE(panel_standard);

const struct weir_option panel_options[] = {
    WEIR_TEXT(struct panel, query, NULL,
              "Selector or expression in PromQL; $__rate_interval is known."),
    WEIR_TEXT(struct panel, title, "", "What it is called; \"\": the query."),
    WEIR_TEXT(struct panel, section, "", "Heading that it stands under."),
    WEIR_TEXT(struct panel, unit, "",
              "Such as bytes, seconds, ratio, bytes/s; \"\": what the metric "
              "says."),
    WEIR_CHOICE(struct panel, order, "largest", "largest smallest",
                "Which series come first, and are shown where there are many."),
    {0},
};

char *
panel_question(const struct panel *self, int64_t rate_ns)
{
    const char *rest = self->query;
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (const char *at; (at = strstr(rest, variable));) {
        (void)fprintf(out, "%.*s%" PRId64 "ms", (int)(at - rest), rest,
                      rate_ns / NS_PER_MS);
        rest = at + strlen(variable);
    }
    (void)fputs(rest, out);
    (void)fclose(out);
    return x_or_die(text);
}

int
panel_judge(const void *item, char *why, size_t size)
{
    const struct panel *self = item;
    weir_cleanup(weir_free) char *text = panel_question(self, NS_PER_S);
    weir_cleanup(weir_free) char *tree = NULL;
    char reason[WHY_SIZE];

    int rc = weir_query_parse(text, reason, sizeof(reason), &tree);
    if (rc < 0)
        (void)snprintf(why, size, "\"%s\" is no question in PromQL: %s",
                       self->query, reason);
    return rc < 0 ? -EINVAL : 0;
}

bool
panel_is_selector(const struct panel *self, struct weir_selector **ret_selector)
{
    char why[WHY_SIZE];

    return weir_selector_new(self->query, why, sizeof(why), ret_selector) == 0;
}

const char *
panel_title(const struct panel *self)
{
    return *self->title ? self->title : self->query;
}
