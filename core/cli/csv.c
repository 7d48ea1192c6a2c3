/* cli/csv.c - an answer as comma-separated values */
#include <config.h>

#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "cli/moment.h"
#include "cli/plain.h"
#include "cli/view.h"

static const char end_of_line[] = "\r\n";

struct csv {
    const struct screen *screen;
    FILE *out;
    const char **names; /* [count], of all labels */
    size_t count;
};

/* Writes a field, in quotes where it needs them. */
static void
write_field(const struct csv *self, const char *given)
{
    weir_cleanup(weir_free) char *plain =
        self->screen->terminal ? plain_text(given, 0) : NULL;
    const char *text = plain ? plain : given;

    if (!strpbrk(text, ",\"\r\n")) {
        (void)fputs(text, self->out);
        return;
    }
    (void)fputc('"', self->out);
    for (; *text; text++) {
        if (*text == '"')
            (void)fputc('"', self->out);
        (void)fputc(*text, self->out);
    }
    (void)fputc('"', self->out);
}

/* Names ------------------------------------------------------------------- */

/* Metrics first. */
static int
by_name(const void *a, const void *b)
{
    static const char metric[] = "__name__";
    const char *const *one = a, *const *other = b;
    int named = (strcmp(*other, metric) == 0) - (strcmp(*one, metric) == 0);

    return named ? named : strcmp(*one, *other);
}

static void
find_names(struct csv *self, const struct outcome *outcome)
{
    size_t most = 0, count = 0;

    for (size_t i = 0; i < outcome->count; i++)
        most += outcome->series[i].label_count;
    self->names = xcalloc(most, sizeof(*self->names));
    for (size_t i = 0; i < outcome->count; i++) {
        const struct outcome_series *series = &outcome->series[i];
        for (size_t j = 0; j < series->label_count; j++)
            self->names[count++] = series->labels[j].name;
    }
    qsort(self->names, count, sizeof(*self->names), by_name);
    for (size_t i = 0; i < count; i++)
        if (self->count == 0 ||
            strcmp(self->names[i], self->names[self->count - 1]) != 0)
            self->names[self->count++] = self->names[i];
}

/* Lines -------------------------------------------------------------------- */

static void
write_head(const struct csv *self)
{
    for (size_t i = 0; i < self->count; i++) {
        write_field(self, self->names[i]);
        (void)fputc(',', self->out);
    }
    (void)fprintf(self->out, "time,value%s", end_of_line);
}

static void
write_time(const struct csv *self, int64_t ns)
{
    char time[MOMENT_SIZE];

    (void)fprintf(self->out, "%s,", moment_text(ns, MOMENT_UTC, true, time));
}

/* Writes what the lines of a series begin with, to be repeated. */
static char *
labels_of(const struct csv *self, const struct outcome_series *series)
{
    char *text = NULL;
    size_t size = 0;
    struct csv into = *self;

    into.out = x_or_die(open_memstream(&text, &size));
    for (size_t i = 0; i < self->count; i++) {
        write_field(&into, outcome_value(series, self->names[i]));
        (void)fputc(',', into.out);
    }
    (void)fclose(into.out);
    return x_or_die(text);
}

static void
write_series(const struct csv *self, const struct outcome_series *series)
{
    weir_cleanup(weir_free) char *labels = labels_of(self, series);
    char number[WEIR_DOUBLE_SIZE];

    for (size_t i = 0; i < series->count; i++) {
        (void)fputs(labels, self->out);
        write_time(self, series->times_ns[i]);
        (void)weir_format_plain(series->values[i], number);
        (void)fprintf(self->out, "%s%s", number, end_of_line);
    }
}

void
view_csv(const struct outcome *outcome, const struct span *span,
         const struct screen *screen, FILE *out)
{
    struct csv self = {.screen = screen, .out = out};

    (void)span;
    find_names(&self, outcome);
    write_head(&self);
    for (size_t i = 0; i < outcome->count; i++)
        write_series(&self, &outcome->series[i]);
    if (outcome->type == OUTCOME_STRING) {
        write_time(&self, outcome->time_ns);
        write_field(&self, outcome->text);
        (void)fputs(end_of_line, out);
    }
    free(self.names);
}
