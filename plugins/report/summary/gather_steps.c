/* gather_steps.c - values at steps: of expressions, and of single series */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "gather_inner.h"
#include "query/figures.h"

static int
ask_steps(struct gather *self, const char *text, weir_heard *heard)
{
    const struct report *report = self->wish.report;
    const struct weir_question question = {
        .text = text,
        .start_ns = report_time_of(report, 0),
        .end_ns = report->with.until_ns,
        .step_ns = report->step_ns,
        .lookback_ns = report->rate_ns,
        .bounds = gather_bounds(self),
        .client = self->wish.client,
    };

    self->into = NULL;
    self->any = false;
    return weir_query(self->wish.instance, &question, heard, self);
}

/* Makes figures of the row's points, in a window that ends behind 'end' steps.
 */
static void
make_figures(const struct report *report, const struct row *row, size_t end,
             struct weir_figures *ret_figures)
{
    static const struct weir_metric metric = {"", WEIR_GAUGE, "", ""};
    static const struct weir_label none[] = {{0}};
    static const struct weir_series gauge = {&metric, "", none};
    int64_t times_ns[2 * REPORT_STEPS_MOST];
    double values[2 * REPORT_STEPS_MOST];
    int64_t until_ns = report_time_of(report, end - 1);
    size_t count = 0;

    for (size_t i = 0; i < end; i++)
        if (!isnan(row->points[i])) {
            times_ns[count] = report_time_of(report, i);
            values[count++] = row->points[i];
        }
    const struct figures_samples samples = {times_ns, values, count};
    figures_compute(&gauge, &samples,
                    until_ns - (int64_t)report->steps * report->step_ns,
                    until_ns, ret_figures);
    ret_figures->series = NULL;
}

/* Makes figures of what came, and drops what the window has nothing of. */
static void
settle_expression(struct gather *self)
{
    struct report *report = self->wish.report;
    struct report_part *part = gather_part(self);
    size_t kept = 0;

    for (size_t i = 0; i < part->count; i++) {
        struct row *row = &part->rows[i];
        make_figures(report, row, report->steps, &row->before);
        make_figures(report, row, 2 * report->steps, &row->now);
        if (row->now.count > 0) {
            part->rows[kept++] = *row;
            continue;
        }
        part->gone++;
        row_fini(row);
    }
    part->count = kept;
    gather_count_fresh(part);
    report_sort(part);
    gather_next_part(self);
}

/* A series of the answer begins. */
static void
begin_series(struct gather *self, const struct weir_series *series)
{
    struct report_part *part = gather_part(self);

    self->into = report_add(self->wish.report, part, series);
    if (!self->into)
        return;
    self->into->is_counter = false;
    self->into->unit = part->panel->unit;
    report_make_points(self->wish.report, self->into);
}

static bool
hear_expression(void *instance, void *arg, const struct weir_result *result)
{
    struct gather *self = arg;
    const struct weir_loose *samples = result->samples;

    (void)instance;
    for (uint32_t i = 0; samples && i < samples->count; i++) {
        if (!self->any || samples->index[i] != self->index)
            begin_series(self, &samples->layout->series[samples->index[i]]);
        self->any = true;
        self->index = samples->index[i];
        if (self->into)
            report_set_point(self->wish.report, self->into,
                             samples->times_ns[i], samples->values[i]);
    }
    return gather_heard(self, result, settle_expression);
}

int
gather_ask_expression(struct gather *self)
{
    weir_cleanup(weir_free) char *text =
        panel_question(gather_part(self)->panel, self->wish.report->rate_ns);

    return ask_steps(self, text, hear_expression);
}

/* Values of one series ----------------------------------------------------- */

void
gather_next_row(struct gather *self)
{
    self->row++;
}

/* Says whether the answer's series is the row's: it lost its name, and one that
 * has more labels meets the same conditions. */
static bool
is_of(const struct weir_series *series, const struct row *row)
{
    static const struct weir_metric nameless = {"", WEIR_GAUGE, "", ""};
    weir_cleanup(weir_free) char *text =
        row_text(&(struct weir_series){&nameless, "", series->labels});

    return strcmp(text, row->text + strlen(row->name)) == 0;
}

static bool
hear_points(void *instance, void *arg, const struct weir_result *result)
{
    struct gather *self = arg;
    const struct weir_loose *samples = result->samples;
    struct row *row = &gather_part(self)->rows[self->row];

    (void)instance;
    for (uint32_t i = 0; samples && i < samples->count; i++) {
        if (!self->any || samples->index[i] != self->index)
            self->into = is_of(&samples->layout->series[samples->index[i]], row)
                             ? row
                             : NULL;
        self->any = true;
        self->index = samples->index[i];
        if (self->into)
            report_set_point(self->wish.report, row, samples->times_ns[i],
                             samples->values[i]);
    }
    return gather_heard(self, result, gather_next_row);
}

int
gather_ask_points(struct gather *self)
{
    const struct report *report = self->wish.report;
    struct row *row = &gather_part(self)->rows[self->row];
    weir_cleanup(weir_free) char *text = NULL;

    report_make_points(report, row);
    if (asprintf(&text, "%s(%s[%" PRId64 "ms])",
                 row->is_counter ? "rate" : "avg_over_time", row->text,
                 (row->is_counter ? report->rate_ns : report->step_ns) /
                     NS_PER_MS) < 0)
        text = x_or_die(NULL);
    return ask_steps(self, text, hear_points);
}
