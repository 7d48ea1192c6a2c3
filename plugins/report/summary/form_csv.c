/* form_csv.c - a report for spreadsheets, as RFC 4180 has it
 *
 * A line a series; the last column says in words what is missing, in a line of
 * its own.
 */
#include <config.h>

#include <math.h>

#include <weir/text.h>

#include "base.h"
#include "form.h"
#include "words.h"

/* Columns behind the figures of the window. */
static const char rest[] = ",avg_before,max_before,min_before,"
                           "slope_avg_before,trend,trend_slope,trend_"
                           "confidence,moved,note\r\n";

static void
write_text(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text; text++)
        (void)fprintf(out, *text == '"' ? "\"%c" : "%c", *text);
    (void)fputc('"', out);
}

static void
write_number(FILE *out, double number)
{
    char text[WEIR_DOUBLE_SIZE];

    (void)weir_format_plain(number, text);
    (void)fprintf(out, ",%s", text);
}

static void
write_head(FILE *out)
{
    (void)fputs("section,panel,query,unit,series,count", out);
    for (size_t i = 0; i < FORM_FIGURES; i++)
        (void)fprintf(out, ",%s", form_figures[i].name);
    (void)fputs(rest, out);
}

static void
write_panel(FILE *out, const struct report_part *part, const char *unit)
{
    const struct panel *panel = part->panel;

    write_text(out, panel->section);
    (void)fputc(',', out);
    write_text(out, panel_title(panel));
    (void)fputc(',', out);
    write_text(out, panel->query);
    (void)fputc(',', out);
    write_text(out, unit);
    (void)fputc(',', out);
}

static void
write_row(const struct report *report, const struct report_part *part,
          const struct row *row, FILE *out)
{
    double window_s = report_window_s(report);
    const struct weir_figures *before = &row->before;
    const double past[] = {
        before->value[WEIR_FIGURE_AVG], before->value[WEIR_FIGURE_MAX],
        before->value[WEIR_FIGURE_MIN], before->slope[WEIR_FIGURE_AVG]};

    write_panel(out, part, row->unit);
    write_text(out, row->shown);
    (void)fprintf(out, ",%llu", (unsigned long long)row->now.count);
    for (size_t i = 0; i < FORM_FIGURES; i++)
        write_number(out, form_figure(&row->now, i));
    for (size_t i = 0; i < ARRAY_SIZE(past); i++)
        write_number(out, before->count ? past[i] : (double)NAN);
    (void)fprintf(out, ",%s", words_kind(trend_judge(&row->trend, window_s)));
    write_number(out, row->trend.slope);
    write_number(out, 1 - row->trend.p);
    write_number(out, row->moved);
    (void)fputs(",\r\n", out);
}

static void
write_note(const struct report_part *part, const char *note, FILE *out)
{
    if (!*note)
        return;
    write_panel(out, part, part->panel->unit);
    for (size_t i = 0; i < FORM_FIGURES + 10; i++)
        (void)fputc(',', out);
    write_text(out, note);
    (void)fputs("\r\n", out);
}

static void
write_part(const struct report *report, const struct report_part *part,
           FILE *out)
{
    size_t written = 0;

    while (written < part->shown && form_has_room(report, out))
        write_row(report, part, &part->rows[written++], out);
    weir_cleanup(weir_free) char *lack = form_lack_text(part);
    weir_cleanup(weir_free) char *remark =
        form_remark_text(report, part, part->shown - written);
    write_note(part, lack ? lack : remark, out);
}

void
csv_write(const struct report *report, FILE *out)
{
    static const struct panel none = {"", "", "", "", 0};
    const struct report_part all = {.panel = &none};

    write_head(out);
    for (size_t i = 0; i < report->part_count; i++)
        write_part(report, &report->parts[i], out);
    for (size_t i = 0; i < report->note_count; i++)
        write_note(&all, report->notes[i], out);
}
