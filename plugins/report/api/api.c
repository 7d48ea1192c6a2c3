/* api.c - report: Prometheus' HTTP API
 *
 * Grafana, promtool, client_golang and curl take weir for a Prometheus.  What
 * is asked goes to the storages in 'from'; answers are written as they come.
 */
#include <config.h>

#include "api.h"

#include "answer.h"

static const struct weir_option options[] = {
    WEIR_SIZE(struct api, max_answer, "64M",
              "Most bytes of an answer that wait for its client, or for its "
              "end; above, there is none."),
    WEIR_SIZE(struct api, max_memory, "512M",
              "Most memory: half for answers, half for questions, of which one "
              "may take half again."),
    WEIR_INTEGER(struct api, max_samples, "50000000", 1, INT64_MAX,
                 "Most samples that a question looks at or makes."),
    WEIR_INTEGER(struct api, max_series, "100000", 1, UINT32_MAX,
                 "Most series of each selector."),
    WEIR_INTEGER(struct api, max_queries, "12", 1, 1024,
                 "Questions that are answered at a time."),
    WEIR_INTEGER(struct api, max_queue, "1024", 1, 65536,
                 "Questions that wait for their turn; the next is refused."),
    WEIR_DURATION(struct api, slow_query, "5s",
                  "What takes longer is logged; 0: nothing is."),
    WEIR_DURATION(struct api, query_timeout, "25s",
                  "Longest time of a question; the listener's limit is 30s."),
    {0},
};

static const struct {
    const char *method, *path;
    weir_handler *handler;
} routes[] = {
    {"READ", "/api/v1/query", query_instant},
    {"READ", "/api/v1/query_range", query_range},
    {"READ", "/api/v1/query_exemplars", query_exemplars},
    {"READ", "/api/v1/format_query", query_format},
    {"READ", "/api/v1/parse_query", query_parse},
    {"READ", "/api/v1/series", names_series},
    {"READ", "/api/v1/labels", names_labels},
    {"GET", "/api/v1/label/*/values", names_values},
    {"GET", "/api/v1/metadata", metadata_tell},
    {"GET", "/api/v1/targets", status_targets},
    {"GET", "/api/v1/rules", status_rules},
    {"GET", "/api/v1/alerts", status_alerts},
    {"GET", "/api/v1/status/buildinfo", status_build},
    {"GET", "/api/v1/status/runtimeinfo", status_runtime},
    {"GET", "/api/v1/status/config", status_config},
    {"GET", "/api/v1/status/flags", status_flags},
    {"GET", "/api/v1/status/tsdb", status_tsdb},
    {"GET", "/api/v1/summary", summary_tell},
};

uint64_t
api_half(const struct api *self)
{
    uint64_t most = self->max_memory.bytes;

    return most ? most / 2 : UINT64_MAX / 2;
}

struct weir_bounds
api_bounds(const struct api *self, int64_t timeout_ns)
{
    int64_t most_ns = self->query_timeout.ns;

    if (timeout_ns > 0 && (most_ns == 0 || timeout_ns < most_ns))
        most_ns = timeout_ns;
    return (struct weir_bounds){
        .samples = (uint64_t)self->max_samples,
        .series = (uint32_t)self->max_series,
        .memory_bytes = api_half(self) / 2,
        .deadline_ns = most_ns ? clock_now_ns() + most_ns : 0,
    };
}

static int
api_open(void *instance)
{
    struct api *self = instance;
    int rc = 0;

    const struct weir_query_limits limits = {
        .at_once = (uint32_t)self->max_queries,
        .waiting = (uint32_t)self->max_queue,
        .memory_bytes = api_half(self),
        .slow_ns = self->slow_query.ns,
    };

    weir_query_limit(self, &limits);
    self->start_ns = clock_wall_ms();
    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(routes); i++)
        rc = weir_route(self, routes[i].method, routes[i].path,
                        routes[i].handler);
    return rc;
}

static void
api_close(void *instance)
{
    struct api *self = instance;

    outbox_cut(&self->outbox);
}

WEIR_REPORT(api) = {
    .help = "Prometheus' HTTP API, for Grafana, promtool and the like.",
    .instance_size = sizeof(struct api),
    .options = options,
    .open = api_open,
    .close = api_close,
    .is_prompt = true,
};
