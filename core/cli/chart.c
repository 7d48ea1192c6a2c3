/* cli/chart.c - an answer drawn in the terminal */
#include <config.h>

#include <math.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/axis.h"
#include "cli/canvas.h"
#include "cli/moment.h"
#include "cli/plain.h"
#include "cli/table.h"

static const char dim[] = "\033[2m";
static const char normal[] = "\033[m";

enum {
    COLUMNS_LEAST = 8,
    ROWS_LEAST = 4,
    ROWS_MOST = 20,
    ROWS_A_MARK = 4,
    MARKS_LEAST = 4,  /* where there are twice as many rows */
    LABEL_USUAL = 8,  /* columns left of the drawing */
    TIME_WIDTH = 12,  /* of a time below it, with blanks */
    LINES_BESIDE = 9, /* title, axis, times, range, heads, the next prompt */
};

/* What is drawn beside the lines. */
struct frame {
    const char *side, *mark, *corner, *bottom, *below;
};
static const struct frame frames[] = {
    {"|", "+", "+", "-", "+"},
    {"\u2502", "\u2524", "\u2514", "\u2500", "\u252c"},
};

struct drawing {
    const struct outcome *outcome;
    const struct screen *screen;
    const struct span *span;
    const struct frame *frame;
    FILE *out;
    struct naming naming;
    size_t count; /* series that are drawn */
    double least, most;
    struct axis axis;
    size_t label_width, columns, rows;
    struct canvas *canvas;
};

size_t
view_chart_points(const struct screen *screen)
{
    return screen->width - LABEL_USUAL - 1;
}

/* What lies where ---------------------------------------------------------- */

/* Finds the least and the most of what is finite.  Returns whether anything
 * is. */
static bool
find_extremes(struct drawing *self)
{
    self->least = (double)INFINITY;
    self->most = -(double)INFINITY;
    for (size_t i = 0; i < self->count; i++) {
        const struct outcome_series *series = &self->outcome->series[i];
        for (size_t j = 0; j < series->count; j++) {
            double value = series->values[j];
            if (!isfinite(value))
                continue;
            self->least = fmin(self->least, value);
            self->most = fmax(self->most, value);
        }
    }
    return self->least <= self->most;
}

static void
lay_out(struct drawing *self)
{
    size_t beside = self->count + LINES_BESIDE;
    size_t room = self->screen->height > beside ? self->screen->height - beside
                                                : ROWS_LEAST;
    char text[AXIS_SIZE];

    self->rows = room < ROWS_LEAST ? ROWS_LEAST : room;
    if (self->rows > ROWS_MOST)
        self->rows = ROWS_MOST;
    size_t marks = self->rows / ROWS_A_MARK;
    if (marks < MARKS_LEAST)
        marks = self->rows / 2 < MARKS_LEAST ? self->rows / 2 : MARKS_LEAST;
    self->axis = axis_of_values(self->least, self->most, marks);
    for (size_t i = 0; i < axis_count(&self->axis); i++) {
        size_t width = strlen(axis_mark(&self->axis, i, text));
        if (self->label_width < width)
            self->label_width = width;
    }
    size_t least = self->label_width + 2 + COLUMNS_LEAST;
    self->columns =
        (self->screen->width > least ? self->screen->width : least) -
        self->label_width - 2;
    self->canvas =
        canvas_new(self->screen, self->columns, self->rows, self->count);
}

/* Returns where a share, 0 to 1, of 'count' dots lies. */
static size_t
dot_at(double share, size_t count)
{
    double dot = round(share * (double)(count - 1));

    return dot <= 0 ? 0 : dot >= (double)count ? count - 1 : (size_t)dot;
}

static size_t
height_of(const struct drawing *self, double value)
{
    double share =
        (self->axis.high - value) / (self->axis.high - self->axis.low);

    return dot_at(share, canvas_height(self->canvas));
}

/* Returns how far from left to right a time is, 0 to 1. */
static double
share_of(const struct drawing *self, int64_t time_ns)
{
    double range = (double)(self->span->end_ns - self->span->start_ns);

    return range > 0 ? (double)(time_ns - self->span->start_ns) / range : 0;
}

/* Lines -------------------------------------------------------------------- */

/* Draws a line through the samples, with gaps where one is missing. */
static void
draw_series(struct drawing *self, size_t number)
{
    const struct outcome_series *series = &self->outcome->series[number];
    struct canvas_dot last = {0};
    int64_t last_ns = INT64_MIN;

    for (size_t i = 0; i < series->count; i++) {
        if (!isfinite(series->values[i]))
            continue;
        struct canvas_dot dot = {dot_at(share_of(self, series->times_ns[i]),
                                        canvas_width(self->canvas)),
                                 height_of(self, series->values[i])};
        bool near = last_ns != INT64_MIN &&
                    series->times_ns[i] - last_ns <= self->span->step_ns;
        canvas_line(self->canvas, near ? last : dot, dot, number);
        last = dot;
        last_ns = series->times_ns[i];
    }
}

/* What surrounds them ------------------------------------------------------ */

static void
paint(const struct drawing *self, const char *text)
{
    (void)fputs(self->screen->colour ? text : "", self->out);
}

/* Writes the mark of a row, if it has one, and the side. */
static void
write_side(const struct drawing *self, size_t row)
{
    char text[AXIS_SIZE] = "";

    for (size_t i = axis_count(&self->axis); i-- > 0 && !*text;) {
        double value = self->axis.low + (double)i * self->axis.step;
        if (canvas_row(self->canvas, height_of(self, value)) == row)
            (void)axis_mark(&self->axis, i, text);
    }
    paint(self, dim);
    (void)fprintf(self->out, "%*s %s", (int)self->label_width, text,
                  *text ? self->frame->mark : self->frame->side);
    paint(self, normal);
}

/* Writes the axis of time and the times below, which stand in the middle. */
static void
write_bottom(const struct drawing *self)
{
    int64_t interval_ns = axis_interval(
        self->span->end_ns - self->span->start_ns,
        self->columns / TIME_WIDTH ? self->columns / TIME_WIDTH : 1);
    int64_t time_ns = axis_first(self->span->start_ns, interval_ns);
    size_t indent = self->label_width + 2; /* of the first column */
    size_t used = 0;
    char *times = NULL;
    size_t size = 0;
    FILE *below = x_or_die(open_memstream(&times, &size));

    paint(self, dim);
    (void)fprintf(self->out, "%*s %s", (int)self->label_width, "",
                  self->frame->corner);
    for (size_t column = 0; column < self->columns; column++) {
        char text[AXIS_SIZE];
        size_t at = dot_at(share_of(self, time_ns), self->columns);
        bool mark = time_ns <= self->span->end_ns && at == column;
        (void)fputs(mark ? self->frame->below : self->frame->bottom, self->out);
        if (!mark)
            continue;
        size_t length = strlen(axis_time(time_ns, interval_ns, text));
        size_t from = indent + column - length / 2;
        if (from > used && from + length <= self->screen->width) {
            plain_blanks(below, from - used);
            (void)fputs(text, below);
            used = from + length;
        }
        time_ns += interval_ns;
    }
    (void)fclose(below);
    (void)fputc('\n', self->out);
    (void)fputs(times, self->out);
    paint(self, normal);
    (void)fputc('\n', self->out);
    free(times);
}

/* Writes which range it is, with its days. */
static void
write_range(const struct drawing *self)
{
    const struct span *span = self->span;
    char start[MOMENT_SIZE], end[MOMENT_SIZE], step[AXIS_SIZE];

    paint(self, dim);
    (void)fprintf(self->out, "%*s  %s to %s, step %ss", (int)self->label_width,
                  "", moment_text(span->start_ns, MOMENT_LOCAL, false, start),
                  moment_text(span->end_ns, MOMENT_LOCAL, false, end),
                  axis_number((double)span->step_ns / (double)NS_PER_S, step));
    paint(self, normal);
    (void)fputs("\n\n", self->out);
}

/* Legend ------------------------------------------------------------------- */

enum { FIGURE_WIDTH = 11 };

static void
write_figures(const struct drawing *self, const struct outcome_series *series)
{
    double least = (double)NAN, most = (double)NAN;
    char text[AXIS_SIZE];

    for (size_t i = 0; i < series->count; i++) {
        least = fmin(least, series->values[i]);
        most = fmax(most, series->values[i]);
    }
    const double figures[] = {least, most,
                              series->count ? series->values[series->count - 1]
                                            : (double)NAN};
    for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
        (void)fprintf(self->out, "%*s", FIGURE_WIDTH,
                      series->count ? axis_number(figures[i], text) : "-");
}

static void
write_legend(const struct drawing *self)
{
    char *names[CANVAS_INKS];
    size_t width = 0;

    for (size_t i = 0; i < self->count; i++) {
        names[i] =
            naming_series(&self->naming, &self->outcome->series[i], true);
        if (width < plain_width(names[i]))
            width = plain_width(names[i]);
    }
    table_begin_head(self->screen, self->out);
    (void)fprintf(self->out, "%*s%*s%*s%*s", (int)(width + 4), "", FIGURE_WIDTH,
                  "MIN", FIGURE_WIDTH, "MAX", FIGURE_WIDTH, "LAST");
    table_end_head(self->screen, self->out);
    for (size_t i = 0; i < self->count; i++) {
        canvas_write_ink(self->canvas, i, self->out);
        (void)fprintf(self->out, "  %s", names[i]);
        plain_blanks(self->out, width - plain_width(names[i]));
        write_figures(self, &self->outcome->series[i]);
        (void)fputc('\n', self->out);
        free(names[i]);
    }
    if (self->count < self->outcome->count)
        (void)fprintf(self->out,
                      "%zu of %zu series; topk(%d, ...) would choose them\n",
                      self->count, self->outcome->count, CANVAS_INKS);
}

static void
draw(struct drawing *self)
{
    lay_out(self);
    for (size_t i = 0; i < self->count; i++)
        draw_series(self, i);
    table_title(&self->naming, self->screen, self->out);
    for (size_t row = 0; row < self->rows; row++) {
        write_side(self, row);
        canvas_write(self->canvas, row, self->out);
        (void)fputc('\n', self->out);
    }
    write_bottom(self);
    write_range(self);
    write_legend(self);
    canvas_destroy(&self->canvas);
}

void
view_chart(const struct outcome *outcome, const struct span *span,
           const struct screen *screen, FILE *out)
{
    struct drawing self = {
        .outcome = outcome,
        .screen = screen,
        .span = span,
        .frame = &frames[screen->utf8],
        .out = out,
        .count = outcome->count < CANVAS_INKS ? outcome->count : CANVAS_INKS,
    };

    naming_init(&self.naming, outcome, screen);
    if (find_extremes(&self))
        draw(&self);
    else if (outcome->count > 0)
        (void)fputs("there is no number to draw\n", out);
    naming_fini(&self.naming);
}
