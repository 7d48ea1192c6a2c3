/* form_html.c - a report as a page that needs nothing else */
#include <config.h>

#include <string.h>

#include "base.h"
#include "form.h"
#include "html.h"
#include "markup.h"
#include "words.h"

void
html_number(FILE *out, double number, const char *unit)
{
    char text[WORDS_SIZE];

    markup_text(out, words_number(number, unit, text));
}

/* Writes a text within an element. */
static void
write_within(FILE *out, const char *open, const char *text, const char *close)
{
    (void)fputs(open, out);
    markup_text(out, text);
    (void)fputs(close, out);
}

static void
write_head(const struct report *report, FILE *out)
{
    (void)fputs(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
        "charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
        "'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n",
        out);
    write_within(out, "<title>", report->with.title, "</title>\n<style>\n");
    (void)fprintf(out, "%s</style>\n</head>\n<body>\n<main>\n", html_style);
}

/* Moves -------------------------------------------------------------------- */

static void
write_move(const struct report_move *move, FILE *out)
{
    double before = row_level_before(move->row), now = row_level(move->row);
    char text[WORDS_SIZE];

    write_within(out, "<tr><th scope=\"row\">", panel_title(move->part->panel),
                 "</th><td>");
    markup_text(out, move->row->caption);
    (void)fputs("</td><td class=\"number\">", out);
    html_number(out, before, move->row->unit);
    (void)fputs("</td><td class=\"number\">", out);
    html_number(out, now, move->row->unit);
    write_within(out, "</td><td class=\"number\">",
                 words_change(before, now, text), "</td></tr>\n");
}

static void
write_moves(const struct report *report, FILE *out)
{
    (void)fputs("<h2 id=\"moved\">What moved most</h2>\n", out);
    if (report->move_count == 0) {
        (void)fputs("<p>Nothing moved much against the time before.</p>\n",
                    out);
        return;
    }
    (void)fputs("<div class=\"wide\" role=\"region\" tabindex=\"0\" "
                "aria-labelledby=\"moved\"><table><thead><tr>"
                "<th scope=\"col\">What</th><th scope=\"col\">Series</th>"
                "<th scope=\"col\" class=\"number\">Before</th>"
                "<th scope=\"col\" class=\"number\">Now</th>"
                "<th scope=\"col\" class=\"number\">Change</th>"
                "</tr></thead><tbody>\n",
                out);
    for (size_t i = 0; i < report->move_count; i++)
        write_move(&report->moves[i], out);
    (void)fputs("</tbody></table></div>\n", out);
}

/* Panels ------------------------------------------------------------------- */

static void
write_subject(const struct report_part *part, FILE *out)
{
    bool titled = *part->panel->title;

    (void)fputs("<p class=\"of\">", out);
    if (titled)
        write_within(out, "<code>", part->panel->query, "</code> ");
    if (part->shared && *part->shared)
        write_within(out, titled ? "of " : "All of ", part->shared, "");
    (void)fputs("</p>\n", out);
}

static void
write_part(const struct report *report, const struct report_part *part,
           size_t *number, FILE *out)
{
    weir_cleanup(weir_free) char *lack = form_lack_text(part);
    size_t written = 0;

    write_within(out, "<h3>", panel_title(part->panel), "</h3>\n");
    write_subject(part, out);
    if (lack) {
        write_within(out, "<p class=\"remark\">", lack, "</p>\n");
        return;
    }
    (void)fputs("<div class=\"cards\">\n", out);
    for (; written < part->shown && form_has_room(report, out); written++)
        html_card(report, part, &part->rows[written], ++*number, out);
    (void)fputs("</div>\n", out);
    weir_cleanup(weir_free) char *remark =
        form_remark_text(report, part, part->shown - written);
    if (*remark)
        write_within(out, "<p class=\"remark\">", remark, "</p>\n");
}

static const char *
name_of(const struct panel *panel)
{
    return *panel->section ? panel->section : "Series";
}

/* Says whether the part is the first one of a section that is shown. */
static bool
begins_section(const struct report *report, size_t nth, const char **section_p)
{
    const struct report_part *part = &report->parts[nth];
    const char *name = name_of(part->panel);

    if (form_is_hidden(report, part) ||
        (*section_p && strcmp(*section_p, name) == 0))
        return false;
    *section_p = name;
    return true;
}

static void
write_index(const struct report *report, FILE *out)
{
    const char *section = NULL;

    (void)fputs("<nav aria-label=\"Sections\"><a href=\"#moved\">What moved "
                "most</a>",
                out);
    for (size_t i = 0; i < report->part_count; i++)
        if (begins_section(report, i, &section)) {
            (void)fprintf(out, "<a href=\"#s%zu\">", i);
            write_within(out, "", section, "</a>");
        }
    (void)fputs("</nav>\n", out);
}

static void
write_parts(const struct report *report, FILE *out)
{
    const char *section = NULL;
    size_t number = 0;

    for (size_t i = 0; i < report->part_count; i++) {
        if (begins_section(report, i, &section)) {
            (void)fprintf(out, "<h2 id=\"s%zu\">", i);
            write_within(out, "", section, "</h2>\n");
        }
        if (!form_is_hidden(report, &report->parts[i]))
            write_part(report, &report->parts[i], &number, out);
    }
}

void
html_write(const struct report *report, FILE *out)
{
    weir_cleanup(weir_free) char *window = form_window_text(report);
    weir_cleanup(weir_free) char *overview = form_overview_text(report);
    weir_cleanup(weir_free) char *hidden = form_hidden_text(report);

    write_head(report, out);
    write_within(out, "<h1>", report->with.title, "</h1>\n");
    write_within(out, "<p class=\"when\">", window, "</p>\n");
    write_within(out, "<p class=\"overview\">", overview, "</p>\n");
    for (size_t i = 0; i < report->note_count; i++)
        write_within(out, "<p class=\"warning\">", report->notes[i], "</p>\n");
    write_index(report, out);
    write_moves(report, out);
    write_parts(report, out);
    (void)fputs("<footer>", out);
    if (*hidden)
        write_within(out, "<p>", hidden, "</p>\n");
    (void)fputs("<p>Big figures are averages; the dashed line is the time "
                "before. Trends are Theil\342\200\223Sen slopes where the "
                "Mann\342\200\223Kendall test is at least 95 % sure. Written "
                "by weir.</p></footer>\n</main>\n</body>\n</html>\n",
                out);
}
