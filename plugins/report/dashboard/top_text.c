/* top_text.c - the overview as lines of text: for a terminal and for a pipe */
#include <config.h>

#include "top_text.h"

#include <math.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/plain.h"
#include "overview_words.h"
#include "utf8.h"

enum { NAME_LEAST = 8, NAME_MOST = 40, SPARK_WIDTH = 20, LEVELS = 8 };

static const char *const figure_names[TOP_FIGURES] = {"now", "avg", "max",
                                                      "min"};

void
top_write_cut(FILE *out, const char *text, size_t width)
{
    uint32_t point = 0;
    char one[8] = "";
    size_t used = 0;

    while (*text) {
        size_t size = utf8_read(text, &point);
        size = size && size < sizeof(one) ? size : 1;
        memcpy(one, text, size);
        one[size] = '\0';
        size_t more = plain_width(one);
        if (used + more > width)
            break;
        (void)fputs(one, out);
        used += more;
        text += size;
    }
    plain_blanks(out, width - used);
}

/* Sparklines --------------------------------------------------------------- */

/* Returns the greatest of the values that one place of the line stands for. */
static double
spark_value(const struct top_row *row, size_t place, size_t width)
{
    size_t from = place * row->spark_count / width;
    size_t end = (place + 1) * row->spark_count / width;
    double value = (double)NAN;

    for (size_t i = from; i < end; i++)
        value = fmax(value, row->spark[i]);
    return value;
}

static void
write_spark(FILE *out, const struct top_form *form, const struct top_row *row)
{
    static const char *const bars[LEVELS] = {"\u2581", "\u2582", "\u2583",
                                             "\u2584", "\u2585", "\u2586",
                                             "\u2587", "\u2588"};
    static const char *const marks[LEVELS] = {"_", ".", ":", "-",
                                              "=", "+", "*", "#"};
    const char *const *levels = form->utf8 ? bars : marks;
    double least = (double)INFINITY;
    double most = -(double)INFINITY;

    for (size_t i = 0; i < row->spark_count; i++) {
        least = fmin(least, row->spark[i]);
        most = fmax(most, row->spark[i]);
    }
    if (least > 0 && least < most)
        least = fmin(least, most / 2);
    for (size_t i = 0; i < form->spark_width; i++) {
        double value = row->spark_count ? spark_value(row, i, form->spark_width)
                                        : (double)NAN;
        double share = most > least ? (value - least) / (most - least) : 0;
        if (isnan(value))
            (void)fputc(' ', out);
        else
            (void)fputs(levels[(size_t)(share * (LEVELS - 1) + 0.5)], out);
    }
}

/* Lines -------------------------------------------------------------------- */

/* Writes a text to the right side of a cell. */
static void
write_right(FILE *out, const char *text)
{
    size_t width = plain_width(text);

    plain_blanks(out, width < TOP_CELL ? TOP_CELL - width : 1);
    if (width < TOP_CELL)
        (void)fputs(text, out);
    else
        top_write_cut(out, text, TOP_CELL - 1);
}

size_t
top_name_width(const struct top_kind *kind)
{
    size_t width = NAME_LEAST;

    for (size_t i = 0; i < kind->row_count; i++) {
        size_t own = plain_width(kind->rows[i].name);
        width = own > width ? own : width;
    }
    return width < NAME_MOST ? width : NAME_MOST;
}

/* Of several figures the first has the column's title. */
void
top_write_heads(FILE *out, const struct top_form *form,
                const struct top_kind *kind)
{
    top_write_cut(out, "NAME", form->name_width);
    for (size_t i = 0; i < kind->column_count; i++) {
        const char *head = kind->columns[i].title;
        for (size_t j = 0; j < TOP_FIGURES; j++) {
            if (!(form->figures & 1U << j))
                continue;
            write_right(out, head ? head : figure_names[j]);
            head = NULL;
        }
    }
}

void
top_write_row(FILE *out, const struct top_form *form,
              const struct top_kind *kind, const struct top_row *row)
{
    char text[FIGURE_SIZE];

    top_write_cut(out, row->name, form->name_width);
    for (size_t i = 0; i < kind->column_count; i++)
        for (size_t j = 0; j < TOP_FIGURES; j++) {
            double value = row->figures[i][j];
            if (form->figures & 1U << j)
                write_right(out, isnan(value)
                                     ? "-"
                                     : words_figure(
                                           value, kind->columns[i].unit, text));
        }
    if (form->spark_width) {
        (void)fputs("  ", out);
        write_spark(out, form, row);
    }
}

void
top_write_count(FILE *out, const struct top_kind *kind)
{
    const struct {
        const char *word;
        size_t count;
    } states[] = {
        {"bad", kind->bad}, {"gone", kind->gone}, {"warn", kind->warn}};

    (void)fprintf(out, "%s %zu", kind->title, kind->count);
    for (size_t i = 0; i < ARRAY_SIZE(states); i++)
        if (states[i].count)
            (void)fprintf(out, ", %zu %s", states[i].count, states[i].word);
}

/* All of it ---------------------------------------------------------------- */

static void
write_kind(FILE *out, const struct top_kind *kind, bool utf8)
{
    struct top_form form = {
        .utf8 = utf8,
        .name_width = top_name_width(kind),
        .spark_width = SPARK_WIDTH,
        .figures = 1U << TOP_NOW | 1U << TOP_AVG | 1U << TOP_MAX,
    };

    top_write_count(out, kind);
    (void)fputc('\n', out);
    if (kind->row_count == 0)
        return;
    top_write_heads(out, &form, kind);
    (void)fputc('\n', out);
    for (size_t i = 0; i < kind->row_count; i++) {
        const struct top_row *row = &kind->rows[i];
        top_write_row(out, &form, kind, row);
        (void)fputc('\n', out);
        for (size_t j = 0; j < row->wrong_count; j++)
            (void)fprintf(out, "  ! %s\n", row->wrong[j]);
    }
    if (kind->row_count < kind->matched)
        (void)fprintf(out, "and %zu more\n", kind->matched - kind->row_count);
}

void
top_write_all(FILE *out, const struct top_answer *answer, bool utf8)
{
    for (size_t i = 0; i < answer->kind_count; i++) {
        if (i > 0)
            (void)fputc('\n', out);
        write_kind(out, &answer->kinds[i], utf8);
    }
}
