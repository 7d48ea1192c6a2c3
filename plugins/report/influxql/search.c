/* search.c - finds the series that a statement is about */
#include <config.h>

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "failure.h"
#include "select.h"
#include "where.h"

struct search {
    struct asked asked;
    struct where where;
    struct survey *survey;
    struct hearer hearer;
    uint32_t taken; /* series of the answer's layout */
};

/* Says that the search ended; frees it. */
static void
finish(struct search *self)
{
    struct hearer hearer = self->hearer;

    where_fini(&self->where);
    free(self);
    hearer.done(hearer.arg);
}

/* Leaves out what the storage could not, and sorts. */
static void
choose(struct search *self)
{
    struct survey *survey = self->survey;
    size_t kept = 0;

    for (size_t i = 0; i < survey->count; i++)
        if (where_is_source(&self->where, survey->found[i].measurement) &&
            where_of_series(&self->where, &survey->found[i]) != VERDICT_NO)
            survey->found[kept++] = survey->found[i];
    survey->count = kept;
    survey_sort(survey);
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    struct search *self = arg;
    const struct weir_loose *samples = result->samples;

    (void)instance;
    if (result->rc < 0) {
        failure_keep_result(self->hearer.into, result);
        finish(self);
        return false;
    }
    while (samples && self->taken < samples->layout->count)
        survey_add(self->survey, &samples->layout->series[self->taken++]);
    if (self->survey->bytes > self->asked.bounds.memory_bytes) {
        failure_keep(self->hearer.into, -E2BIG);
        finish(self);
        return false;
    }
    if (result->rc == 0)
        return true;
    choose(self);
    finish(self);
    return false;
}

void
survey_start(const struct asked *asked, const struct select *what, bool in_time,
             struct survey *survey, const struct hearer *hearer)
{
    struct search *self = xcalloc(1, sizeof(*self));
    char why[WHERE_WHY_SIZE];

    self->asked = *asked;
    self->survey = survey;
    self->hearer = *hearer;
    if (where_init(&self->where, what->where, asked->database, what->sources,
                   why) < 0) {
        result_fail(self->hearer.into, "%s", why);
        finish(self);
        return;
    }
    const struct weir_select select = {
        .want = WEIR_SERIES,
        .matchers = self->where.matchers,
        .matcher_count = self->where.count,
        .after_ns = in_time && self->where.has_since ? self->where.since_ns - 1
                                                     : INT64_MIN,
        .until_ns = in_time ? self->where.until_ns : INT64_MAX,
        .bounds = asked->bounds,
        .client = asked->client,
    };
    int rc = weir_select(asked->instance, &select, heard, self);
    if (rc < 0) {
        failure_keep(self->hearer.into, rc);
        finish(self);
    }
}
