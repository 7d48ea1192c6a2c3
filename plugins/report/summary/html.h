/* html.h - the parts of a report's page
 *
 * One file that needs nothing from elsewhere and no script: styles and charts
 * are within.  What goes into text or attributes is escaped here.
 */
#ifndef SUMMARY_HTML_H
#define SUMMARY_HTML_H

#include <stdio.h>

#include "report.h"

/* The styles of the page, light and dark. */
extern const char html_style[];

/* Writes a number with its unit, such as "1.25 MiB", escaped. */
void html_number(FILE *out, double number, const char *unit);

/* Draws the points of a row, with those of the window before behind them.
 * 'number' is that of the chart on its page, 'description' for those who cannot
 * see it. */
void html_chart(const struct report *report, const struct row *row,
                size_t number, const char *description, FILE *out);

/* Writes the card of a row: its figures, its chart, and the tables behind it.
 */
void html_card(const struct report *report, const struct report_part *part,
               const struct row *row, size_t number, FILE *out);

#endif /* SUMMARY_HTML_H */
