/* board.c - the figures of all series at one time, as lines and as JSON */
#include "board.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weir/plugin.h>
#include <weir/text.h>

enum { NS_PER_SECOND = 1000000000 };

/* Every number of a row, by its name. */
static const struct {
    const char *name;
    size_t offset; /* of a double */
} numbers[] = {
    {"last", offsetof(struct weir_figures, last)},
    {"avg", offsetof(struct weir_figures, value[WEIR_FIGURE_AVG])},
    {"max", offsetof(struct weir_figures, value[WEIR_FIGURE_MAX])},
    {"min", offsetof(struct weir_figures, value[WEIR_FIGURE_MIN])},
    {"avg_rate", offsetof(struct weir_figures, rate[WEIR_FIGURE_AVG])},
    {"max_rate", offsetof(struct weir_figures, rate[WEIR_FIGURE_MAX])},
    {"min_rate", offsetof(struct weir_figures, rate[WEIR_FIGURE_MIN])},
    {"slope_avg", offsetof(struct weir_figures, slope[WEIR_FIGURE_AVG])},
    {"slope_max", offsetof(struct weir_figures, slope[WEIR_FIGURE_MAX])},
    {"slope_min", offsetof(struct weir_figures, slope[WEIR_FIGURE_MIN])},
};

static char *const no_pairs[] = {NULL};

static void *
check(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static double
number_of(const struct weir_figures *figures, size_t nth)
{
    double number = 0;

    memcpy(&number, (const char *)figures + numbers[nth].offset,
           sizeof(number));
    return number;
}

static void
write_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            (void)fputs("\\n", out);
        else if (*text == '"' || *text == '\\')
            (void)fprintf(out, "\\%c", *text);
        else
            (void)fputc(*text, out);
    }
}

static char *
label_text(const struct weir_label *label)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = check(open_memstream(&text, &size));

    (void)fprintf(out, "%s=\"", label->name);
    write_escaped(out, label->value);
    (void)fputc('"', out);
    (void)fclose(out);
    return check(text);
}

static char **
label_pairs(const struct weir_label *labels)
{
    size_t count = 0;

    while (labels[count].name)
        count++;
    char **pairs = check(calloc(count + 1, sizeof(char *)));
    for (size_t i = 0; i < count; i++)
        pairs[i] = label_text(&labels[i]);
    return pairs;
}

bool
board_has(char *const pairs[], const char *pair)
{
    while (*pairs && strcmp(*pairs, pair) != 0)
        pairs++;
    return *pairs != NULL;
}

char *
board_join(char *const pairs[], char *const without[])
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = check(open_memstream(&text, &size));

    for (const char *comma = ""; *pairs; pairs++) {
        if (board_has(without, *pairs))
            continue;
        (void)fprintf(out, "%s%s", comma, *pairs);
        comma = ",";
    }
    (void)fclose(out);
    return check(text);
}

/* Writes a text between quotes; bytes are taken to be UTF-8. */
static void
write_json_text(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text; text++) {
        unsigned char letter = (unsigned char)*text;
        if (letter < ' ')
            (void)fprintf(out, "\\u%04x", letter);
        else if (letter == '"' || letter == '\\')
            (void)fprintf(out, "\\%c", letter);
        else
            (void)fputc(letter, out);
    }
    (void)fputc('"', out);
}

static char *
labels_object(const struct weir_label *labels)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = check(open_memstream(&text, &size));

    (void)fputc('{', out);
    for (const char *comma = ""; labels->name; labels++, comma = ",") {
        (void)fprintf(out, "%s\"%s\":", comma, labels->name);
        write_json_text(out, labels->value);
    }
    (void)fputc('}', out);
    (void)fclose(out);
    return check(text);
}

void
board_add(struct print_board *self, const struct weir_figures *figures)
{
    const struct weir_series *series = figures->series;
    struct print_row row = {.figures = *figures};

    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->rows =
            check(reallocarray(self->rows, self->room, sizeof(*self->rows)));
    }
    if (asprintf(&row.name, "%s%s", series->metric->name, series->suffix) < 0)
        abort();
    row.pairs = label_pairs(series->labels);
    row.labels = board_join(row.pairs, no_pairs);
    row.object = labels_object(series->labels);
    row.unit = check(strdup(series->metric->unit));
    row.figures.series = NULL;
    self->rows[self->count++] = row;
}

static int
compare_rows(const void *left, const void *right)
{
    const struct print_row *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    return order ? order : strcmp(a->labels, b->labels);
}

void
board_sort(struct print_board *self)
{
    if (self->count > 0)
        qsort(self->rows, self->count, sizeof(*self->rows), compare_rows);
}

void
board_clear(struct print_board *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct print_row *row = &self->rows[i];
        for (char **pair = row->pairs; *pair; pair++)
            free(*pair);
        free(row->pairs);
        free(row->name);
        free(row->labels);
        free(row->object);
        free(row->unit);
    }
    free(self->rows);
    self->rows = NULL;
    self->count = self->room = 0;
}

static size_t
bounded(const struct print_board *self, size_t most)
{
    return most && most < self->count ? most : self->count;
}

static void
write_time(const struct print_board *self, FILE *out)
{
    time_t seconds = self->time_ns / NS_PER_SECOND;
    struct tm parts = {0};
    char text[32];

    (void)gmtime_r(&seconds, &parts);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    (void)fputs(text, out);
}

void
board_lines(const struct print_board *self, size_t most, FILE *out)
{
    for (size_t i = 0; i < bounded(self, most); i++) {
        const struct print_row *row = &self->rows[i];
        bool any = *row->labels;
        write_time(self, out);
        (void)fprintf(out, " %s%s%s%s", row->name, any ? "{" : "", row->labels,
                      any ? "}" : "");
        for (size_t nth = 0; nth < WEIR_COUNT(numbers); nth++) {
            char text[WEIR_DOUBLE_SIZE];
            (void)weir_format_double(number_of(&row->figures, nth), text);
            (void)fprintf(out, " %s=%s", numbers[nth].name, text);
        }
        (void)fputc('\n', out);
    }
}

void
board_json(const struct print_board *self, size_t most, FILE *out)
{
    for (size_t i = 0; i < bounded(self, most); i++) {
        const struct print_row *row = &self->rows[i];
        (void)fputs("{\"time\":\"", out);
        write_time(self, out);
        (void)fputs("\",\"metric\":", out);
        write_json_text(out, row->name);
        (void)fprintf(out, ",\"labels\":%s,\"unit\":", row->object);
        write_json_text(out, row->unit);
        (void)fprintf(out, ",\"count\":%llu",
                      (unsigned long long)row->figures.count);
        for (size_t nth = 0; nth < WEIR_COUNT(numbers); nth++) {
            double number = number_of(&row->figures, nth);
            char text[WEIR_DOUBLE_SIZE] = "null";
            if (isfinite(number))
                (void)weir_format_double(number, text);
            (void)fprintf(out, ",\"%s\":%s", numbers[nth].name, text);
        }
        (void)fputs("}\n", out);
    }
}
