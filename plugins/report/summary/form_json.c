/* form_json.c - a report for programs */
#include <config.h>

#include <jansson.h>
#include <math.h>
#include <string.h>

#include <weir/text.h>

#include "base.h"
#include "form.h"
#include "words.h"

/* Texts of rows are UTF-8; those of the configuration, and warnings, may be
 * anything. */
static void
write_text(FILE *out, const char *text)
{
    json_t *json = json_string(text);

    if (!json)
        json = x_or_die(json_string("(not UTF-8)"));
    (void)json_dumpf(json, out, JSON_ENCODE_ANY);
    json_decref(json);
}

/* JSON has no word for what is no number, and none for the infinite. */
static void
write_number(FILE *out, double number)
{
    char text[WEIR_DOUBLE_SIZE];

    (void)weir_format_plain(number, text);
    if (isnan(number))
        (void)fputs("null", out);
    else
        (void)fprintf(out, isinf(number) ? "\"%s\"" : "%s", text);
}

static void
write_member(FILE *out, const char *name, const char *text)
{
    (void)fprintf(out, "\"%s\":", name);
    write_text(out, text);
    (void)fputc(',', out);
}

static double
seconds_of(int64_t ns)
{
    int64_t ms = ns / NS_PER_MS;

    return (double)ms / 1e3;
}

static void
write_seconds(FILE *out, const char *name, int64_t ns)
{
    (void)fprintf(out, "\"%s\":", name);
    write_number(out, seconds_of(ns));
    (void)fputc(',', out);
}

static void
write_metric(FILE *out, const struct row *row)
{
    const char *comma = "";

    (void)fputs("\"metric\":{", out);
    if (*row->name) {
        (void)fputs("\"__name__\":", out);
        write_text(out, row->name);
        comma = ",";
    }
    for (const struct weir_label *each = row->labels; each->name; each++) {
        (void)fputs(comma, out);
        write_text(out, each->name);
        (void)fputc(':', out);
        write_text(out, each->value);
        comma = ",";
    }
    (void)fputc('}', out);
}

static void
write_figures(FILE *out, const struct weir_figures *figures)
{
    (void)fprintf(out, "\"count\":%llu", (unsigned long long)figures->count);
    for (size_t i = 0; i < FORM_FIGURES; i++) {
        (void)fprintf(out, ",\"%s\":", form_figures[i].name);
        write_number(out,
                     figures->count ? form_figure(figures, i) : (double)NAN);
    }
}

static void
write_trend(const struct report *report, const struct row *row, FILE *out)
{
    const struct trend *trend = &row->trend;
    double window_s = report_window_s(report);
    bool any = trend->count >= TREND_LEAST;
    char text[WORDS_SIZE];

    (void)fputs("\"trend\":{", out);
    write_member(out, "kind", words_kind(trend_judge(trend, window_s)));
    write_member(out, "text", words_trend(trend, window_s, row->unit, text));
    (void)fputs("\"slope\":", out);
    write_number(out, any ? trend->slope : (double)NAN);
    (void)fputs(",\"confidence\":", out);
    write_number(out, any ? 1 - trend->p : (double)NAN);
    (void)fprintf(out, ",\"values\":%zu}", trend->count);
}

static void
write_points(const struct report *report, const struct row *row, FILE *out)
{
    (void)fputs("\"points\":[", out);
    for (size_t i = report->steps; row->points && i < 2 * report->steps; i++) {
        (void)fputs(i > report->steps ? ",[" : "[", out);
        write_number(out, seconds_of(report_time_of(report, i)));
        (void)fputc(',', out);
        write_number(out, row->points[i]);
        (void)fputc(']', out);
    }
    (void)fputc(']', out);
}

static void
write_row(const struct report *report, const struct row *row, FILE *out)
{
    (void)fputc('{', out);
    write_metric(out, row);
    (void)fputc(',', out);
    write_member(out, "unit", row->unit);
    write_figures(out, &row->now);
    (void)fputs(",\"before\":{", out);
    write_figures(out, &row->before);
    (void)fputs("},", out);
    write_trend(report, row, out);
    (void)fputs(",\"moved\":", out);
    write_number(out, row->moved);
    (void)fputc(',', out);
    write_points(report, row, out);
    (void)fputc('}', out);
}

static void
write_part(const struct report *report, const struct report_part *part,
           FILE *out)
{
    const struct panel *panel = part->panel;
    size_t written = 0;

    (void)fputc('{', out);
    write_member(out, "section", panel->section);
    write_member(out, "title", panel_title(panel));
    write_member(out, "query", panel->query);
    (void)fprintf(out, "\"series_count\":%zu,\"new\":%zu,\"gone\":%zu,",
                  part->count + part->more, part->fresh, part->gone);
    if (part->failure)
        write_member(out, "error", part->failure);
    (void)fputs("\"series\":[", out);
    for (; written < part->shown && form_has_room(report, out); written++) {
        (void)fputs(written ? ",\n" : "\n", out);
        write_row(report, &part->rows[written], out);
    }
    weir_cleanup(weir_free) char *lack = form_lack_text(part);
    weir_cleanup(weir_free) char *remark =
        form_remark_text(report, part, part->shown - written);
    (void)fputs("],", out);
    (void)fputs("\"note\":", out);
    write_text(out, lack ? lack : remark);
    (void)fputc('}', out);
}

static void
write_moves(const struct report *report, FILE *out)
{
    (void)fputs("\"moved\":[", out);
    for (size_t i = 0; i < report->move_count; i++) {
        const struct report_move *move = &report->moves[i];
        (void)fputs(i ? ",\n{" : "\n{", out);
        write_member(out, "panel", panel_title(move->part->panel));
        write_metric(out, move->row);
        (void)fputs(",", out);
        write_member(out, "unit", move->row->unit);
        (void)fputs("\"before\":", out);
        write_number(out, row_level_before(move->row));
        (void)fputs(",\"now\":", out);
        write_number(out, row_level(move->row));
        (void)fputs(",\"moved\":", out);
        write_number(out, move->row->moved);
        (void)fputc('}', out);
    }
    (void)fputs("],\n", out);
}

void
json_write(const struct report *report, FILE *out)
{
    const struct report_settings *with = &report->with;
    weir_cleanup(weir_free) char *overview = form_overview_text(report);

    (void)fputs("{", out);
    write_member(out, "title", with->title);
    write_seconds(out, "start", with->after_ns);
    write_seconds(out, "end", with->until_ns);
    write_seconds(out, "window", with->until_ns - with->after_ns);
    write_seconds(out, "step", report->step_ns);
    write_member(out, "overview", overview);
    (void)fputs("\"warnings\":[", out);
    for (size_t i = 0; i < report->note_count; i++) {
        (void)fputs(i ? "," : "", out);
        write_text(out, report->notes[i]);
    }
    (void)fputs("],\n", out);
    write_moves(report, out);
    (void)fputs("\"panels\":[", out);
    for (size_t i = 0; i < report->part_count; i++) {
        (void)fputs(i ? ",\n" : "\n", out);
        write_part(report, &report->parts[i], out);
    }
    (void)fputs("]}\n", out);
}
