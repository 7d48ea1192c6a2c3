/* cli/table.c - an answer as columns: of an instant */
#include <config.h>

#include "cli/table.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/column.h"
#include "cli/moment.h"
#include "cli/plain.h"

static const char bold[] = "\033[1m";
static const char normal[] = "\033[m";

void
table_begin_head(const struct screen *screen, FILE *out)
{
    (void)fputs(screen->colour ? bold : "", out);
}

void
table_end_head(const struct screen *screen, FILE *out)
{
    (void)fputs(screen->colour ? normal : "", out);
    (void)fputc('\n', out);
}

void
table_title(const struct naming *naming, const struct screen *screen, FILE *out)
{
    weir_cleanup(weir_free) char *common = naming_common(naming);

    if (!*common)
        return;
    table_begin_head(screen, out);
    (void)fputs(common, out);
    table_end_head(screen, out);
    (void)fputc('\n', out);
}

bool
table_has_milliseconds(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->count; i++)
        for (size_t j = 0; j < outcome->series[i].count; j++)
            if (outcome->series[i].times_ns[j] % NS_PER_S)
                return true;
    return false;
}

/* Vectors ------------------------------------------------------------------ */

/* The columns of labels; all at once where they are many. */
struct labels {
    const struct naming *naming;
    size_t count;
    size_t widths[NAMING_MOST]; /* [count] */
};

static char *
cell_of(const struct labels *self, size_t column,
        const struct outcome_series *series)
{
    if (self->naming->many)
        return naming_series(self->naming, series, true);
    return naming_cell(self->naming, series, self->naming->names[column]);
}

static char *
head_of(const struct labels *self, size_t column)
{
    if (self->naming->many)
        return x_or_die(strdup("SERIES"));
    return naming_head(self->naming, self->naming->names[column]);
}

static void
widen(size_t *width, const char *text)
{
    size_t wanted = plain_width(text);

    if (*width < wanted)
        *width = wanted;
}

static void
measure_labels(struct labels *self, const struct naming *naming)
{
    const struct outcome *outcome = naming->outcome;

    *self = (struct labels){.naming = naming,
                            .count = naming->many ? 1 : naming->count};
    for (size_t i = 0; i < self->count; i++) {
        weir_cleanup(weir_free) char *head = head_of(self, i);
        widen(&self->widths[i], head);
        for (size_t j = 0; j < outcome->count; j++) {
            weir_cleanup(weir_free) char *cell =
                cell_of(self, i, &outcome->series[j]);
            widen(&self->widths[i], cell);
        }
    }
}

/* Writes the cells of a series, or the heads for NULL. */
static void
write_labels(const struct labels *self, const struct outcome_series *series,
             FILE *out)
{
    for (size_t i = 0; i < self->count; i++) {
        weir_cleanup(weir_free) char *text =
            series ? cell_of(self, i, series) : head_of(self, i);
        (void)fputs(text, out);
        plain_blanks(out, self->widths[i] + 2 - plain_width(text));
    }
}

static void
write_vector(const struct outcome *outcome, const struct screen *screen,
             FILE *out)
{
    weir_cleanup(naming_fini) struct naming naming;
    struct labels labels;
    struct column column = {.width = strlen("VALUE")};
    bool milliseconds = table_has_milliseconds(outcome);
    char time[MOMENT_SIZE];

    naming_init(&naming, outcome, screen);
    measure_labels(&labels, &naming);
    for (size_t i = 0; i < outcome->count; i++)
        if (outcome->series[i].count)
            column_measure(&column, outcome->series[i].values[0]);
    table_title(&naming, screen, out);
    table_begin_head(screen, out);
    write_labels(&labels, NULL, out);
    (void)fprintf(out, "%*s  TIME", (int)column.width, "VALUE");
    table_end_head(screen, out);
    for (size_t i = 0; i < outcome->count; i++) {
        const struct outcome_series *series = &outcome->series[i];
        if (series->count == 0)
            continue;
        write_labels(&labels, series, out);
        column_write(&column, series->values[0], false, out);
        (void)fprintf(
            out, "  %s\n",
            moment_text(series->times_ns[0], MOMENT_LOCAL, milliseconds, time));
    }
}

static void
write_string(const struct outcome *outcome, const struct screen *screen,
             FILE *out)
{
    weir_cleanup(weir_free) char *text =
        plain_text(outcome->text, screen->utf8 ? 0 : PLAIN_ASCII);
    size_t width = strlen("VALUE");
    char time[MOMENT_SIZE];

    widen(&width, text);
    table_begin_head(screen, out);
    (void)fprintf(out, "%-*s  TIME", (int)width, "VALUE");
    table_end_head(screen, out);
    (void)fputs(text, out);
    plain_blanks(out, width - plain_width(text));
    (void)fprintf(out, "  %s\n",
                  moment_text(outcome->time_ns, MOMENT_LOCAL,
                              outcome->time_ns % NS_PER_S, time));
}

void
view_table(const struct outcome *outcome, const struct span *span,
           const struct screen *screen, FILE *out)
{
    (void)span;
    if (outcome->type == OUTCOME_STRING)
        write_string(outcome, screen, out);
    else if (outcome->count == 0)
        return;
    else if (outcome->type == OUTCOME_MATRIX)
        table_write_matrix(outcome, screen, out);
    else
        write_vector(outcome, screen, out);
}
