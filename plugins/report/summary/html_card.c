/* html_card.c - one series on a report's page */
#include <config.h>

#include <math.h>
#include <string.h>

#include "base.h"
#include "form.h"
#include "html.h"
#include "markup.h"
#include "words.h"

enum { TABLE_ROWS = 24 };

/* Tables ------------------------------------------------------------------- */

/* Returns the unit of a figure: rates of figures are a second. */
static const char *
unit_of(const struct row *row, size_t figure, char unit[WORDS_SIZE])
{
    const char *name = form_figures[figure].name;
    const char *base = row->unit;
    size_t length = strlen(base);
    bool grows = strstr(name, "slope") || strstr(name, "_rate");

    if (strstr(name, "percent"))
        return "%/s";
    /* The level of a counter is its slope, and has that unit already. */
    if (row->is_counter && length >= 2 && strcmp(base + length - 2, "/s") == 0)
        length -= 2;
    (void)snprintf(unit, WORDS_SIZE, "%.*s%s", (int)length, base,
                   grows ? "/s" : "");
    return unit;
}

static void
write_figure(const struct row *row, size_t figure, FILE *out)
{
    double now = form_figure(&row->now, figure);
    double before =
        row->before.count ? form_figure(&row->before, figure) : (double)NAN;
    char unit[WORDS_SIZE];
    const char *base = unit_of(row, figure, unit);

    (void)fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"number\">",
                  form_figures[figure].name);
    html_number(out, now, base);
    (void)fputs("</td><td class=\"number\">", out);
    html_number(out, before, base);
    (void)fputs("</td></tr>\n", out);
}

static void
write_figures(const struct row *row, FILE *out)
{
    (void)fputs("<table><thead><tr><th scope=\"col\">Figure</th>"
                "<th scope=\"col\" class=\"number\">This time</th>"
                "<th scope=\"col\" class=\"number\">Before</th></tr></thead>"
                "<tbody>\n",
                out);
    (void)fprintf(out,
                  "<tr><th scope=\"row\">count</th><td class=\"number\">%llu"
                  "</td><td class=\"number\">%llu</td></tr>\n",
                  (unsigned long long)row->now.count,
                  (unsigned long long)row->before.count);
    for (size_t i = 0; i < FORM_FIGURES; i++)
        write_figure(row, i, out);
    (void)fputs("</tbody></table>\n", out);
}

/* Returns the average of the finite ones of 'count' points. */
static double
average_of(const double points[], size_t count)
{
    double average = 0;
    size_t known = 0;

    for (size_t i = 0; i < count; i++)
        if (isfinite(points[i]))
            average += (points[i] - average) / (double)++known;
    return known ? average : (double)NAN;
}

static void
write_values(const struct report *report, const struct row *row, FILE *out)
{
    size_t group = (report->steps + TABLE_ROWS - 1) / TABLE_ROWS;
    char text[WORDS_SIZE];

    (void)fputs("<table><thead><tr><th scope=\"col\">Until</th>"
                "<th scope=\"col\" class=\"number\">Value</th>"
                "<th scope=\"col\" class=\"number\">Before</th></tr></thead>"
                "<tbody>\n",
                out);
    for (size_t from = 0; from < report->steps; from += group) {
        size_t count =
            report->steps - from < group ? report->steps - from : group;
        const double *past = row->points + from;
        size_t last = report->steps + from + count - 1;
        (void)fprintf(
            out, "<tr><th scope=\"row\">%s</th><td class=\"number\">",
            words_time(report_time_of(report, last), report->with.utc, text));
        html_number(out, average_of(past + report->steps, count), row->unit);
        (void)fputs("</td><td class=\"number\">", out);
        html_number(out, average_of(past, count), row->unit);
        (void)fputs("</td></tr>\n", out);
    }
    (void)fputs("</tbody></table>\n", out);
}

static void
write_details(const struct report *report, const struct row *row, FILE *out)
{
    (void)fputs("<details><summary>Figures and values</summary>\n<p><code>",
                out);
    markup_text(out, row->shown);
    (void)fputs("</code></p>\n", out);
    write_figures(row, out);
    if (row->points)
        write_values(report, row, out);
    (void)fputs("</details>\n", out);
}

/* The face ----------------------------------------------------------------- */

static void
write_level(const struct row *row, FILE *out)
{
    double level = row_level(row), before = row_level_before(row);
    char text[WORDS_SIZE];

    (void)fputs("<p class=\"level\"><b>", out);
    html_number(out, level, row->unit);
    (void)fputs("</b> <span>on average", out);
    if (isfinite(before) && isfinite(level)) {
        (void)fputs(", ", out);
        markup_text(out, words_change(before, level, text));
        (void)fputs(level == before ? " as before" : " against before", out);
    }
    (void)fputs("</span></p>\n", out);
}

static void
write_pair(FILE *out, const char *name, double number, const char *unit)
{
    (void)fprintf(out, "<div><dt>%s</dt><dd>", name);
    html_number(out, number, unit);
    (void)fputs("</dd></div>", out);
}

static void
write_pairs(const struct row *row, FILE *out)
{
    const struct weir_figures *now = &row->now;
    const double *figures = row->is_counter ? now->slope : now->value;

    (void)fputs("<dl>", out);
    if (!row->is_counter)
        write_pair(out, "last", now->last, row->unit);
    write_pair(out, "max", figures[WEIR_FIGURE_MAX], row->unit);
    write_pair(out, "min", figures[WEIR_FIGURE_MIN], row->unit);
    (void)fputs("</dl>\n", out);
}

static void
write_trend(const struct report *report, const struct row *row, FILE *out)
{
    static const char *const arrows[] = {
        [TREND_TOO_FEW] = "",
        [TREND_STEADY] = "\342\206\222 ",
        [TREND_UNCLEAR] = "",
        [TREND_RISES] = "\342\206\227 ",
        [TREND_FALLS] = "\342\206\230 ",
    };
    double window_s = report_window_s(report);
    char text[WORDS_SIZE];

    (void)fprintf(out,
                  "<p class=\"trend\"><span aria-hidden=\"true\">%s</span>",
                  arrows[trend_judge(&row->trend, window_s)]);
    markup_text(out, words_trend(&row->trend, window_s, row->unit, text));
    (void)fputs("</p>\n", out);
}

/* Says what the chart shows. */
static char *
describe(const struct report *report, const struct report_part *part,
         const struct row *row)
{
    char level[WORDS_SIZE], high[WORDS_SIZE], low[WORDS_SIZE],
        trend[WORDS_SIZE];
    const double *figures = row->is_counter ? row->now.slope : row->now.value;
    char *text = NULL;

    (void)words_trend(&row->trend, report_window_s(report), row->unit, trend);
    if (asprintf(&text,
                 "%s: %s on average, between %s and %s; %s. The dashed line "
                 "is the time before. The values are in the table below.",
                 panel_title(part->panel),
                 words_number(figures[WEIR_FIGURE_AVG], row->unit, level),
                 words_number(figures[WEIR_FIGURE_MIN], row->unit, low),
                 words_number(figures[WEIR_FIGURE_MAX], row->unit, high),
                 trend) < 0)
        text = NULL;
    return x_or_die(text);
}

void
html_card(const struct report *report, const struct report_part *part,
          const struct row *row, size_t number, FILE *out)
{
    weir_cleanup(weir_free) char *description = describe(report, part, row);

    (void)fputs("<article class=\"card\"><h4>", out);
    markup_text(out, row->caption);
    (void)fputs("</h4>\n", out);
    write_level(row, out);
    if (row->points)
        html_chart(report, row, number, description, out);
    write_pairs(row, out);
    write_trend(report, row, out);
    write_details(report, row, out);
    (void)fputs("</article>\n", out);
}
