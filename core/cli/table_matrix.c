/* cli/table_matrix.c - an answer as columns: of a range */
#include <config.h>

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/column.h"
#include "cli/moment.h"
#include "cli/plain.h"
#include "cli/table.h"

enum { GAP = 2 }; /* between columns */

struct matrix {
    const struct outcome *outcome;
    const struct screen *screen;
    struct naming naming;
    FILE *out;
    bool milliseconds;
    int64_t *times_ns; /* [time_count], of all series */
    size_t time_count;
    size_t head_count;      /* lines of heads, >= 1 */
    size_t first_width;     /* of the column of times */
    struct column *columns; /* [outcome->count] */
    size_t *next;           /* [outcome->count], the sample that comes next */
};

static int
by_time(const void *a, const void *b)
{
    const int64_t *one = a, *other = b;

    return (*one > *other) - (*one < *other);
}

/* Gathers the times, each once. */
static void
find_times(struct matrix *self)
{
    const struct outcome *outcome = self->outcome;
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < outcome->count; i++)
        count += outcome->series[i].count;
    self->times_ns = xcalloc(count, sizeof(*self->times_ns));
    count = 0;
    for (size_t i = 0; i < outcome->count; i++) {
        const struct outcome_series *series = &outcome->series[i];
        for (size_t j = 0; j < series->count; j++)
            self->times_ns[count++] = series->times_ns[j];
    }
    qsort(self->times_ns, count, sizeof(*self->times_ns), by_time);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || self->times_ns[i] > self->times_ns[kept - 1])
            self->times_ns[kept++] = self->times_ns[i];
    self->time_count = kept;
}

/* Returns the head of a series in one of the lines of heads. */
static char *
head_of(const struct matrix *self, size_t line,
        const struct outcome_series *series)
{
    if (self->naming.count == 0)
        return x_or_die(strdup("VALUE"));
    return naming_cell(&self->naming, series, self->naming.names[line]);
}

static void
measure_first(struct matrix *self)
{
    char time[MOMENT_SIZE];

    for (size_t i = 0; i < self->naming.count; i++) {
        weir_cleanup(weir_free) char *head =
            naming_head(&self->naming, self->naming.names[i]);
        size_t width = plain_width(head) + strlen("TIME") + GAP;
        if (self->first_width < width)
            self->first_width = width;
    }
    for (size_t i = 0; i < self->time_count; i++) {
        size_t width = strlen(moment_text(self->times_ns[i], MOMENT_LOCAL,
                                          self->milliseconds, time));
        if (self->first_width < width)
            self->first_width = width;
    }
}

static void
measure(struct matrix *self)
{
    measure_first(self);
    for (size_t i = 0; i < self->outcome->count; i++) {
        const struct outcome_series *series = &self->outcome->series[i];
        struct column *column = &self->columns[i];
        for (size_t line = 0; line < self->head_count; line++) {
            weir_cleanup(weir_free) char *head = head_of(self, line, series);
            size_t width = plain_width(head);
            if (column->width < width)
                column->width = width;
        }
        for (size_t j = 0; j < series->count; j++)
            column_measure(column, series->values[j]);
    }
}

/* Writes a line of heads: a label's name, and its values. */
static void
write_head(const struct matrix *self, size_t line, size_t from, size_t to)
{
    bool last = line + 1 == self->head_count;
    weir_cleanup(weir_free) char *name =
        self->naming.count
            ? naming_head(&self->naming, self->naming.names[line])
            : x_or_die(strdup(""));

    table_begin_head(self->screen, self->out);
    (void)fputs(last ? "TIME" : "    ", self->out);
    plain_blanks(self->out,
                 self->first_width - strlen("TIME") - plain_width(name));
    (void)fputs(name, self->out);
    for (size_t i = from; i < to; i++) {
        weir_cleanup(weir_free) char *head =
            head_of(self, line, &self->outcome->series[i]);
        plain_blanks(self->out,
                     GAP + self->columns[i].width - plain_width(head));
        (void)fputs(head, self->out);
    }
    table_end_head(self->screen, self->out);
}

/* Writes the values of a time, if any of the columns has one. */
static void
write_row(const struct matrix *self, int64_t time_ns, size_t from, size_t to)
{
    char time[MOMENT_SIZE];

    (void)fprintf(self->out, "%-*s", (int)self->first_width,
                  moment_text(time_ns, MOMENT_LOCAL, self->milliseconds, time));
    for (size_t i = from; i < to; i++) {
        const struct outcome_series *series = &self->outcome->series[i];
        size_t next = self->next[i];
        plain_blanks(self->out, GAP);
        if (next < series->count && series->times_ns[next] == time_ns) {
            column_write(&self->columns[i], series->values[next], i + 1 == to,
                         self->out);
            self->next[i]++;
        } else {
            column_write_none(&self->columns[i], i + 1 == to, self->out);
        }
    }
    (void)fputc('\n', self->out);
}

static void
write_block(const struct matrix *self, size_t from, size_t to)
{
    if (from > 0)
        (void)fputc('\n', self->out);
    for (size_t line = 0; line < self->head_count; line++)
        write_head(self, line, from, to);
    for (size_t i = 0; i < self->time_count; i++)
        write_row(self, self->times_ns[i], from, to);
}

/* Returns the column behind those that fit beside each other. */
static size_t
end_of_block(const struct matrix *self, size_t from)
{
    size_t width = self->first_width;
    size_t to = from;

    if (!self->screen->terminal)
        return self->outcome->count;
    while (to < self->outcome->count &&
           (to == from ||
            width + GAP + self->columns[to].width <= self->screen->width))
        width += GAP + self->columns[to++].width;
    return to;
}

static void
write_together(const struct outcome *outcome, const struct screen *screen,
               FILE *out)
{
    struct matrix self = {
        .outcome = outcome,
        .screen = screen,
        .out = out,
        .milliseconds = table_has_milliseconds(outcome),
        .first_width = strlen("TIME"),
        .columns = xcalloc(outcome->count, sizeof(struct column)),
        .next = xcalloc(outcome->count, sizeof(size_t)),
    };

    naming_init(&self.naming, outcome, screen);
    self.head_count = self.naming.count ? self.naming.count : 1;
    find_times(&self);
    measure(&self);
    table_title(&self.naming, screen, out);
    for (size_t from = 0, to = 0; from < outcome->count; from = to) {
        to = end_of_block(&self, from);
        write_block(&self, from, to);
    }
    free(self.times_ns);
    free(self.columns);
    free(self.next);
    naming_fini(&self.naming);
}

/* Series that too many labels tell apart come one after the other. */
void
table_write_matrix(const struct outcome *outcome, const struct screen *screen,
                   FILE *out)
{
    weir_cleanup(naming_fini) struct naming naming;

    naming_init(&naming, outcome, screen);
    if (!naming.many) {
        write_together(outcome, screen, out);
        return;
    }
    for (size_t i = 0; i < outcome->count; i++) {
        struct outcome one = *outcome;
        one.series = &outcome->series[i];
        one.count = 1;
        if (i > 0)
            (void)fputc('\n', out);
        write_together(&one, screen, out);
    }
}
