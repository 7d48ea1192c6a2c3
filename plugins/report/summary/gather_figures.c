/* gather_figures.c - figures of series over a window, and over the one before
 */
#include <config.h>

#include <string.h>

#include "base.h"
#include "gather_inner.h"
#include "words.h"

/* Returns the unit of what the row is compared by. */
static const char *
unit_of(const struct report_part *part, const struct weir_series *series,
        bool is_counter)
{
    static const struct {
        const char *unit, *rate;
    } rates[] = {{"bytes", "bytes/s"}, {"seconds", "seconds/s"}, {"", "/s"}};
    const char *unit = words_unit(series);

    if (*part->panel->unit)
        return part->panel->unit;
    for (size_t i = 0; is_counter && i < ARRAY_SIZE(rates); i++)
        if (strcmp(rates[i].unit, unit) == 0)
            return rates[i].rate;
    return unit;
}

static void
take_now(struct gather *self, const struct weir_figures *figures)
{
    struct report_part *part = gather_part(self);
    struct row *row = report_add(self->wish.report, part, figures->series);

    if (!row)
        return;
    row->unit = unit_of(part, figures->series, row->is_counter);
    row->now = *figures;
    row->now.series = NULL;
}

static void
take_before(struct gather *self, const struct weir_figures *figures)
{
    struct report_part *part = gather_part(self);
    struct row *row = report_find(part, figures->series);

    if (!row) {
        part->gone += part->more == 0;
        return;
    }
    row->before = *figures;
    row->before.series = NULL;
}

static void
next_summary(struct gather *self)
{
    struct report_part *part = gather_part(self);

    if (self->phase == PHASE_NOW && !part->failure) {
        report_sort(part);
        self->phase = PHASE_BEFORE;
        return;
    }
    if (!part->failure)
        gather_count_fresh(part);
    gather_next_part(self);
}

static bool
hear_figures(void *instance, void *arg, const struct weir_result *result)
{
    struct gather *self = arg;

    (void)instance;
    for (size_t i = 0; i < result->count; i++)
        if (self->phase == PHASE_NOW)
            take_now(self, &result->figures[i]);
        else
            take_before(self, &result->figures[i]);
    return gather_heard(self, result, next_summary);
}

int
gather_ask_figures(struct gather *self)
{
    const struct report_settings *with = &self->wish.report->with;
    int64_t window_ns = with->until_ns - with->after_ns;
    int64_t back_ns = self->phase == PHASE_BEFORE ? window_ns : 0;
    struct weir_select what = {
        .want = WEIR_SAMPLES,
        .after_ns = with->after_ns - back_ns,
        .until_ns = with->until_ns - back_ns,
        .bounds = gather_bounds(self),
        .client = self->wish.client,
    };

    what.matchers = weir_selector_matchers(self->selector, &what.matcher_count);
    return weir_summary(self->wish.instance, &what, hear_figures, self);
}
