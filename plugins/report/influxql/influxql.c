/* influxql.c - report: what programs ask an InfluxDB 1.x, in InfluxQL
 *
 * Answers /query, so that clients of InfluxDB, its shell and Grafana's source
 * for it take weir for one.  What is asked goes to the storages in 'from'.
 */
#include <config.h>

#include "influxql.h"

#include <errno.h>

#include "../../influx/answer.h"
#include "../../influx/login.h"
#include "run.h"

/* What a query reads, a result, and the text of an answer. */
enum { SHARES = 3 };

static const struct weir_option options[] = {
    LOGIN_OPTIONS(struct influxql),
    WEIR_STATE_PATH(struct influxql, path, "influx",
                    "Folder with the list of databases."),
    WEIR_CHOICE(struct influxql, drop, "refuse", "refuse hide",
                "What DROP DATABASE does."),
    WEIR_SIZE(struct influxql, max_answer, "64M",
              "Most bytes of an answer; above, it is an error."),
    WEIR_SIZE(struct influxql, max_memory, "1G",
              "Most memory, of which each query has an equal part: a third for "
              "what it reads, for a result, and for the answer."),
    WEIR_INTEGER(struct influxql, max_samples, "50000000", 1, INT64_MAX,
                 "Most samples that a statement looks at."),
    WEIR_INTEGER(struct influxql, max_series, "100000", 1, UINT32_MAX,
                 "Most series that a statement looks at."),
    WEIR_INTEGER(struct influxql, max_queries, "8", 1, 1024,
                 "Queries that are answered at a time."),
    WEIR_INTEGER(struct influxql, max_queue, "1024", 0, 65536,
                 "Queries that wait for their turn; the next is refused."),
    WEIR_DURATION(struct influxql, query_timeout, "25s",
                  "Longest time of a query; the listener's limit is 30s."),
    {0},
};

static const struct weir_metric told[] = {
    {"weir_influxql_statements_total", WEIR_COUNTER, "",
     "Statements that were answered."},
    {"weir_influxql_failed_statements_total", WEIR_COUNTER, "",
     "Statements that were answered with an error."},
    {"weir_influxql_refused_requests_total", WEIR_COUNTER, "",
     "Requests that were answered with an error as a whole."},
};

void
influxql_tell(struct influxql *self)
{
    const uint64_t values[] = {self->statements, self->failed, self->refused};

    for (size_t i = 0; i < WEIR_COUNT(told); i++)
        weir_tell(self, &told[i], (double)values[i]);
}

uint64_t
influxql_share(const struct influxql *self)
{
    uint64_t most =
        self->max_memory.bytes ? self->max_memory.bytes : UINT64_MAX / 2;

    return most / (uint64_t)self->max_queries / SHARES;
}

/* Begins what a request asks, when its client may come in; takes it. */
static void
ask(struct influxql *self, struct weir_request *request, bool may_change)
{
    const char *why = NULL;

    if (login_check(self->username, self->password, request, &why) == 0) {
        run_begin(self, request, may_change);
        return;
    }
    self->refused++;
    influxql_tell(self);
    answer_error(&request, 401, why);
}

static void
get_query(void *instance, struct weir_request *request)
{
    ask(instance, request, false);
}

static void
post_query(void *instance, struct weir_request *request)
{
    ask(instance, request, true);
}

static int
influxql_check(void *instance)
{
    const struct influxql *self = instance;

    int rc = login_check_options(instance, self->username, self->password);
    if (rc == 0 && !*self->path)
        rc = weir_fail(instance, -EINVAL, "path must name a folder");
    return rc;
}

/* The host lets pages of others GET, whose statements that change something
 * run_statement() refuses, but POST only where the route changes nothing. */
static int
influxql_open(void *instance)
{
    struct influxql *self = instance;

    self->closing = false;
    databases_init(&self->databases, self->path);
    int rc = weir_route(self, "GET", "/query", get_query);
    if (rc == 0)
        rc = weir_route(self, "POST", "/query", post_query);
    if (rc == 0)
        influxql_tell(self);
    return rc;
}

static void
influxql_close(void *instance)
{
    struct influxql *self = instance;

    runs_end(self);
    databases_fini(&self->databases);
}

WEIR_REPORT(influxql) = {
    .help = "What programs ask an InfluxDB: InfluxQL.",
    .instance_size = sizeof(struct influxql),
    .options = options,
    .check = influxql_check,
    .open = influxql_open,
    .close = influxql_close,
};
