/* report.c - what a report says, before it is written in any form */
#include <config.h>

#include "report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

enum { RATE_INTERVALS = 4 };

struct report *
report_new(const struct report_settings *with, const struct panel panels[],
           size_t count)
{
    struct report *self = xcalloc(1, sizeof(*self));
    int64_t window_ns = with->until_ns - with->after_ns;
    int64_t least_ns =
        with->interval_ns > NS_PER_MS ? with->interval_ns : NS_PER_MS;
    int64_t steps = window_ns / least_ns;

    steps = steps < 1 ? 1 : steps;
    steps = steps > REPORT_STEPS_MOST ? REPORT_STEPS_MOST : steps;
    self->with = *with;
    self->steps = (size_t)steps;
    self->step_ns = window_ns / steps / NS_PER_MS * NS_PER_MS;
    if (self->step_ns < NS_PER_MS)
        self->step_ns = NS_PER_MS;
    self->rate_ns = RATE_INTERVALS * least_ns;
    if (self->rate_ns < self->step_ns)
        self->rate_ns = self->step_ns;
    self->part_count = count;
    self->parts = xcalloc(count, sizeof(*self->parts));
    for (size_t i = 0; i < count; i++)
        self->parts[i].panel = &panels[i];
    return self;
}

static void
part_fini(struct report_part *self)
{
    for (size_t i = 0; i < self->count; i++)
        row_fini(&self->rows[i]);
    free(self->rows);
    free(self->failure);
    free(self->shared);
}

void
report_destroy(struct report **self_p)
{
    struct report *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    for (size_t i = 0; i < self->part_count; i++)
        part_fini(&self->parts[i]);
    for (size_t i = 0; i < self->note_count; i++)
        free(self->notes[i]);
    free(self->notes);
    free(self->parts);
    free(self->moves);
    free(self);
}

void
report_note(struct report *self, const char *text)
{
    for (size_t i = 0; i < self->note_count; i++)
        if (strcmp(self->notes[i], text) == 0)
            return;
    if (self->note_count == REPORT_NOTES_MOST)
        return;
    self->notes =
        xrealloc(self->notes, self->note_count + 1, sizeof(*self->notes));
    self->notes[self->note_count++] = x_or_die(strdup(text));
}

/* Rows --------------------------------------------------------------------- */

struct row *
report_add(struct report *self, struct report_part *part,
           const struct weir_series *series)
{
    if (part->count >= self->with.series_most) {
        part->more++;
        return NULL;
    }
    if (part->count == part->room) {
        part->room = part->room ? 2 * part->room : 16;
        part->rows = xrealloc(part->rows, part->room, sizeof(*part->rows));
    }
    struct row *row = &part->rows[part->count++];
    row_init(row, series);
    return row;
}

static int
compare_texts(const void *left, const void *right)
{
    const struct row *const a = left, *const b = right;

    return strcmp(a->text, b->text);
}

void
report_sort(struct report_part *part)
{
    if (part->count > 0)
        qsort(part->rows, part->count, sizeof(*part->rows), compare_texts);
}

struct row *
report_find(const struct report_part *part, const struct weir_series *series)
{
    weir_cleanup(weir_free) char *text = row_text(series);
    const struct row key = {.text = text};

    if (part->count == 0)
        return NULL;
    return bsearch(&key, part->rows, part->count, sizeof(*part->rows),
                   compare_texts);
}

/* Points ------------------------------------------------------------------- */

void
report_make_points(const struct report *self, struct row *row)
{
    row->points = xcalloc(2 * self->steps, sizeof(*row->points));
    for (size_t i = 0; i < 2 * self->steps; i++)
        row->points[i] = (double)NAN;
}

double
report_window_s(const struct report *self)
{
    return (double)(self->with.until_ns - self->with.after_ns) / 1e9;
}

int64_t
report_time_of(const struct report *self, size_t step)
{
    return self->with.until_ns -
           (int64_t)(2 * self->steps - 1 - step) * self->step_ns;
}

void
report_set_point(const struct report *self, struct row *row, int64_t time_ns,
                 double value)
{
    int64_t away_ns = time_ns - report_time_of(self, 0);

    if (away_ns >= 0 && away_ns % self->step_ns == 0 &&
        away_ns / self->step_ns < 2 * (int64_t)self->steps)
        row->points[away_ns / self->step_ns] = value;
}

bool
report_failed(const struct report *self, const char **ret_why)
{
    for (size_t i = 0; i < self->part_count; i++)
        if (!self->parts[i].failure || self->parts[i].count > 0)
            return false;
    *ret_why = self->part_count ? self->parts[0].failure : "";
    return self->part_count > 0;
}
