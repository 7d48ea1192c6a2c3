/* select.c - answers a SELECT
 *
 * First which series there are, then their samples, or where a store computes
 * them, what is known of their buckets; then the answer.
 */
#include <config.h>

#include "select.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "emit.h"
#include "failure.h"
#include "nested.h"
#include "span.h"

struct selection {
    struct asked asked;
    const struct select *what;
    struct hearer hearer;
    struct where where;
    struct survey survey;
    struct plan plan;
    struct groups groups;
    struct nested *nested; /* or NULL */
    struct spans spans;
    size_t span;      /* that is asked for */
    struct lane lane; /* of the series that comes */
    uint32_t index;   /* its place in the layout */
    bool any;         /* one came */
    int64_t last_ns;  /* time of its last value, */
    unsigned nth;     /* and which of the functions it was */
};

static void
finish(struct selection *self)
{
    struct hearer hearer = self->hearer;

    nested_destroy(&self->nested);
    groups_fini(&self->groups);
    plan_fini(&self->plan);
    survey_clear(&self->survey);
    where_fini(&self->where);
    free(self);
    hearer.done(hearer.arg);
}

static void
fail(struct selection *self, int rc)
{
    failure_keep(self->hearer.into, rc);
    finish(self);
}

/* The answer ---------------------------------------------------------------
 */

/* How many buckets of each group are enough; 0: all. */
static size_t
wanted_buckets(const struct selection *self)
{
    const struct page *page = &self->what->page;

    return page->limit && !self->plan.transforms
               ? (size_t)(page->limit + page->offset)
               : 0;
}

/* Returns 0, or -E2BIG. */
static int
answer_group(struct selection *self, struct group *group)
{
    struct frame frame = {
        .since_ns = self->spans.since_ns,
        .until_ns = self->spans.until_ns,
        .first_ns = self->spans.first_ns,
        .last_ns = self->spans.last_ns,
        .single_ns = self->where.has_since ? self->where.since_ns : 0,
        .most = wanted_buckets(self),
    };

    frame_init(&frame, &self->groups, group);
    int rc =
        frame_buckets(&frame) * sizeof(struct point) > self->asked.max_bytes
            ? -E2BIG
            : emit_group(&frame, self->asked.max_bytes, self->hearer.into);
    frame_fini(&frame);
    return rc;
}

/* Of each measurement's groups those from SOFFSET on are wanted. */
static bool
is_wanted(const struct page *page, size_t rank)
{
    return rank >= page->soffset &&
           (page->slimit == 0 || rank - page->soffset < page->slimit);
}

static void
answer(struct selection *self)
{
    size_t count = self->groups.count;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct group *group =
            &self->groups.items[self->what->backwards ? count - 1 - i : i];
        if (is_wanted(&self->what->page, group->rank))
            rc = answer_group(self, group);
    }
    if (rc < 0)
        fail(self, rc);
    else
        finish(self);
}

/* Samples ------------------------------------------------------------------
 */

/* Which of the functions asked for a value is, the least first. */
static enum weir_function
nth_function(uint32_t functions, unsigned nth)
{
    for (unsigned i = 0; i < nth; i++)
        functions &= functions - 1;
    return (enum weir_function)__builtin_ctz(functions);
}

static void
take(struct selection *self, const struct weir_loose *samples, uint32_t at,
     bool evaluated)
{
    int64_t time_ns = samples->times_ns[at];
    double value = samples->values[at];

    if (!self->any || samples->index[at] != self->index) {
        groups_settle(&self->groups, &self->lane);
        self->index = samples->index[at];
        self->lane = groups_lane(
            &self->groups,
            survey_find(&self->survey, &samples->layout->series[self->index]));
        self->any = true;
        self->nth = 0;
        self->last_ns = time_ns;
    }
    if (!self->lane.group)
        return;
    if (!evaluated) {
        groups_add(&self->groups, &self->lane, time_ns, value);
        return;
    }
    if (time_ns != self->last_ns)
        self->nth = 0;
    self->last_ns = time_ns;
    groups_add_of(&self->groups, &self->lane,
                  nth_function(self->plan.functions, self->nth++), time_ns,
                  value);
}

static bool ask(struct selection *self);

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    struct selection *self = arg;
    const struct weir_loose *samples = result->samples;

    (void)instance;
    if (result->rc < 0) {
        failure_keep_result(self->hearer.into, result);
        finish(self);
        return false;
    }
    for (uint32_t i = 0; samples && i < samples->count; i++)
        take(self, samples, i, result->evaluated);
    if (self->groups.bytes > self->asked.bounds.memory_bytes) {
        fail(self, -E2BIG);
        return false;
    }
    if (result->rc == 0)
        return true;
    groups_settle(&self->groups, &self->lane);
    self->span++;
    if (!ask(self))
        answer(self);
    return false;
}

/* Looks for the metrics by name, unless they are too many for one pattern. */
static void
name_metrics(struct selection *self)
{
    enum { TEXT_MOST = 4096 };
    struct names metrics = {0};
    char text[TEXT_MOST] = "";
    size_t size = 0;

    for (size_t i = 0; i < self->survey.count; i++)
        if (names_find(&self->plan.inputs, self->survey.found[i].field) >= 0)
            names_add(&metrics, self->survey.found[i].metric);
    for (size_t i = 0; i < metrics.count && size < sizeof(text); i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s",
                                 i ? "|" : "", metrics.items[i]);
    free(metrics.items);
    if (size < sizeof(text))
        where_name(&self->where, text);
}

/* Asks for the next span; false when there is none, or it failed. */
static bool
ask(struct selection *self)
{
    if (self->span >= self->spans.count)
        return false;
    const struct span *span = &self->spans.items[self->span];
    struct weir_select select = {
        .want = WEIR_SAMPLES,
        .matchers = self->where.matchers,
        .matcher_count = self->where.count,
        .after_ns = span->after_ns,
        .until_ns = span->until_ns,
        .step_ns = span->step_ns,
        .range_ns = span->range_ns,
        .functions = span->range_ns ? self->plan.functions : 0,
        .bounds = self->asked.bounds,
        .client = self->asked.client,
    };

    self->any = false;
    self->lane = (struct lane){0};
    int rc = weir_select(self->asked.instance, &select, heard, self);
    if (rc < 0)
        fail(self, rc);
    return true;
}

/* The series are known.  Returns false when there is no more to do. */
static bool
prepare(struct selection *self)
{
    if (self->hearer.into->error)
        return false;
    plan_init(&self->plan, self->what, &self->where, &self->survey);
    if (self->plan.why) {
        result_fail(self->hearer.into, "%s", self->plan.why);
        return false;
    }
    groups_init(&self->groups, &self->plan, &self->survey);
    spans_init(&self->spans, &self->plan, self->asked.now_ns);
    return self->plan.inputs.count > 0;
}

static void
surveyed(void *arg)
{
    struct selection *self = arg;

    if (!prepare(self)) {
        finish(self);
        return;
    }
    name_metrics(self);
    if (!ask(self))
        finish(self);
}

/* The SELECT that this one selects from has its answer. */
static void
nested_answered(void *arg)
{
    struct selection *self = arg;
    const struct result *result = &self->nested->result;

    if (result->error)
        result_fail(self->hearer.into, "%s", result->error);
    nested_survey(self->nested, &self->survey);
    if (!prepare(self)) {
        finish(self);
        return;
    }
    nested_feed(self->nested, &self->survey, &self->groups);
    answer(self);
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

void
select_start(const struct asked *asked, const struct select *what,
             const struct hearer *hearer)
{
    struct selection *self = xcalloc(1, sizeof(*self));
    char why[WHERE_WHY_SIZE];

    self->asked = *asked;
    self->what = what;
    self->hearer = *hearer;
    const struct source *sources = what->sources;
    bool is_nested = sources && sources->select;
    if (is_nested && sources->next) {
        result_fail(hearer->into,
                    "several subqueries are not supported by weir");
        finish(self);
        return;
    }
    if (where_init(&self->where, what->where, asked->database,
                   is_nested ? NULL : sources, why) < 0) {
        result_fail(hearer->into, "%s", why);
        finish(self);
    } else if (is_nested) {
        self->nested = nested_new(what, &self->where);
        select_start(
            asked, &self->nested->what,
            &(struct hearer){&self->nested->result, nested_answered, self});
    } else {
        survey_start(asked, what, true, &self->survey,
                     &(struct hearer){hearer->into, surveyed, self});
    }
}

/* NOLINTEND(misc-no-recursion) */
