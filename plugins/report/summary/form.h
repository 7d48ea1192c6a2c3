/* form.h - the forms that a report is written in, and what they share
 *
 * A form writes to a stream in memory, and stops adding series where size_most
 * of the report's settings is reached; then it says how many it left out.
 * Pure; any thread.
 */
#ifndef SUMMARY_FORM_H
#define SUMMARY_FORM_H

#include <stdio.h>

#include "report.h"

struct form {
    const char *name;   /* of options and parameters */
    const char *type;   /* of HTTP */
    const char *ending; /* of files, without the dot */
    void (*write)(const struct report *report, FILE *out);
};

enum form_kind { FORM_HTML, FORM_MARKDOWN, FORM_JSON, FORM_CSV, FORM_COUNT };

/* In the order of the enum. */
extern const struct form forms[FORM_COUNT];

/* Returns the form of a name or of a file's ending, or NULL. */
const struct form *form_of(const char *name);

/* Returns the whole text, '*ret_size' bytes and a '\0'; the caller frees it. */
char *form_text(const struct form *self, const struct report *report,
                size_t *ret_size);

/* The forms' own. */
void html_write(const struct report *report, FILE *out);
void markdown_write(const struct report *report, FILE *out);
void json_write(const struct report *report, FILE *out);
void csv_write(const struct report *report, FILE *out);

/* What they share ---------------------------------------------------------- */

enum { FORM_FIGURES = 13 };

struct form_figure {
    const char *name; /* of design and API, such as "avg_rate" */
    size_t offset;    /* of a double in struct weir_figures */
};

/* The figures of a window but for the count, in order. */
extern const struct form_figure form_figures[FORM_FIGURES];

double form_figure(const struct weir_figures *figures, size_t nth);

/* Says whether one more series may be written. */
bool form_has_room(const struct report *report, FILE *out);

/* Returns sentences; the caller frees them.  The first says of what and when
 * the report is, the second what is in it. */
char *form_window_text(const struct report *report);
char *form_overview_text(const struct report *report);

/* Says what a part does not show, why, and what came and went; "" for nothing.
 * 'left' are series that there was no room for. */
char *form_remark_text(const struct report *report,
                       const struct report_part *part, size_t left);

/* Says whether nothing is written of a part: one of the usual panels without
 * samples.  The text names all of these; "" for none. */
bool form_is_hidden(const struct report *report,
                    const struct report_part *part);
char *form_hidden_text(const struct report *report);

/* Returns what stands where there are no series, such as that nothing is there
 * or why it is not known; NULL where there are. */
char *form_lack_text(const struct report_part *part);

#endif /* SUMMARY_FORM_H */
