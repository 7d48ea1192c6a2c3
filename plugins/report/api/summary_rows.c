/* summary_rows.c - the figures of many series, and how they are written */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

#include "../reply/labels.h"
#include "summary.h"

enum { CELL_SIZE = 40, GAP = 2 };

#define FIGURE(field) offsetof(struct weir_figures, field)

/* In the order of the columns; 'title' is that of the table, which leaves out
 * what has none. */
static const struct {
    const char *name, *title;
    size_t offset;
} columns[] = {
    {"last", "LAST", FIGURE(last)},
    {"avg", "AVG", FIGURE(value[WEIR_FIGURE_AVG])},
    {"max", "MAX", FIGURE(value[WEIR_FIGURE_MAX])},
    {"min", "MIN", FIGURE(value[WEIR_FIGURE_MIN])},
    {"avg_rate", NULL, FIGURE(rate[WEIR_FIGURE_AVG])},
    {"max_rate", NULL, FIGURE(rate[WEIR_FIGURE_MAX])},
    {"min_rate", NULL, FIGURE(rate[WEIR_FIGURE_MIN])},
    {"avg_rate_percent", NULL, FIGURE(rate_percent[WEIR_FIGURE_AVG])},
    {"max_rate_percent", NULL, FIGURE(rate_percent[WEIR_FIGURE_MAX])},
    {"min_rate_percent", NULL, FIGURE(rate_percent[WEIR_FIGURE_MIN])},
    {"slope_avg", "AVG/s", FIGURE(slope[WEIR_FIGURE_AVG])},
    {"slope_max", "MAX/s", FIGURE(slope[WEIR_FIGURE_MAX])},
    {"slope_min", "MIN/s", FIGURE(slope[WEIR_FIGURE_MIN])},
};

static double
figure_of(const struct summary_row *row, size_t column)
{
    double value = 0;

    memcpy(&value, (const char *)&row->figures + columns[column].offset,
           sizeof(value));
    return value;
}

static char *
series_as_text(const struct weir_series *series)
{
    struct json text = {0};
    const char *before = "{";

    json_raw(&text, series->metric->name);
    json_raw(&text, series->suffix);
    for (const struct weir_label *each = series->labels; each->name; each++) {
        json_raw(&text, before);
        json_raw(&text, each->name);
        json_raw(&text, "=");
        json_text(&text, each->value);
        before = ",";
    }
    json_raw(&text, *before == ',' ? "}" : "");
    json_bytes(&text, "", 1);
    return text.bytes;
}

static char *
series_as_json(const struct weir_series *series)
{
    struct json json = {0};

    labels_write(&json, series);
    json_bytes(&json, "", 1);
    return json.bytes;
}

void
summary_rows_add(struct summary_rows *self, const struct weir_figures *figures)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = realloc(self->items, self->room * sizeof(*self->items));
        if (!self->items)
            abort();
    }
    struct summary_row *row = &self->items[self->count++];
    *row = (struct summary_row){series_as_text(figures->series),
                                series_as_json(figures->series), *figures};
    row->figures.series = NULL;
    self->bytes += sizeof(*row) + strlen(row->text) + strlen(row->json);
}

static int
compare_rows(const void *left, const void *right)
{
    const struct summary_row *const a = left;
    const struct summary_row *const b = right;

    return strcmp(a->text, b->text);
}

static void
free_row(struct summary_row *row)
{
    free(row->text);
    free(row->json);
}

void
summary_rows_sort(struct summary_rows *self)
{
    size_t kept = 0;

    if (self->count)
        qsort(self->items, self->count, sizeof(*self->items), compare_rows);
    for (size_t i = 0; i < self->count; i++) {
        if (kept > 0 &&
            strcmp(self->items[i].text, self->items[kept - 1].text) == 0)
            free_row(&self->items[i]);
        else
            self->items[kept++] = self->items[i];
    }
    self->count = kept;
}

void
summary_rows_fini(struct summary_rows *self)
{
    for (size_t i = 0; i < self->count; i++)
        free_row(&self->items[i]);
    free(self->items);
    *self = (struct summary_rows){0};
}

/* JSON has no word for what is no number, and none for the infinite. */
static void
write_json_figure(struct json *out, double value)
{
    char text[WEIR_DOUBLE_SIZE];

    if (isnan(value))
        json_raw(out, "null");
    else if (isinf(value))
        json_value(out, value);
    else
        json_bytes(out, text, weir_format_plain(value, text));
}

void
summary_write_json(struct json *out, const struct summary_rows *rows)
{
    json_raw(out, "[");
    for (size_t i = 0; i < rows->count; i++) {
        const struct summary_row *row = &rows->items[i];
        json_raw(out, i ? ",{\"metric\":" : "{\"metric\":");
        json_raw(out, row->json);
        json_raw(out, ",\"count\":");
        json_whole(out, (int64_t)row->figures.count);
        for (size_t c = 0; c < WEIR_COUNT(columns); c++) {
            json_raw(out, ",");
            json_text(out, columns[c].name);
            json_raw(out, ":");
            write_json_figure(out, figure_of(row, c));
        }
        json_raw(out, "}");
    }
    json_raw(out, "]");
}

static void
write_csv_text(struct json *out, const char *text)
{
    json_raw(out, "\"");
    for (; *text; text++) {
        json_raw(out, *text == '"' ? "\"" : "");
        json_bytes(out, text, 1);
    }
    json_raw(out, "\"");
}

void
summary_write_csv(struct json *out, const struct summary_rows *rows)
{
    char text[WEIR_DOUBLE_SIZE];

    json_raw(out, "series,count");
    for (size_t c = 0; c < WEIR_COUNT(columns); c++) {
        json_raw(out, ",");
        json_raw(out, columns[c].name);
    }
    json_raw(out, "\r\n");
    for (size_t i = 0; i < rows->count; i++) {
        const struct summary_row *row = &rows->items[i];
        write_csv_text(out, row->text);
        json_raw(out, ",");
        json_whole(out, (int64_t)row->figures.count);
        for (size_t c = 0; c < WEIR_COUNT(columns); c++) {
            json_raw(out, ",");
            json_bytes(out, text, weir_format_plain(figure_of(row, c), text));
        }
        json_raw(out, "\r\n");
    }
}

static void
write_cell(struct json *out, const char *text, size_t width, bool to_left)
{
    size_t length = strlen(text);
    size_t blanks = length < width ? width - length : 0;

    json_raw(out, to_left ? text : "");
    for (size_t i = 0; i < blanks; i++)
        json_raw(out, " ");
    json_raw(out, to_left ? "" : text);
}

static void
figure_text(double value, char text[CELL_SIZE])
{
    if (isnan(value))
        (void)snprintf(text, CELL_SIZE, "-");
    else
        (void)snprintf(text, CELL_SIZE, "%.6g", value);
}

/* Fills in how wide the columns are; returns that of the series. */
static size_t
measure(const struct summary_rows *rows, size_t widths[WEIR_COUNT(columns)])
{
    size_t widest = strlen("SERIES");
    char text[CELL_SIZE];

    for (size_t c = 0; c < WEIR_COUNT(columns); c++)
        widths[c] = columns[c].title ? strlen(columns[c].title) : 0;
    for (size_t i = 0; i < rows->count; i++) {
        size_t length = strlen(rows->items[i].text);
        widest = length > widest ? length : widest;
        for (size_t c = 0; c < WEIR_COUNT(columns); c++) {
            figure_text(figure_of(&rows->items[i], c), text);
            widths[c] = strlen(text) > widths[c] ? strlen(text) : widths[c];
        }
    }
    return widest;
}

/* Writes a line of the table; without 'row', its head. */
static void
write_line(struct json *out, const struct summary_row *row, size_t widest,
           const size_t widths[WEIR_COUNT(columns)])
{
    char text[CELL_SIZE];

    write_cell(out, row ? row->text : "SERIES", widest, true);
    for (size_t c = 0; c < WEIR_COUNT(columns); c++) {
        if (!columns[c].title)
            continue;
        if (row)
            figure_text(figure_of(row, c), text);
        write_cell(out, row ? text : columns[c].title, widths[c] + GAP, false);
    }
    json_raw(out, "\n");
}

void
summary_write_text(struct json *out, const struct summary_rows *rows)
{
    size_t widths[WEIR_COUNT(columns)];
    size_t widest = measure(rows, widths);

    write_line(out, NULL, widest, widths);
    for (size_t i = 0; i < rows->count; i++)
        write_line(out, &rows->items[i], widest, widths);
}
