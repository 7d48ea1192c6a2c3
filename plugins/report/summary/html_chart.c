/* html_chart.c - a row's points as a picture in SVG */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "form.h"
#include "html.h"
#include "markup.h"
#include "words.h"

/* Of the picture, in its own units. */
static const double width = 320, left = 58, right = 316, top = 6, bottom = 78,
                    feet = 92;

/* How values become places. */
struct scale {
    double low, high;
    size_t steps;
};

/* One of the two windows. */
struct line {
    const double *points; /* [scale->steps] */
    const struct scale *scale;
    size_t reach; /* points further apart have a gap between them */
};

static double
x_of(const struct scale *scale, size_t step)
{
    double share =
        scale->steps > 1 ? (double)step / (double)(scale->steps - 1) : 0.5;

    return left + share * (right - left);
}

/* Halved before it is subtracted, lest the greatest values overflow. */
static double
y_of(const struct scale *scale, double value)
{
    double share =
        (value / 2 - scale->low / 2) / (scale->high / 2 - scale->low / 2);

    return bottom - share * (bottom - top);
}

/* Gives what stays the same some room around it, and shares all of theirs. */
static void
widen(struct scale *scale, const char *unit)
{
    double level = scale->low;
    bool share = strcmp(unit, "ratio") == 0 && level >= 0 && level <= 1;
    double half = level == 0 ? 1 : fabs(level) / 20;

    scale->low = share || level == 0 ? 0 : level - half;
    scale->high = share ? 1 : level + half;
}

/* From the least to the greatest value; from 0 where that is not far. */
static struct scale
scale_of(const struct report *report, const struct row *row)
{
    struct scale scale = {HUGE_VAL, -HUGE_VAL, report->steps};

    for (size_t i = 0; i < 2 * report->steps; i++)
        if (isfinite(row->points[i])) {
            scale.low = fmin(scale.low, row->points[i]);
            scale.high = fmax(scale.high, row->points[i]);
        }
    if (scale.low > scale.high)
        scale.low = scale.high = 0;
    if (scale.low >= 0 && scale.low < scale.high / 2)
        scale.low = 0;
    if (scale.low == scale.high)
        widen(&scale, row->unit);
    return scale;
}

static int
compare_sizes(const void *a, const void *b)
{
    const size_t one = *(const size_t *)a, other = *(const size_t *)b;

    return (one > other) - (one < other);
}

/* Returns how far apart three of four neighbours are at most, which is more
 * than a step where samples are rarer than steps. */
static size_t
reach_of(const struct line *line)
{
    size_t ways[REPORT_STEPS_MOST], count = 0, last = SIZE_MAX;

    for (size_t i = 0; i < line->scale->steps; i++) {
        if (!isfinite(line->points[i]))
            continue;
        if (last != SIZE_MAX)
            ways[count++] = i - last;
        last = i;
    }
    if (count == 0)
        return 1;
    qsort(ways, count, sizeof(ways[0]), compare_sizes);
    return ways[count * 3 / 4];
}

/* Returns the last point of the stretch without a gap that begins at 'from'. */
static size_t
end_of(const struct line *line, size_t from)
{
    size_t end = from;

    for (size_t i = from + 1; i < line->scale->steps && i - end <= line->reach;
         i++)
        if (isfinite(line->points[i]))
            end = i;
    return end;
}

static size_t
next_point(const struct line *line, size_t from)
{
    while (from < line->scale->steps && !isfinite(line->points[from]))
        from++;
    return from;
}

static void
write_way(const struct line *line, size_t from, size_t end, FILE *out)
{
    const char *letter = "M";

    for (size_t i = from; i <= end; i++) {
        if (!isfinite(line->points[i]))
            continue;
        (void)fprintf(out, "%s%.1f %.1f", letter, x_of(line->scale, i),
                      y_of(line->scale, line->points[i]));
        letter = "L";
    }
}

static void
write_area(const struct line *line, size_t from, size_t end, FILE *out)
{
    (void)fputs("<path class=\"area\" d=\"", out);
    write_way(line, from, end, out);
    (void)fprintf(out, "V%.1fH%.1fZ\"/>", bottom, x_of(line->scale, from));
}

/* Writes the line in stretches; a point that stands alone is a dot. */
static size_t
write_line(const struct line *line, const char *class, bool filled, FILE *out)
{
    size_t stretches = 0;

    for (size_t from = next_point(line, 0); from < line->scale->steps;
         stretches++) {
        size_t end = end_of(line, from);
        if (end == from) {
            (void)fprintf(out,
                          "<circle class=\"%s dot\" cx=\"%.1f\" cy=\"%.1f\" "
                          "r=\"1.6\"/>",
                          class, x_of(line->scale, from),
                          y_of(line->scale, line->points[from]));
        } else {
            if (filled)
                write_area(line, from, end, out);
            (void)fprintf(out, "<path class=\"%s\" d=\"", class);
            write_way(line, from, end, out);
            (void)fputs("\"/>", out);
        }
        from = next_point(line, end + 1);
    }
    return stretches;
}

static void
write_label(FILE *out, double x, double y, const char *anchor, const char *text)
{
    (void)fprintf(out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\">", x, y,
                  anchor);
    markup_text(out, text);
    (void)fputs("</text>", out);
}

/* Returns the part of "2026-11-23 06:00" that tells, by the window's length. */
static const char *
short_time(const struct report *report, int64_t ns, char text[WORDS_SIZE])
{
    int64_t window_ns = report->with.until_ns - report->with.after_ns;

    (void)words_time(ns, report->with.utc, text);
    return text + (window_ns >= 86400 * NS_PER_S ? 5 : 11);
}

static void
write_frame(const struct report *report, const struct scale *scale,
            const char *unit, FILE *out)
{
    char text[WORDS_SIZE];

    (void)fprintf(out,
                  "<path class=\"grid\" d=\"M%.0f %.0fH%.0fM%.0f %.0fH%.0f\"/>",
                  left, top, right, left, bottom, right);
    write_label(out, left - 6, top + 6, "end",
                words_number(scale->high, unit, text));
    write_label(out, left - 6, bottom + 1, "end",
                words_number(scale->low, unit, text));
    write_label(out, left, feet, "start",
                short_time(report, report->with.after_ns, text));
    write_label(out, right, feet, "end",
                short_time(report, report->with.until_ns, text));
}

void
html_chart(const struct report *report, const struct row *row, size_t number,
           const char *description, FILE *out)
{
    const struct scale scale = scale_of(report, row);
    struct line past = {row->points, &scale, 1};
    struct line now = {row->points + report->steps, &scale, 1};

    past.reach = reach_of(&past);
    now.reach = reach_of(&now);
    (void)fprintf(out,
                  "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
                  "aria-labelledby=\"t%zu d%zu\"><title id=\"t%zu\">",
                  width, feet + 4, number, number, number);
    markup_text(out, row->caption);
    (void)fprintf(out, "</title><desc id=\"d%zu\">", number);
    markup_text(out, description);
    (void)fputs("</desc>", out);
    write_frame(report, &scale, row->unit, out);
    (void)write_line(&past, "past", false, out);
    if (write_line(&now, "now", true, out) == 0)
        write_label(out, (left + right) / 2, (top + bottom) / 2, "middle",
                    "no values to draw");
    (void)fputs("</svg>\n", out);
}
