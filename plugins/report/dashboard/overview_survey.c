/* overview_survey.c - one look at all there is, by many questions */
#include <config.h>

#include "overview_survey.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "overview_condition.h"
#include "overview_probe.h"

enum {
    RATE_LEAST_S = 120, /* twice what most collect by, and no less */
    RATE_INTERVALS = 4,
    SEEN_LEAST_S = 300,
    SEEN_MOST_S = 3600,
};

/* The end ------------------------------------------------------------------ */

/* When nothing is there at the end, the last value tells. */
static void
guess_seen(const struct survey *self, struct subject *subject)
{
    int64_t start_ns = self->end_ns - self->key.window_ns;

    if (!isnan(subject->seen_s))
        return;
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct cell *cell = subject_look(subject, i);
        for (int64_t at = SPARK_POINTS; cell && at > 0; at--) {
            if (isnan(cell->spark[at - 1]))
                continue;
            double then_s =
                (double)(start_ns + at * self->step_ns) / (double)NS_PER_S;
            subject->seen_s = fmax(subject->seen_s, then_s);
            break;
        }
    }
}

static void
make_rows(struct survey *self)
{
    for (size_t kind = 0; kind < KINDS; kind++)
        self->rows[kind] =
            xcalloc(self->subjects.count, sizeof(struct subject *));
    for (size_t i = 0; i < self->subjects.count; i++) {
        struct subject *each = self->subjects.items[i];
        if (!each->kinds)
            continue;
        guess_seen(self, each);
        conditions_judge(each, (double)self->end_ns / (double)NS_PER_S);
        if (self->key.kinds & 1U << each->kind)
            self->rows[each->kind][self->row_count[each->kind]++] = each;
    }
}

static void
free_probes(struct survey *self)
{
    for (size_t i = 0; i < self->probe_count; i++)
        free(self->probes[i].text);
    self->probe_count = 0;
    free(self->probes);
    self->probes = NULL;
}

static void
finish(struct survey *self)
{
    free_probes(self);
    make_rows(self);
    notices_settle(&self->notices);
    if (self->subjects.refused)
        notices_warn(&self->notices,
                     "there are more than %lld hosts, services and targets "
                     "(max_rows), or 16 MiB of their labels; some are left out",
                     (long long)self->owner->max_rows);
    self->over_ns = dashboard_now_ns();
    self->over(self);
}

static void
end_probe(struct probe *self)
{
    struct survey *survey = self->survey;

    if (--survey->open_count == 0)
        finish(survey);
}

/* Asking ------------------------------------------------------------------- */

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    struct probe *self = arg;

    (void)instance;
    probe_hear(self, result);
    if (result->rc == 0)
        return true;
    end_probe(self);
    return false;
}

/* Timer: what could not be asked is over, too. */
static void
give_up(void *instance, void *arg)
{
    (void)instance;
    end_probe(arg);
}

/* How far back the last sample of something is looked for; 0 is the usual.  A
 * stale marker ends it at once. */
static int64_t
lookback_of(const struct probe *self)
{
    int64_t window_ns = self->survey->key.window_ns;

    if (self->take != probe_take_seen || window_ns < SEEN_LEAST_S * NS_PER_S)
        return 0;
    return window_ns < SEEN_MOST_S * NS_PER_S ? window_ns
                                              : SEEN_MOST_S * NS_PER_S;
}

static void
ask(struct probe *self)
{
    struct survey *survey = self->survey;
    int64_t back_ns = 2 * survey->key.window_ns - survey->step_ns;
    const struct weir_question question = {
        .text = self->text,
        .start_ns = survey->end_ns - (self->take ? 0 : back_ns),
        .end_ns = survey->end_ns,
        .step_ns = self->take ? 0 : survey->step_ns,
        .lookback_ns = lookback_of(self),
        .bounds = {.memory_bytes = survey->owner->max_memory.bytes / 2,
                   .deadline_ns =
                       survey->begun_ns + survey->owner->query_timeout.ns},
    };

    int rc = weir_query(survey->owner, &question, heard, self);
    if (rc == 0)
        return;
    probe_fail(self, rc == -ENOTCONN ? "there is no storage to ask, see from"
                                     : "too many questions are being answered");
    weir_post(survey->owner, give_up, self);
}

/* The range of rates of what is now. */
static int64_t
short_range(const struct survey *self)
{
    int64_t range_ns = RATE_LEAST_S * NS_PER_S;
    int64_t intervals_ns = RATE_INTERVALS * weir_interval_ns(self->owner);

    return intervals_ns > range_ns ? intervals_ns : range_ns;
}

/* Of a long window a rate over a step is not what is now. */
static bool
has_own_now(const struct survey *self, const struct column *column)
{
    return self->step_ns > short_range(self) && strstr(column->text, "$r");
}

/* Adds a question, and takes its text. */
static void
add(struct survey *self, size_t index, char *text, probe_take *take)
{
    self->probes[self->probe_count++] = (struct probe){
        .survey = self, .take = take, .index = index, .text = weir_take(text)};
}

static void
add_columns(struct survey *self)
{
    int64_t window_ns = self->key.window_ns;
    int64_t short_ns = short_range(self);

    self->rate_ns = self->step_ns > short_ns ? self->step_ns : short_ns;
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct column *each = &columns[i];
        if (!each->defines && !(self->key.kinds & 1U << each->kind))
            continue;
        add(self, i, column_question(each->text, self->rate_ns, window_ns),
            NULL);
        if (!has_own_now(self, each))
            continue;
        self->probes[self->probe_count - 1].leaves_now = true;
        add(self, i, column_question(each->text, short_ns, window_ns),
            probe_take_now);
    }
}

static void
add_conditions(struct survey *self)
{
    for (size_t i = 0; i < CONDITIONS; i++) {
        char *text = NULL;
        if (conditions[i].kinds & self->key.kinds)
            text = condition_question(&conditions[i], short_range(self),
                                      self->key.window_ns);
        if (text)
            add(self, i, text, probe_take_condition);
    }
    for (size_t kind = 0; kind < KINDS; kind++)
        add(self, kind, x_or_die(strdup(kinds[kind].seen)), probe_take_seen);
    add(self, 0, x_or_die(strdup("scrape_target_info{reason!=\"\"}")),
        probe_take_reason);
}

struct survey *
survey_new(struct dashboard *owner, const struct survey_key *key,
           void (*over)(struct survey *self))
{
    struct survey *self = xcalloc(1, sizeof(*self));

    self->owner = owner;
    self->key = *key;
    self->end_ns = key->end_ns ? key->end_ns : dashboard_wall_ns();
    self->step_ns = key->window_ns / SPARK_POINTS;
    self->begun_ns = dashboard_now_ns();
    self->subjects.most = (size_t)owner->max_rows;
    self->over = over;
    self->probes =
        xcalloc(2 * COLUMNS + CONDITIONS + KINDS + 1, sizeof(*self->probes));
    add_columns(self);
    add_conditions(self);
    self->open_count = self->probe_count;
    for (size_t i = 0; i < self->probe_count; i++)
        ask(&self->probes[i]);
    return self;
}

void
survey_destroy(struct survey **self_p)
{
    struct survey *self = weir_take(*self_p);

    if (!self)
        return;
    free_probes(self);
    notices_fini(&self->notices);
    for (size_t kind = 0; kind < KINDS; kind++)
        free(self->rows[kind]);
    subjects_fini(&self->subjects);
    free(self);
}
