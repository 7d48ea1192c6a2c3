/* dashboard.c - report: how hosts and services are doing, at a glance
 *
 * What there is is found from the stored series alone, so that nothing has to
 * be configured, and a dashboard may look at the stores of many hosts.
 */
#include <config.h>

#include "dashboard.h"

#include <time.h>

#include "base.h"
#include "live.h"
#include "page.h"
#include "top.h"

static const struct weir_option options[] = {
    WEIR_INTEGER(struct dashboard, max_rows, "10000", 1, 100000,
                 "Most hosts, services and targets that are told of; of more, "
                 "some are left out."),
    WEIR_INTEGER(struct dashboard, max_queries, "4", 1, 64,
                 "Questions that are answered at a time."),
    WEIR_SIZE(struct dashboard, max_memory, "256M",
              "Most memory of all questions together, of which one may take "
              "half."),
    WEIR_DURATION(struct dashboard, query_timeout, "10s",
                  "Longest time of a question; the listener's limit is 30s."),
    {0},
};

static const struct weir_command commands[] = {
    {"top", "the overview live in a terminal; weir top --help", top_run},
    {0},
};

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t
dashboard_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t
dashboard_wall_ns(void)
{
    return clock_ns(CLOCK_REALTIME) / NS_PER_MS * NS_PER_MS;
}

static int
dashboard_open(void *instance)
{
    struct dashboard *self = instance;
    const struct weir_query_limits limits = {
        .at_once = (uint32_t)self->max_queries,
        .memory_bytes = self->max_memory.bytes,
    };

    weir_query_limit(self, &limits);
    int rc = weir_route(self, "READ", "/api/v1/overview", overview_tell);
    if (rc == 0)
        rc = live_open(self, &self->live);
    return rc < 0 ? rc : page_open(self);
}

static void
dashboard_close(void *instance)
{
    struct dashboard *self = instance;

    overview_close(self);
    live_close(&self->live);
}

WEIR_REPORT(dashboard) = {
    .help = "How hosts and services are doing, in a browser.",
    .instance_size = sizeof(struct dashboard),
    .options = options,
    .commands = commands,
    .open = dashboard_open,
    .close = dashboard_close,
};
