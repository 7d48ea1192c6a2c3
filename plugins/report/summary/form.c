/* form.c - the forms that a report is written in, and what they share */
#include <config.h>

#include "form.h"

#include <string.h>

#include "base.h"
#include "words.h"

const struct form forms[FORM_COUNT] = {
    [FORM_HTML] = {"html", "text/html; charset=utf-8", "html", html_write},
    [FORM_MARKDOWN] = {"markdown", "text/markdown; charset=utf-8", "md",
                       markdown_write},
    [FORM_JSON] = {"json", "application/json", "json", json_write},
    [FORM_CSV] = {"csv", "text/csv; charset=utf-8", "csv", csv_write},
};

#define FIGURE(field) offsetof(struct weir_figures, field)

const struct form_figure form_figures[FORM_FIGURES] = {
    {"last", FIGURE(last)},
    {"avg", FIGURE(value[WEIR_FIGURE_AVG])},
    {"max", FIGURE(value[WEIR_FIGURE_MAX])},
    {"min", FIGURE(value[WEIR_FIGURE_MIN])},
    {"avg_rate", FIGURE(rate[WEIR_FIGURE_AVG])},
    {"max_rate", FIGURE(rate[WEIR_FIGURE_MAX])},
    {"min_rate", FIGURE(rate[WEIR_FIGURE_MIN])},
    {"avg_rate_percent", FIGURE(rate_percent[WEIR_FIGURE_AVG])},
    {"max_rate_percent", FIGURE(rate_percent[WEIR_FIGURE_MAX])},
    {"min_rate_percent", FIGURE(rate_percent[WEIR_FIGURE_MIN])},
    {"slope_avg", FIGURE(slope[WEIR_FIGURE_AVG])},
    {"slope_max", FIGURE(slope[WEIR_FIGURE_MAX])},
    {"slope_min", FIGURE(slope[WEIR_FIGURE_MIN])},
};

const struct form *
form_of(const char *name)
{
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (strcmp(forms[i].name, name) == 0 ||
            strcmp(forms[i].ending, name) == 0)
            return &forms[i];
    return NULL;
}

char *
form_text(const struct form *self, const struct report *report,
          size_t *ret_size)
{
    char *text = NULL;
    FILE *out = x_or_die(open_memstream(&text, ret_size));

    self->write(report, out);
    (void)fclose(out);
    return x_or_die(text);
}

double
form_figure(const struct weir_figures *figures, size_t nth)
{
    double value = 0;

    memcpy(&value, (const char *)figures + form_figures[nth].offset,
           sizeof(value));
    return value;
}

bool
form_has_room(const struct report *report, FILE *out)
{
    return (size_t)ftell(out) < report->with.size_most;
}

/* Sentences ---------------------------------------------------------------- */

char *
form_window_text(const struct report *report)
{
    const struct report_settings *with = &report->with;
    char length[WORDS_SIZE], from[WORDS_SIZE], until[WORDS_SIZE],
        zone[WORDS_SIZE];
    char *text = NULL;

    (void)words_duration(with->until_ns - with->after_ns, length);
    if (asprintf(&text, "%s, from %s to %s (%s), compared with the %s before.",
                 length, words_time(with->after_ns, with->utc, from),
                 words_time(with->until_ns, with->utc, until),
                 words_zone(with->until_ns, with->utc, zone), length) < 0)
        text = NULL;
    return x_or_die(text);
}

/* What the report found, counted. */
struct tally {
    size_t panels, series, rise, fall, targets, down;
};

static void
count_row(const struct report *report, const struct report_part *part,
          const struct row *row, struct tally *tally)
{
    double window_s = report_window_s(report);
    enum trend_kind kind = trend_judge(&row->trend, window_s);

    tally->series++;
    tally->rise += kind == TREND_RISES;
    tally->fall += kind == TREND_FALLS;
    if (strcmp(part->panel->query, "up") != 0)
        return;
    tally->targets++;
    tally->down += row->now.value[WEIR_FIGURE_MIN] < 1;
}

static struct tally
count_all(const struct report *report)
{
    struct tally tally = {0};

    for (size_t p = 0; p < report->part_count; p++) {
        const struct report_part *part = &report->parts[p];
        tally.panels += part->count > 0;
        for (size_t i = 0; i < part->count; i++)
            count_row(report, part, &part->rows[i], &tally);
    }
    return tally;
}

static const char *
plural(size_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

char *
form_overview_text(const struct report *report)
{
    const struct tally tally = count_all(report);
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    if (tally.series == 0) {
        (void)fputs("There are no samples of this time.", out);
    } else {
        (void)fprintf(out,
                      "%zu series; of those shown, %zu clearly %s and "
                      "%zu %s.",
                      tally.series, tally.rise,
                      plural(tally.rise, "rises", "rise"), tally.fall,
                      plural(tally.fall, "falls", "fall"));
    }
    if (tally.down > 0)
        (void)fprintf(out, " %zu of %zu targets %s not up all the time.",
                      tally.down, tally.targets,
                      plural(tally.down, "was", "were"));
    else if (tally.targets > 0)
        (void)fprintf(out, " %s up all the time.",
                      tally.targets == 1 ? "The one target was"
                                         : "All targets were");
    (void)fclose(out);
    return x_or_die(text);
}

char *
form_remark_text(const struct report *report, const struct report_part *part,
                 size_t left)
{
    size_t size = 0, hidden = part->count - part->shown;
    char *text = NULL;
    FILE *out = x_or_die(open_memstream(&text, &size));

    if (hidden + part->more > 0)
        (void)fprintf(out, "%zu of %zu series are shown, those of the %s. ",
                      part->shown, part->count + part->more,
                      part->panel->order == PANEL_SMALLEST
                          ? "smallest averages"
                          : "largest averages");
    if (part->more > 0)
        (void)fprintf(out, "Only the first %zu were looked at (max_series). ",
                      part->count);
    if (left > 0)
        (void)fprintf(out,
                      "%zu series are left out: the report has reached %zu "
                      "bytes (max_size). ",
                      left, report->with.size_most);
    if (part->fresh > 0)
        (void)fprintf(out, "%zu %s new. ", part->fresh,
                      plural(part->fresh, "series is", "series are"));
    if (part->gone > 0)
        (void)fprintf(out, "%zu of the time before %s gone. ", part->gone,
                      plural(part->gone, "is", "are"));
    if (part->failure && part->count > 0)
        (void)fprintf(out, "Not all could be asked: %s. ", part->failure);
    (void)fclose(out);
    if (size > 0)
        text[size - 1] = '\0';
    return x_or_die(text);
}

char *
form_lack_text(const struct report_part *part)
{
    char *text = NULL;
    int length = 0;

    if (part->count > 0)
        return NULL;
    if (part->failure)
        length = asprintf(&text, "This could not be asked: %s.", part->failure);
    else
        length = asprintf(&text, "There are no samples of this time.");
    if (length < 0)
        text = NULL;
    return x_or_die(text);
}

bool
form_is_hidden(const struct report *report, const struct report_part *part)
{
    return report->with.hides_empty && part->count == 0 && !part->failure;
}

char *
form_hidden_text(const struct report *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; i < report->part_count; i++) {
        const struct panel *panel = report->parts[i].panel;
        if (form_is_hidden(report, &report->parts[i]))
            (void)fprintf(out, "%s%s: %s",
                          ftell(out) > 0 ? "; "
                                         : "Without "
                                           "samples: ",
                          panel->section, panel_title(panel));
    }
    (void)fputs(ftell(out) > 0 ? "." : "", out);
    (void)fclose(out);
    return x_or_die(text);
}
