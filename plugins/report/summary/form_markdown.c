/* form_markdown.c - a report for mails, chats and terminals */
#include <config.h>

#include <math.h>
#include <string.h>

#include "base.h"
#include "form.h"
#include "words.h"

/* Writes text as such: what would be markup is escaped. */
static void
write_text(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\n' || *text == '\r')
            (void)fputc(' ', out);
        else
            (void)fprintf(out, strchr("\\`*[]<>|#~&", *text) ? "\\%c" : "%c",
                          *text);
}

/* Returns the longest run of backticks. */
static size_t
longest_run(const char *text)
{
    size_t longest = 0;

    while (*text) {
        size_t run = strspn(text, "`");
        longest = run > longest ? run : longest;
        text += run ? run : 1;
    }
    return longest;
}

/* Writes text as code, in which a table's bars alone are escaped. */
static void
write_code(FILE *out, const char *text)
{
    size_t ticks = longest_run(text);
    const char *gap = ticks ? " " : "";

    for (size_t i = 0; i <= ticks; i++)
        (void)fputc('`', out);
    (void)fputs(gap, out);
    for (; *text; text++)
        (void)fprintf(out, *text == '|' ? "\\%c" : "%c",
                      *text == '\n' || *text == '\r' ? ' ' : *text);
    (void)fputs(gap, out);
    for (size_t i = 0; i <= ticks; i++)
        (void)fputc('`', out);
}

static void
write_number(FILE *out, double number, const char *unit)
{
    char text[WORDS_SIZE];

    (void)fputs(" | ", out);
    write_text(out, words_number(number, unit, text));
}

static void
write_row(const struct report *report, const struct row *row, FILE *out)
{
    const struct weir_figures *now = &row->now;
    double window_s = report_window_s(report);
    const double *figures = row->is_counter ? now->slope : now->value;
    char text[WORDS_SIZE];

    (void)fputs("| ", out);
    write_code(out, row->caption);
    write_number(out, figures[WEIR_FIGURE_AVG], row->unit);
    write_number(out, row->is_counter ? (double)NAN : now->last, row->unit);
    write_number(out, figures[WEIR_FIGURE_MAX], row->unit);
    write_number(out, figures[WEIR_FIGURE_MIN], row->unit);
    (void)fprintf(out, " | %s | ",
                  words_change(row_level_before(row), row_level(row), text));
    write_text(out, words_trend(&row->trend, window_s, row->unit, text));
    (void)fputs(" |\n", out);
}

static void
write_remark(FILE *out, const char *remark)
{
    if (!*remark)
        return;
    (void)fputc('\n', out);
    write_text(out, remark);
    (void)fputc('\n', out);
}

/* The question, where the title is another, and what all series have. */
static void
write_subject(const struct report_part *part, FILE *out)
{
    bool titled = *part->panel->title;
    bool shared = part->shared && *part->shared;

    if (titled)
        write_code(out, part->panel->query);
    if (shared) {
        (void)fputs(titled ? " of " : "All of ", out);
        write_code(out, part->shared);
    }
    (void)fputs(titled || shared ? "\n" : "", out);
}

static void
write_part(const struct report *report, const struct report_part *part,
           FILE *out)
{
    weir_cleanup(weir_free) char *lack = form_lack_text(part);
    size_t written = 0;

    (void)fputs("\n### ", out);
    write_text(out, panel_title(part->panel));
    (void)fputs(*part->panel->title || part->shared ? "\n\n" : "\n", out);
    write_subject(part, out);
    if (lack) {
        write_remark(out, lack);
        return;
    }
    (void)fputs("\n| Series | Average | Last | Most | Least | Against before "
                "| Trend |\n|:--|--:|--:|--:|--:|--:|:--|\n",
                out);
    while (written < part->shown && form_has_room(report, out))
        write_row(report, &part->rows[written++], out);
    weir_cleanup(weir_free) char *remark =
        form_remark_text(report, part, part->shown - written);
    write_remark(out, remark);
}

static void
write_moves(const struct report *report, FILE *out)
{
    char text[WORDS_SIZE];

    (void)fputs("\n## What moved most\n\n", out);
    if (report->move_count == 0) {
        (void)fputs("Nothing moved much against the time before.\n", out);
        return;
    }
    (void)fputs("| What | Series | Before | Now | Change |\n"
                "|:--|:--|--:|--:|--:|\n",
                out);
    for (size_t i = 0; i < report->move_count; i++) {
        const struct report_move *move = &report->moves[i];
        double before = row_level_before(move->row);
        double now = row_level(move->row);
        (void)fputs("| ", out);
        write_text(out, panel_title(move->part->panel));
        (void)fputs(" | ", out);
        write_code(out, move->row->caption);
        write_number(out, before, move->row->unit);
        write_number(out, now, move->row->unit);
        (void)fprintf(out, " | %s |\n", words_change(before, now, text));
    }
}

static void
write_notes(const struct report *report, FILE *out)
{
    for (size_t i = 0; i < report->note_count; i++) {
        (void)fputs("\n**Warning:** ", out);
        write_text(out, report->notes[i]);
        (void)fputc('\n', out);
    }
}

void
markdown_write(const struct report *report, FILE *out)
{
    weir_cleanup(weir_free) char *window = form_window_text(report);
    weir_cleanup(weir_free) char *overview = form_overview_text(report);
    weir_cleanup(weir_free) char *hidden = form_hidden_text(report);
    const char *section = "";

    (void)fputs("# ", out);
    write_text(out, report->with.title);
    (void)fprintf(out, "\n\n%s\n%s\n", window, overview);
    write_notes(report, out);
    write_moves(report, out);
    for (size_t i = 0; i < report->part_count; i++) {
        const struct panel *panel = report->parts[i].panel;
        if (form_is_hidden(report, &report->parts[i]))
            continue;
        if (strcmp(panel->section, section) != 0) {
            section = panel->section;
            (void)fputs("\n## ", out);
            write_text(out, *section ? section : "Series");
            (void)fputc('\n', out);
        }
        write_part(report, &report->parts[i], out);
    }
    write_remark(out, hidden);
}
