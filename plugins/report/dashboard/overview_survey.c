/* overview_survey.c - one look at all there is, by many questions */
#include <config.h>

#include "overview_survey.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "overview_condition.h"

enum {
    /* The window before is looked at, too: rates of change are from there. */
    POINTS_MOST = 2 * SPARK_POINTS,
    RATE_LEAST_S = 120, /* twice what most collect by, and no less */
    RATE_INTERVALS = 4,
};

/* One question of a survey. */
struct inquiry {
    struct survey *survey;
    void (*take)(struct inquiry *self, const struct weir_series *series,
                 double value); /* of an instant; or NULL: of a column */
    size_t index;               /* of the column, condition or kind */
    char *text;
    struct subject *subject; /* of the series that comes; or NULL */
    uint32_t series;         /* its index in the layout */
    uint32_t count;          /* values of it so far */
    int64_t times_ns[POINTS_MOST];
    double values[POINTS_MOST];
};

/* Notices ------------------------------------------------------------------ */

/* Says what the question was for; the caller frees it. */
static char *
name_inquiry(const struct inquiry *self)
{
    const struct column *column = &columns[self->index];
    char *name = NULL;

    if (self->take)
        return x_or_die(strdup("what is wrong"));
    if (asprintf(&name, "%s of %s", column->title, kinds[column->kind].title) <
        0)
        name = NULL;
    return x_or_die(name);
}

static void
note_result(struct inquiry *self, const struct weir_result *result)
{
    const char *why = strerror(-result->rc);

    for (size_t i = 0; i < result->note_count; i++)
        if (strcmp(result->notes[i].kind, "error") == 0)
            why = result->notes[i].text;
    notices_fail(&self->survey->notices, name_inquiry(self), why);
}

static void
take_notes(struct survey *self, const struct weir_result *result)
{
    for (size_t i = 0; i < result->note_count; i++)
        if (strcmp(result->notes[i].kind, "warning") == 0)
            notices_warn(&self->notices, "%s", result->notes[i].text);
}

/* Columns ------------------------------------------------------------------ */

static void
note_scrapes(struct inquiry *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->values[i] > 0)
            self->subject->up_s = (double)self->times_ns[i] / (double)NS_PER_S;
}

/* Makes a cell of the values of a series; of two with the same labels the
 * first one counts. */
static void
end_series(struct inquiry *self)
{
    static const struct weir_metric nameless = {"", WEIR_GAUGE, "", ""};
    static const struct weir_label none[] = {{0}};
    static const struct weir_series series = {&nameless, "", none};
    const struct survey *survey = self->survey;
    const struct column *column = &columns[self->index];
    int64_t start_ns = survey->end_ns - survey->key.window_ns;
    const struct weir_loose points = {.count = self->count,
                                      .times_ns = self->times_ns,
                                      .values = self->values};

    if (!self->subject || self->subject->cells[self->index])
        return;
    struct cell *cell = subject_cell(self->subject, self->index);
    weir_figures_of(&series, &points, start_ns, survey->end_ns, &cell->figures);
    for (uint32_t i = 0; i < self->count; i++) {
        int64_t at = (self->times_ns[i] - start_ns) / survey->step_ns - 1;
        if (at >= 0 && at < SPARK_POINTS && self->times_ns[i] > start_ns)
            cell->spark[at] = (float)self->values[i];
        if (self->times_ns[i] == survey->end_ns)
            cell->now = self->values[i];
    }
    if (column->defines)
        self->subject->kinds |= 1U << column->kind;
    if (self->index == column_find(KIND_TARGET, "up"))
        note_scrapes(self);
}

static void
take_points(struct inquiry *self, const struct weir_loose *samples)
{
    for (uint32_t i = 0; i < samples->count; i++) {
        if (self->count == 0 || samples->index[i] != self->series) {
            end_series(self);
            self->count = 0;
            self->series = samples->index[i];
            self->subject =
                subjects_take(&self->survey->subjects,
                              samples->layout->series[self->series].labels);
        }
        if (self->count == POINTS_MOST)
            continue;
        self->times_ns[self->count] = samples->times_ns[i];
        self->values[self->count++] = samples->values[i];
    }
}

/* Instants ----------------------------------------------------------------- */

static void
take_condition(struct inquiry *self, const struct weir_series *series,
               double value)
{
    struct subject *subject =
        subjects_take(&self->survey->subjects, series->labels);

    if (subject)
        condition_tell(&conditions[self->index], subject, series->labels,
                       value);
}

static void
take_seen(struct inquiry *self, const struct weir_series *series, double value)
{
    struct subject *subject =
        subjects_take(&self->survey->subjects, series->labels);

    if (subject)
        subject->seen_s = fmax(subject->seen_s, value);
}

static void
take_reason(struct inquiry *self, const struct weir_series *series,
            double value)
{
    struct subject *subject =
        subjects_take(&self->survey->subjects, series->labels);

    (void)value;
    if (!subject)
        return;
    free(subject->reason);
    subject->reason = x_or_die(strdup(label_value(series->labels, "reason")));
}

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
free_inquiries(struct survey *self)
{
    for (size_t i = 0; i < self->inquiry_count; i++)
        free(self->inquiries[i].text);
    self->inquiry_count = 0;
    free(self->inquiries);
    self->inquiries = NULL;
}

static void
finish(struct survey *self)
{
    free_inquiries(self);
    make_rows(self);
    notices_settle(&self->notices);
    if (self->subjects.refused)
        notices_warn(&self->notices,
                     "there are more than %lld hosts, services and targets "
                     "(max_rows), some are left out",
                     (long long)self->owner->max_rows);
    self->over_ns = dashboard_now_ns();
    self->over(self);
}

static void
end_inquiry(struct inquiry *self)
{
    struct survey *survey = self->survey;

    if (--survey->open_count == 0)
        finish(survey);
}

/* Asking ------------------------------------------------------------------- */

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    struct inquiry *self = arg;
    const struct weir_loose *samples = result->samples;

    (void)instance;
    if (result->rc < 0) {
        note_result(self, result);
        end_inquiry(self);
        return false;
    }
    if (samples && !self->take)
        take_points(self, samples);
    for (uint32_t i = 0; self->take && samples && i < samples->count; i++)
        self->take(self, &samples->layout->series[samples->index[i]],
                   samples->values[i]);
    if (result->rc == 0)
        return true;
    if (!self->take)
        end_series(self);
    take_notes(self->survey, result);
    end_inquiry(self);
    return false;
}

/* Timer: what could not be asked is over, too. */
static void
give_up(void *instance, void *arg)
{
    (void)instance;
    end_inquiry(arg);
}

static void
ask(struct inquiry *self)
{
    struct survey *survey = self->survey;
    int64_t back_ns = 2 * survey->key.window_ns - survey->step_ns;
    const struct weir_question question = {
        .text = self->text,
        .start_ns = survey->end_ns - (self->take ? 0 : back_ns),
        .end_ns = survey->end_ns,
        .step_ns = self->take ? 0 : survey->step_ns,
        .bounds = {.deadline_ns =
                       survey->begun_ns + survey->owner->query_timeout.ns},
    };

    int rc = weir_query(survey->owner, &question, heard, self);
    if (rc == 0)
        return;
    notices_fail(&survey->notices, name_inquiry(self),
                 rc == -ENOTCONN ? "there is no storage to ask, see from"
                                 : "too many questions are being answered");
    weir_post(survey->owner, give_up, self);
}

/* Adds a question, and takes its text. */
static void
add(struct survey *self, size_t index, char *text,
    void (*take)(struct inquiry *self, const struct weir_series *series,
                 double value))
{
    self->inquiries[self->inquiry_count++] = (struct inquiry){
        .survey = self, .take = take, .index = index, .text = weir_take(text)};
}

static void
add_columns(struct survey *self, int64_t rate_ns)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].defines || self->key.kinds & 1U << columns[i].kind)
            add(self, i,
                column_question(columns[i].text, rate_ns, self->key.window_ns),
                NULL);
}

static void
add_conditions(struct survey *self, int64_t rate_ns)
{
    for (size_t i = 0; i < CONDITIONS; i++) {
        char *text = NULL;
        if (conditions[i].kinds & self->key.kinds)
            text = condition_question(&conditions[i], rate_ns,
                                      self->key.window_ns);
        if (text)
            add(self, i, text, take_condition);
    }
    for (size_t kind = 0; kind < KINDS; kind++)
        add(self, kind, x_or_die(strdup(kinds[kind].seen)), take_seen);
    add(self, 0, x_or_die(strdup("scrape_target_info{reason!=\"\"}")),
        take_reason);
}

static int64_t
rate_range(const struct survey *self)
{
    int64_t range_ns = RATE_LEAST_S * NS_PER_S;
    int64_t intervals_ns = RATE_INTERVALS * weir_interval_ns(self->owner);

    if (intervals_ns > range_ns)
        range_ns = intervals_ns;
    return self->step_ns > range_ns ? self->step_ns : range_ns;
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
    self->inquiries =
        xcalloc(COLUMNS + CONDITIONS + KINDS + 1, sizeof(*self->inquiries));
    add_columns(self, rate_range(self));
    add_conditions(self, rate_range(self));
    self->open_count = self->inquiry_count;
    for (size_t i = 0; i < self->inquiry_count; i++)
        ask(&self->inquiries[i]);
    return self;
}

void
survey_destroy(struct survey **self_p)
{
    struct survey *self = weir_take(*self_p);

    if (!self)
        return;
    free_inquiries(self);
    notices_fini(&self->notices);
    for (size_t kind = 0; kind < KINDS; kind++)
        free(self->rows[kind]);
    subjects_fini(&self->subjects);
    free(self);
}
