/* gather.c - asks the storages for what a report is made of */
#include <config.h>

#include "gather_inner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

/* Of one question: a day of a large fleet is more than a person asks for. */
enum {
    SAMPLES_MOST = 2000000000,
    SERIES_MOST = 1000000,
    MEMORY_MOST = 128 << 20,
};

struct report_part *
gather_part(const struct gather *self)
{
    return &self->wish.report->parts[self->part];
}

static void
finish(struct gather *self, int rc)
{
    weir_selector_destroy(&self->selector);
    if (rc == 0)
        report_finish(self->wish.report);
    self->done(self->wish.instance, self->arg, rc);
    free(self);
}

/* Keeps why the part was not answered. */
static void
fail_part(struct gather *self, const char *why)
{
    struct report_part *part = gather_part(self);

    if (!part->failure)
        part->failure = x_or_die(strdup(why));
}

static const char *
reason_of(int rc)
{
    if (rc == -ENOTCONN)
        return "there is no storage to ask; say from which one in \"from\"";
    if (rc == -EAGAIN)
        return "too many questions run already; try again";
    if (rc == -ETIMEDOUT)
        return "there was no time left to ask";
    return strerror(-rc);
}

/* Keeps the warnings of an answer, or why there is none. */
static void
take_notes(struct gather *self, const struct weir_result *result)
{
    const char *error = NULL;

    for (size_t i = 0; i < result->note_count; i++) {
        const struct weir_note *note = &result->notes[i];
        if (strcmp(note->kind, "warning") == 0)
            report_note(self->wish.report, note->text);
        else if (strcmp(note->kind, "error") == 0)
            error = note->text;
    }
    if (result->rc < 0)
        fail_part(self, error ? error : reason_of(result->rc));
}

static void go_on(struct gather *self);

/* After a part of an answer; returns what the callback does. */
bool
gather_heard(struct gather *self, const struct weir_result *result,
             void (*next)(struct gather *self))
{
    if (result->rc == 0)
        return true;
    if (result->rc == -ECANCELED) {
        finish(self, -ECANCELED);
        return false;
    }
    take_notes(self, result);
    next(self);
    go_on(self);
    return false;
}

struct weir_bounds
gather_bounds(const struct gather *self)
{
    return (struct weir_bounds){
        .samples = SAMPLES_MOST,
        .series = SERIES_MOST,
        .memory_bytes = MEMORY_MOST,
        .deadline_ns = self->wish.deadline_ns,
    };
}

void
gather_next_part(struct gather *self)
{
    weir_selector_destroy(&self->selector);
    self->phase = PHASE_NOW;
    self->part++;
}

void
gather_count_fresh(struct report_part *part)
{
    size_t known = 0;

    for (size_t i = 0; i < part->count; i++)
        known += part->rows[i].before.count > 0;
    part->fresh = known + part->gone > 0 ? part->count - known : 0;
}

/* Moves to the next row, from the one that it is at, of which points are
 * wanted; returns false when there is none. */
static bool
find_row(struct gather *self)
{
    for (; self->part < self->wish.report->part_count;
         self->part++, self->row = 0) {
        const struct report_part *part = gather_part(self);
        for (; self->row < part->count; self->row++)
            if (part->rows[self->row].wanted && !part->rows[self->row].points)
                return true;
    }
    return false;
}

/* The whole ---------------------------------------------------------------- */

static int
ask_part(struct gather *self)
{
    struct report_part *part = gather_part(self);

    if (self->phase == PHASE_BEFORE)
        return gather_ask_figures(self);
    part->is_selector = panel_is_selector(part->panel, &self->selector);
    return part->is_selector ? gather_ask_figures(self)
                             : gather_ask_expression(self);
}

/* Asks the next question.  Returns 1 when there is none left, 0, or a negative
 * errno when it could not be asked, having gone past it. */
static int
ask_next(struct gather *self)
{
    struct report *report = self->wish.report;
    int rc = 0;

    if (self->phase != PHASE_POINTS && self->part >= report->part_count) {
        report_choose(report);
        self->phase = PHASE_POINTS;
        self->part = 0;
    }
    if (self->phase == PHASE_POINTS) {
        if (!find_row(self))
            return 1;
        rc = gather_ask_points(self);
        if (rc < 0) {
            fail_part(self, reason_of(rc));
            gather_next_row(self);
        }
        return rc;
    }
    rc = ask_part(self);
    if (rc < 0) {
        fail_part(self, reason_of(rc));
        gather_next_part(self);
    }
    return rc;
}

static void
go_on(struct gather *self)
{
    int rc = 0;

    do
        rc = ask_next(self);
    while (rc < 0);
    if (rc > 0)
        finish(self, 0);
}

void
gather_start(const struct gather_wish *wish, gathered *done, void *arg)
{
    struct gather *self = xcalloc(1, sizeof(*self));

    self->wish = *wish;
    self->done = done;
    self->arg = arg;
    go_on(self);
}
