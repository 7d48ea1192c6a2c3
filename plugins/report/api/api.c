/* api.c - report: Prometheus' HTTP API
 *
 * Grafana, promtool, client_golang and curl take weir for a Prometheus.  What
 * is asked goes to the storages in 'from'; answers are written as they come.
 */
#include <config.h>

#include "api.h"

#include <time.h>

#include "answer.h"

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

static const struct {
    const char *method, *path;
    weir_handler *handler;
} routes[] = {
    {"READ", "/api/v1/query", query_instant},
    {"READ", "/api/v1/query_range", query_range},
    {"READ", "/api/v1/query_exemplars", query_exemplars},
    {"READ", "/api/v1/format_query", query_format},
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

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t
api_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
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
        .deadline_ns = most_ns ? api_now_ns() + most_ns : 0,
    };
}

static int
api_open(void *instance)
{
    struct api *self = instance;
    int rc = 0;

    self->start_ns = api_wall_ns();
    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(routes); i++)
        rc = weir_route(self, routes[i].method, routes[i].path,
                        routes[i].handler);
    return rc;
}

static void
api_close(void *instance)
{
    answers_cut(instance);
}

WEIR_REPORT(api) = {
    .help = "Prometheus' HTTP API, for Grafana, promtool and the like.",
    .instance_size = sizeof(struct api),
    .options = options,
    .open = api_open,
    .close = api_close,
};
