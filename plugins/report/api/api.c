/* api.c - report: Prometheus' HTTP API
 *
 * Grafana, promtool, client_golang and curl take weir for a Prometheus.  What
 * is asked goes to the storages in 'from'; answers are written as they come.
 */
#include <config.h>

#include "api.h"

#include <time.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

static const struct weir_option options[] = {
    WEIR_SIZE(struct api, max_answer, "64M",
              "Most bytes of an answer that wait for its client, or for its "
              "end; above, there is none."),
    WEIR_DURATION(struct api, query_timeout, "25s",
                  "Longest time of a question; the listener's limit is 30s."),
    {0},
};

enum { GET = 1, POST = 2 };

static const struct {
    const char *path;
    int methods;
    weir_handler *handler;
} routes[] = {
    {"/api/v1/query", GET | POST, query_instant},
    {"/api/v1/query_range", GET | POST, query_range},
    {"/api/v1/query_exemplars", GET | POST, query_exemplars},
    {"/api/v1/format_query", GET | POST, query_format},
    {"/api/v1/series", GET | POST, names_series},
    {"/api/v1/labels", GET | POST, names_labels},
    {"/api/v1/label/*/values", GET, names_values},
    {"/api/v1/metadata", GET, metadata_tell},
    {"/api/v1/targets", GET, status_targets},
    {"/api/v1/rules", GET, status_rules},
    {"/api/v1/alerts", GET, status_alerts},
    {"/api/v1/status/buildinfo", GET, status_build},
    {"/api/v1/status/runtimeinfo", GET, status_runtime},
    {"/api/v1/status/config", GET, status_config},
    {"/api/v1/status/flags", GET, status_flags},
    {"/api/v1/status/tsdb", GET, status_tsdb},
    {"/api/v1/summary", GET, summary_tell},
};

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t
api_wall_ns(void)
{
    return clock_ns(CLOCK_REALTIME) / NS_PER_MS * NS_PER_MS;
}

struct weir_bounds
api_bounds(const struct api *self, int64_t timeout_ns)
{
    int64_t most_ns = self->query_timeout.ns;

    if (timeout_ns > 0 && (most_ns == 0 || timeout_ns < most_ns))
        most_ns = timeout_ns;
    return (struct weir_bounds){
        .deadline_ns = most_ns ? clock_ns(CLOCK_MONOTONIC) + most_ns : 0,
    };
}

static int
api_open(void *instance)
{
    struct api *self = instance;
    int rc = 0;

    self->start_ns = api_wall_ns();
    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(routes); i++) {
        if (routes[i].methods & GET)
            rc = weir_route(self, "GET", routes[i].path, routes[i].handler);
        if (rc == 0 && routes[i].methods & POST)
            rc = weir_route(self, "POST", routes[i].path, routes[i].handler);
    }
    return rc;
}

WEIR_REPORT(api) = {
    .help = "Prometheus' HTTP API, for Grafana, promtool and the like.",
    .instance_size = sizeof(struct api),
    .options = options,
    .open = api_open,
};
