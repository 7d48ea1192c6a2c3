/* overview_words.h - figures in words */
#ifndef OVERVIEW_WORDS_H
#define OVERVIEW_WORDS_H

#include <weir/plugin.h>

enum { FIGURE_SIZE = 48 };

/* Writes 'value' with its unit, one of those of columns, as people read it:
 * "96 %", "1.2 GiB", "340 ms".  Returns 'text'. */
char *words_figure(double value, const char *unit, char text[FIGURE_SIZE]);

/* Returns 'pattern' with {value} and the labels, {name}, filled in; of a long
 * label its beginning.  A label that is not there is left out.  The caller
 * frees it. */
char *words_fill(const char *pattern, const struct weir_label *labels,
                 double value, const char *unit);

#endif /* OVERVIEW_WORDS_H */
