/* top_text.h - the overview as lines of text: for a terminal and for a pipe */
#ifndef TOP_TEXT_H
#define TOP_TEXT_H

#include <stdio.h>

#include "top_answer.h"

enum { TOP_CELL = 12 }; /* columns of a figure, with a blank before */

struct top_form {
    bool utf8;
    size_t name_width, spark_width;
    unsigned figures; /* a set of 1U << enum top_figure: what is told of each
                       * column */
};

/* Returns the columns that the names of a kind's rows want, within bounds. */
size_t top_name_width(const struct top_kind *kind);

/* Write the heads of the columns, and a row, without an end of line. */
void top_write_heads(FILE *out, const struct top_form *form,
                     const struct top_kind *kind);
void top_write_row(FILE *out, const struct top_form *form,
                   const struct top_kind *kind, const struct top_row *row);

/* Writes 'text', cut or filled up to 'width' columns. */
void top_write_cut(FILE *out, const char *text, size_t width);

/* Writes how many there are, such as "Hosts 12, 1 bad". */
void top_write_count(FILE *out, const struct top_kind *kind);

/* Writes all of an answer: what weir top --once prints. */
void top_write_all(FILE *out, const struct top_answer *answer, bool utf8);

#endif /* TOP_TEXT_H */
