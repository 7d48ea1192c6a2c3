/* ask_query.c - questions in PromQL, from asking to the last part
 *
 * A query is read on the stage, waits for its turn, has its samples gathered
 * and is evaluated; see ask_gather.c.
 */
#include <config.h>

#include <errno.h>

#include <weir/cleanup.h>

#include "ask_query_inner.h"
#include "base.h"
#include "clock.h"
#include "http/request.h"
#include "link/question.h"

static const struct weir_query_limits limits_default = {
    .at_once = 12,
    .waiting = 1024,
    .memory_bytes = 256 << 20,
};

enum { HARVEST_KEPT_BYTES = 8 << 20 };

static size_t
count_active(const struct ask *ask)
{
    size_t count = 0;

    for (const struct query *query = ask->queries; query; query = query->next)
        count += query->state != QUERY_WAITS;
    return count;
}

static void
begin(struct query *self)
{
    self->state = QUERY_SELECTS;
    self->begun_ns = clock_now_ns();
    if (!self->tree) {
        query_fail(self, -EINVAL, self->why);
        return;
    }
    self->plan = plan_new(self->tree, &self->moments);
    self->selects = plan_selects(self->plan, &self->select_count);
    query_prepare(self);
    if (self->select_count > PLAN_SELECTS_MOST)
        query_fail(self, -E2BIG, "the query has too many selectors");
    else
        query_select(self);
}

/* Begins the queries whose turn it is, those first that came first. */
static void
start_queries(void *arg)
{
    struct ask *ask = arg;
    struct query *next = NULL;

    ask->start_timer = 0;
    do {
        next = ask->queries;
        while (next && next->state != QUERY_WAITS)
            next = next->next;
        if (next && count_active(ask) >= ask->limits.at_once)
            next = NULL;
        if (next)
            begin(next);
    } while (next);
}

/* Soon: nobody hears from within the call that asks. */
void
ask_start_waiting(struct ask *ask)
{
    if (!ask->closing && !ask->start_timer)
        ask->start_timer = stage_timer(ask->stage, 0, 0, start_queries, ask);
}

static bool
is_over(const struct query *self)
{
    return (self->client && request_left(self->client)) ||
           (self->state == QUERY_WAITS &&
            clock_now_ns() > self->bounds.deadline_ns);
}

static void
look_after_queries(void *arg)
{
    struct ask *ask = arg;
    struct query *query = ask->queries;

    while (query) {
        if (!is_over(query)) {
            query = query->next;
            continue;
        }
        if (query->client && request_left(query->client))
            query_fail(query, -ECANCELED, "the client has left");
        else
            query_fail(query, -ETIMEDOUT, "query timed out in query queue");
        query = ask->queries;
    }
}

static struct query *
query_new(struct ask *ask, const struct weir_question *question)
{
    struct query *self = xcalloc(1, sizeof(*self));

    self->ask = ask;
    self->holders = 1;
    self->asked_ns = clock_now_ns();
    self->allowance = allowance_hold(ask->allowance);
    share_begin(&self->gathered, self->allowance);
    self->client = question->client;
    self->bounds = question_bounds(&question->bounds);
    self->moments = (struct moments){question->start_ns, question->end_ns,
                                     question->step_ns, question->lookback_ns};
    if (self->moments.lookback_ns <= 0)
        self->moments.lookback_ns = LOOKBACK_DEFAULT_S * NS_PER_S;
    (void)pthread_mutex_init(&self->lock, NULL);
    if (question->step_ns < 0 || question->end_ns < question->start_ns)
        self->why =
            x_or_die(strdup("end timestamp must not be before start time"));
    else
        (void)tree_parse(question->text, &self->tree, &self->why);
    return self;
}

static void
add_query(struct ask *ask, struct query *query)
{
    struct query **link = &ask->queries;

    while (*link)
        link = &(*link)->next;
    *link = query;
    if (!ask->query_timer)
        ask->query_timer = stage_timer(ask->stage, NS_PER_S, NS_PER_S,
                                       look_after_queries, ask);
    ask_start_waiting(ask);
}

static size_t
count_queries(const struct ask *self)
{
    size_t count = 0;

    for (const struct query *query = self->queries; query; query = query->next)
        count++;
    return count;
}

void
ask_set_crew(struct ask *self, struct crew *crew)
{
    self->crew = crew;
}

void
ask_limit(struct ask *self, const struct weir_query_limits *limits)
{
    const struct weir_query_limits *none = &limits_default;

    self->limits = (struct weir_query_limits){
        .at_once = limits->at_once ? limits->at_once : none->at_once,
        .waiting = limits->waiting ? limits->waiting : none->waiting,
        .memory_bytes =
            limits->memory_bytes ? limits->memory_bytes : none->memory_bytes,
        .slow_ns = limits->slow_ns,
    };
    allowance_set(self->allowance, self->limits.memory_bytes);
}

void
ask_name(struct ask *self, const char *name, struct ask_figures *figures)
{
    self->name = name;
    self->figures = figures;
}

int
ask_query(struct ask *self, void *instance,
          const struct weir_question *question, weir_heard *heard, void *arg)
{
    if (self->count == 0 || self->closing)
        return -ENOTCONN;
    if (count_queries(self) >=
        (size_t)self->limits.at_once + self->limits.waiting) {
        self->figures->refused++;
        return -EAGAIN;
    }
    struct query *query = query_new(self, question);
    query->crew = self->crew;
    query->instance = instance;
    query->heard = heard;
    query->arg = arg;
    add_query(self, query);
    return 0;
}

struct harvest *
ask_harvest(struct ask *self)
{
    for (size_t i = 0; i < ARRAY_SIZE(self->harvests); i++)
        if (self->harvests[i])
            return weir_take(self->harvests[i]);
    return harvest_new();
}

void
ask_keep_harvest(struct ask *self, struct harvest **harvest_p)
{
    size_t i = 0;

    harvest_clear(*harvest_p);
    while (i < ARRAY_SIZE(self->harvests) && self->harvests[i])
        i++;
    if (i == ARRAY_SIZE(self->harvests) ||
        harvest_bytes(*harvest_p) > HARVEST_KEPT_BYTES)
        harvest_destroy(harvest_p);
    else
        self->harvests[i] = weir_take(*harvest_p);
}

void
ask_init_queries(struct ask *self)
{
    self->limits = limits_default;
    self->allowance = allowance_new(limits_default.memory_bytes);
    ask_name(self, "", &self->own);
}

void
ask_end_queries(struct ask *self)
{
    while (self->queries)
        query_fail(self->queries, -ECANCELED, "the asker closes");
    if (self->start_timer)
        stage_timer_stop(self->stage, self->start_timer);
    for (size_t i = 0; i < ARRAY_SIZE(self->harvests); i++)
        harvest_destroy(&self->harvests[i]);
}
