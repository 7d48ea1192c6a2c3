/* overview_probe.c - one question of a survey, and what becomes of its answer
 */
#include <config.h>

#include "overview_probe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "overview_condition.h"

/* Says what the question was for; the caller frees it. */
static char *
name_probe(const struct probe *self)
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

void
probe_fail(struct probe *self, const char *why)
{
    notices_fail(&self->survey->notices, name_probe(self), why);
}

static void
note_result(struct probe *self, const struct weir_result *result)
{
    const char *why = strerror(-result->rc);

    for (size_t i = 0; i < result->note_count; i++)
        if (strcmp(result->notes[i].kind, "error") == 0)
            why = result->notes[i].text;
    probe_fail(self, why);
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
note_scrapes(struct probe *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->values[i] > 0)
            self->subject->up_s = (double)self->times_ns[i] / (double)NS_PER_S;
}

/* Makes a cell of the values of a series; of two with the same labels the
 * first one counts. */
static void
end_series(struct probe *self)
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

    const struct cell *known =
        self->subject ? subject_look(self->subject, self->index) : NULL;
    if (!self->subject || (known && known->whole))
        return;
    struct cell *cell = subject_cell(self->subject, self->index);
    cell->whole = true;
    weir_figures_of(&series, &points, start_ns, survey->end_ns, &cell->figures);
    for (uint32_t i = 0; i < self->count; i++) {
        int64_t at = (self->times_ns[i] - start_ns) / survey->step_ns - 1;
        if (at >= 0 && at < SPARK_POINTS && self->times_ns[i] > start_ns)
            cell->spark[at] = (float)self->values[i];
        if (self->times_ns[i] == survey->end_ns && !self->leaves_now)
            cell->now = self->values[i];
    }
    if (column->defines)
        self->subject->kinds |= 1U << column->kind;
    if (self->index == column_find(KIND_TARGET, "up"))
        note_scrapes(self);
}

static void
take_points(struct probe *self, const struct weir_loose *samples)
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

void
probe_take_condition(struct probe *self, const struct weir_series *series,
                     double value)
{
    struct subject *subject =
        subjects_take(&self->survey->subjects, series->labels);

    if (subject)
        condition_tell(&conditions[self->index], subject, series->labels,
                       value);
}

void
probe_take_now(struct probe *self, const struct weir_series *series,
               double value)
{
    struct subject *subject =
        subjects_take(&self->survey->subjects, series->labels);

    if (subject)
        subject_cell(subject, self->index)->now = value;
}

void
probe_take_seen(struct probe *self, const struct weir_series *series,
                double value)
{
    struct subject *subject =
        subjects_take(&self->survey->subjects, series->labels);

    if (subject)
        subject->seen_s = fmax(subject->seen_s, value);
}

void
probe_take_reason(struct probe *self, const struct weir_series *series,
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

void
probe_hear(struct probe *self, const struct weir_result *result)
{
    const struct weir_loose *samples = result->samples;

    if (result->rc < 0) {
        note_result(self, result);
        return;
    }
    if (samples && !self->take)
        take_points(self, samples);
    for (uint32_t i = 0; self->take && samples && i < samples->count; i++)
        self->take(self, &samples->layout->series[samples->index[i]],
                   samples->values[i]);
    if (result->rc == 0)
        return;
    if (!self->take)
        end_series(self);
    take_notes(self->survey, result);
}
