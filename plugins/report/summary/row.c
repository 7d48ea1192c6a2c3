/* row.c - one series of a report, and what it did */
#include <config.h>

#include "row.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "query/figures.h"
#include "utf8.h"

char *
row_shown(const char *text)
{
    char *copy = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&copy, &size));

    while (*text) {
        size_t length = utf8_length(text);
        unsigned char letter = (unsigned char)*text;
        if (length == 0)
            (void)fputs("\xEF\xBF\xBD", out);
        else if (letter < ' ' || letter == 0x7F)
            (void)fputc(' ', out);
        else
            (void)fwrite(text, 1, length, out);
        text += length ? length : 1;
    }
    (void)fclose(out);
    return x_or_die(copy);
}

static void
write_quoted(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text; text++) {
        if (*text == '\n')
            (void)fputs("\\n", out);
        else
            (void)fprintf(out, strchr("\"\\", *text) ? "\\%c" : "%c", *text);
    }
    (void)fputc('"', out);
}

char *
row_text(const struct weir_series *series)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fprintf(out, "%s%s", series->metric->name, series->suffix);
    for (const struct weir_label *each = series->labels; each->name; each++) {
        (void)fprintf(out, "%s%s=", each == series->labels ? "{" : ",",
                      each->name);
        write_quoted(out, each->value);
    }
    (void)fputs(series->labels->name ? "}" : "", out);
    (void)fclose(out);
    return x_or_die(text);
}

void
row_init(struct row *self, const struct weir_series *series)
{
    size_t count = 0;
    char *name = NULL;

    while (series->labels[count].name)
        count++;
    if (asprintf(&name, "%s%s", series->metric->name, series->suffix) < 0)
        name = x_or_die(NULL);
    *self = (struct row){
        .name = name,
        .labels = xcalloc(count + 1, sizeof(*self->labels)),
        .text = row_text(series),
        .unit = "",
        .moved = (double)NAN,
        .is_counter = figures_is_counter(series),
    };
    for (size_t i = 0; i < count; i++)
        self->labels[i] =
            (struct weir_label){row_shown(series->labels[i].name),
                                row_shown(series->labels[i].value)};
}

void
row_fini(struct row *self)
{
    for (struct weir_label *each = self->labels; each && each->name; each++) {
        free(base_own(each->name));
        free(base_own(each->value));
    }
    free(self->labels);
    free(self->name);
    free(self->text);
    free(self->shown);
    free(self->caption);
    free(self->points);
    *self = (struct row){0};
}

const char *
row_label(const struct row *self, const char *name)
{
    for (const struct weir_label *each = self->labels; each->name; each++)
        if (strcmp(each->name, name) == 0)
            return each->value;
    return NULL;
}

static double
level_of(const struct row *self, const struct weir_figures *figures)
{
    if (figures->count == 0)
        return (double)NAN;
    return self->is_counter ? figures->slope[WEIR_FIGURE_AVG]
                            : figures->value[WEIR_FIGURE_AVG];
}

double
row_level(const struct row *self)
{
    return level_of(self, &self->now);
}

double
row_level_before(const struct row *self)
{
    return level_of(self, &self->before);
}
